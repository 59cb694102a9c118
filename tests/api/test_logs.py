"""X52: no log has a password, a token, a secret or a body; a line is a line; one number from the request to the job."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from iijiot import log_lines, request_ids
from iijiot.actors import Actor
from iijiot.jobs import job, later
from iijiot.models import ApiCall
from iijiot.records import chapter
from tests.api.test_keys import ask
from tests.factories.partners import issued
from tests.factories.users import PASSWORD
from tests.house.console import logged_in
from tests.workers import work

CANARY = "canary-7f3a91"


@pytest.fixture
def everything(caplog):
    """All that is logged under LOG_LEVEL=DEBUG."""
    caplog.set_level(logging.DEBUG)
    return caplog


def lines(caplog) -> str:
    """What was logged, without the questions to the database, which no handler of ours is given."""
    return "\n".join(
        f"{record.name} {record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        if not record.name.startswith("django.db")
    )


def test_neither_token_nor_secret_nor_body_is_logged_whatever_goes_wrong(client, everything, dans_company, system):
    given = issued(dans_company)
    told = ask(client, given, scope="contracts:read").json()["access_token"]
    ask(client, given, CANARY)
    client.get("/api/v1/contracts", HTTP_AUTHORIZATION=f"Bearer {CANARY}")
    client.get(f"/api/v1/contracts?access_token={CANARY}")
    system.send("POST", "applications", {"customer": CANARY}, HTTP_IDEMPOTENCY_KEY="1")
    system.send("POST", "applications", f'{{"{CANARY}', HTTP_IDEMPOTENCY_KEY="2")
    system.send("POST", f"webhooks?{CANARY}=1", {"url": f"https://example.com/{CANARY}"}, HTTP_IDEMPOTENCY_KEY="3")
    logged = lines(everything)
    assert "/api/v1/applications" in logged
    for secret in (CANARY, told, given.secret, system.token):
        assert secret not in logged
        assert secret not in str(list(ApiCall.objects.values()))


def test_a_line_cannot_be_broken_by_what_is_sent(client, everything, db):
    client.get("/api/v1/x%0aINFO%20forged", HTTP_X_CORRELATOR="a\nforged")
    (record,) = [record for record in everything.records if record.name == "iijiot.api"]
    assert "\n" not in record.getMessage()
    assert "correlator=-" in record.getMessage()


@pytest.mark.parametrize(
    "secret", ["whsec_MfKQ9r8GKYqr", "Bearer 7f3a91", PASSWORD, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"]
)
def test_whatever_test_has_a_secret_logged_fails(listening, secret):
    logging.getLogger("iijiot").warning("Given: %s", secret)
    assert len(listening.found) == 1
    listening.found.clear()


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What production writes into its log, line by line."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(log_lines.JsonLines())
    handler.addFilter(log_lines.Stamp())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def test_each_line_is_json_with_time_zone_who_acts_and_the_number_of_the_request(client, written, system):
    answer = system.get("customers", HTTP_X_CORRELATOR="corr-1", HTTP_ACCEPT_LANGUAGE="ja")
    client.get("/api/v1/x%0aforged%E3%81%82")
    logging.getLogger("iijiot").error("Failed:\n%s", "あ", exc_info=ValueError("two\nlines"))
    told = map(json.loads, written.getvalue().splitlines())
    called, refused, failed = (line for line in told if line["logger"] != "django.request")
    assert datetime.fromisoformat(called.pop("at")).utcoffset() is not None
    assert (called.pop("milliseconds") >= 0, called.pop("message").startswith("GET /api/v1/customers 200")) == (
        True,
        True,
    )
    key = system.partner.keys.get()
    assert called == {
        "level": "INFO",
        "logger": "iijiot.api",
        "request_id": answer["X-Request-ID"],
        "actor": f"partner:{system.partner.user_id}",
        "method": "GET",
        "path": "/api/v1/customers",
        "status": 200,
        "client": f"{system.partner.number}:{key.client_id}",
        "correlator": "corr-1",
    }
    assert (refused["actor"], refused["status"]) == ("-", 404)
    assert failed["message"] == "Failed:\nあ"
    assert "two\nlines" in failed["exception"]


def test_who_acts_is_whoever_logged_in_or_the_step_that_runs_and_nobodys_name(written, ben, aoi):
    with chapter(actor=Actor.clock("a-step")):
        logging.getLogger("iijiot").warning("seen")
    answers = [logged_in(user).get("/portal/nothing/") for user in (ben, aoi)]
    logging.getLogger("iijiot").warning("seen")
    told = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["actor"] for line in told] == ["clock:a-step", f"staff:{ben.pk}", f"account:{aoi.pk}", "-"]
    assert [line["request_id"] for line in told] == ["-", *(answer["X-Request-ID"] for answer in answers), "-"]


seen: list[str] = []


@job("A job of a test")
def remember_number() -> None:
    """Remember under which number it is done."""
    seen.append(request_ids.current())


@pytest.mark.django_db(transaction=True)
def test_a_job_has_the_number_of_the_request_that_put_it_down():
    seen.clear()
    number = request_ids.begin()
    later(remember_number)
    request_ids.end()
    later(remember_number)
    work()
    assert sorted(seen) == sorted([number, request_ids.NONE])
    assert request_ids.current() == request_ids.NONE
