"""X52: what the site writes as it runs for real, gunicorn's own lines among it, is one JSON object on each line."""

import json
import re
import socket
from datetime import datetime

import pytest

from iijiot import request_ids
from tests.guards.production import SECONDS, Site

CANARY = "canary-7f3a91"
MALFORMED = b"GET / HTTP/1.1\r\nHost: x\r\nBroken header " + CANARY.encode() + b"\x00\r\nforged line\r\n\r\n"


def send(site: Site, request: bytes) -> bytes:
    """The answer to bytes that are no request."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=SECONDS) as raw:
        raw.sendall(request)
        return raw.recv(64)


@pytest.mark.django_db(transaction=True)
def test_x52_every_line_is_json_with_its_time_zone_and_the_number_of_the_request(site: Site) -> None:
    good, refused = site.ask("/account/login/"), site.ask(f"/api/v1/contracts?access_token={CANARY}")
    wrong = site.ask(f"/account/login/?next=%0aforged&password={CANARY}", host="other.example")
    assert (good.status, refused.status, wrong.status) == (200, 401, 400)
    assert b" 400 " in send(site, MALFORMED)
    logged = site.log.read_text()
    lines = [json.loads(line) for line in logged.splitlines()]
    print(f"{len(lines)} lines of {sorted({line['logger'] for line in lines})}")
    assert {"gunicorn.error", "iijiot.api"} <= {line["logger"] for line in lines}
    assert all(datetime.fromisoformat(line["at"]).utcoffset() is not None for line in lines)
    numbers = {line["request_id"] for line in lines}
    assert refused.headers["x-request-id"] in numbers
    assert all(number == request_ids.NONE or re.fullmatch(r"[\w-]{8,64}", number) for number in numbers)
    assert CANARY not in logged
