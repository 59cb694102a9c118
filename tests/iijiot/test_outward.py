"""X44: an address that a partner names is called on the open internet alone, at what was looked at, and briefly."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from iijiot import outward
from iijiot.outward import (
    Answer,
    Refused,
    Unreachable,
    chosen,
    is_callable,
    is_public,
    may_be_called,
    post,
    target_of,
    wait_of,
)
from tests.receivers import certificate

NOW = datetime.datetime(2026, 11, 25, 3, 0, tzinfo=datetime.UTC)

BLOCKED = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1",  # noqa: S104 - it is to be refused
    "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", BLOCKED)
def test_no_machine_that_is_not_of_the_open_internet_is_called(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "203.178.141.194", "2001:200:dff:fff1:216:3eff:feb1:44d7"])
def test_a_public_machine_can_be_called(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "//example.com/", "",
        "https://user@example.com/", "https://user:pw@example.com/", "https://:443/", "https://example.com:22/",
        "https://example.com:80/", "https://example.com:99999/", "https://exam ple.com/", "https://example.com/#x",
        "https://example.com\\@127.0.0.1/", "https://例え.jp/", "https://[::1/", "https://example.com/" + "x" * 600,
    ],
)  # fmt: skip
def test_an_address_of_another_form_is_refused(url):
    with pytest.raises(Refused):
        target_of(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_however_loopback_is_written_nothing_is_sent(host):
    with pytest.raises((Refused, Unreachable)):
        post(f"https://{host}/", b"x", {}, at=NOW)


def test_of_a_name_with_one_address_that_is_not_public_none_is_called():
    public, own = ipaddress.ip_address("8.8.8.8"), ipaddress.ip_address("10.0.0.1")
    assert chosen([public, public]) == public
    for addresses in ([public, own], [own, public], []):
        with pytest.raises(Refused):
            chosen(addresses)


Serving = Callable[[Callable[[ssl.SSLSocket], None]], tuple[str, ssl.SSLContext]]


@pytest.fixture
def serving(tmp_path, settings) -> Iterator[Serving]:
    """A receiver of our own on this machine, which answers as it is told."""
    listening: list[socket.socket] = []

    def serve(answer: Callable[[ssl.SSLSocket], None], name: str = "localhost") -> tuple[str, ssl.SSLContext]:
        public, secret = certificate(name)
        (tmp_path / "both.pem").write_bytes(public + secret)
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        own.load_cert_chain(tmp_path / "both.pem")
        door = socket.create_server(("127.0.0.1", 0))
        listening.append(door)
        port = door.getsockname()[1]
        settings.CALLED_PORTS = [port]

        def once() -> None:
            try:
                plain, _who = door.accept()
                with own.wrap_socket(plain, server_side=True) as caller:
                    answer(caller)
            except OSError:
                return

        threading.Thread(target=once, daemon=True).start()
        return f"https://localhost:{port}/hook?x=1", ssl.create_default_context(cadata=public.decode())

    yield serve
    for door in listening:
        door.close()


def whole(caller: ssl.SSLSocket) -> bytes:
    """A request with its body, which comes after its headers."""
    heard = b""
    while not heard.endswith((b"\r\n\r\nx", b"}")):
        heard += caller.recv(65536)
    return heard


def anywhere(_address: outward.Address) -> bool:
    return True


def test_what_is_sent_arrives_and_of_the_answer_the_status_alone_comes_back(serving):
    heard: list[bytes] = []

    def answer(caller: ssl.SSLSocket) -> None:
        heard.append(whole(caller))
        caller.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    url, context = serving(answer)
    assert post(url, b'{"a": 1}', {"webhook-id": "msg_1"}, at=NOW, allowed=anywhere, context=context) == Answer(204)
    assert heard[0].startswith(b"POST /hook?x=1 HTTP/1.1\r\nHost: localhost:")
    assert b"webhook-id: msg_1" in heard[0]


def test_a_redirect_is_an_answer_and_is_not_followed(serving):
    def answer(caller: ssl.SSLSocket) -> None:
        whole(caller)
        caller.sendall(b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n")

    url, context = serving(answer)
    assert post(url, b"x", {}, at=NOW, allowed=anywhere, context=context) == Answer(302)


def test_a_machine_with_the_certificate_of_another_name_is_told_nothing(serving):
    heard: list[bytes] = []
    url, context = serving(lambda caller: heard.append(caller.recv(65536)), "elsewhere.example")
    with pytest.raises(Unreachable):
        post(url, b"secret", {}, at=NOW, allowed=anywhere, context=context)
    assert heard == []


def test_an_answer_without_end_is_cut(serving):
    def answer(caller: ssl.SSLSocket) -> None:
        whole(caller)
        caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            caller.sendall(b"x" * 65536)

    url, context = serving(answer)
    assert post(url, b"x", {}, at=NOW, allowed=anywhere, context=context) == Answer(200)


def test_an_answer_that_drips_is_given_up(serving, monkeypatch):
    monkeypatch.setattr(outward, "IN_ALL", 1.0)

    def answer(caller: ssl.SSLSocket) -> None:
        whole(caller)
        for letter in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100:
            caller.sendall(bytes([letter]))
            time.sleep(0.2)

    url, context = serving(answer)
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        post(url, b"x", {}, at=NOW, allowed=anywhere, context=context)
    assert time.monotonic() - begun < 4


def test_a_machine_that_shakes_no_hands_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(outward, "IN_ALL", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings.CALLED_PORTS = [port]
        begun = time.monotonic()
        with pytest.raises(Unreachable):
            post(f"https://127.0.0.1:{port}/", b"x", {}, at=NOW, allowed=anywhere)
        assert time.monotonic() - begun < 4


def test_a_name_is_resolved_once_so_that_it_cannot_change_between_the_look_and_the_call(serving, monkeypatch):
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def turning(host: str, *more: Any, **further: Any) -> Any:
        """A name that is of this machine at first, and of nobody afterwards."""
        asked.append(host)
        if asked.count("localhost") > 1:
            raise socket.gaierror
        return resolve("127.0.0.1" if host == "localhost" else host, *more, **further)

    def answer(caller: ssl.SSLSocket) -> None:
        whole(caller)
        caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    url, context = serving(answer)
    monkeypatch.setattr(socket, "getaddrinfo", turning)
    assert post(url, b"x", {}, at=NOW, allowed=anywhere, context=context) == Answer(200)
    assert asked.count("localhost") == 1


def test_the_operator_can_open_a_network(settings):
    assert not may_be_called(ipaddress.ip_address("10.1.2.3"))
    settings.CALLED_NETWORKS = ["10.1.0.0/16"]
    assert may_be_called(ipaddress.ip_address("10.1.2.3"))
    assert not may_be_called(ipaddress.ip_address("10.2.2.3"))


@pytest.mark.parametrize(
    ("url", "can_be"),
    [
        ("https://example.com/hook", True),
        ("https://example.com:8443/hook?x=1", True),
        ("https://10.0.0.1/", False),
        ("https://[::1]/", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://localhost/", False),
        ("http://example.com/hook", False),
    ],
)
def test_what_can_be_seen_from_its_form_is_said_when_it_is_given(url, can_be):
    assert is_callable(url) is can_be


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120), ("0", 0), ("Wed, 25 Nov 2026 03:10:00 GMT", 600), ("Wed, 25 Nov 2026 02:10:00 GMT", 0), ("", 0),
        ("soon", 0), ("-5", 0), ("9" * 30, 0), ("１２", 0), ("Wed, 99 Nov 2026 03:10:00 GMT", 0),
        ("Wed, 25 Nov 2026 03:10:00", 0),
    ],
)  # fmt: skip
def test_how_long_the_other_side_wants_to_be_left_alone(header, seconds):
    assert wait_of(header, NOW) == datetime.timedelta(seconds=seconds)
