"""Limits: so many calls of a client in a minute, so many guesses of a secret, counted by every process alike (X31)."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from iijiot import calls, clock
from iijiot.models import ApiCall
from tests.api.conftest import system_of
from tests.factories.partners import issued

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026, whose clock a test moves on."""
    with time_machine.travel(START, tick=False) as moving:
        yield moving


def guess(given, secret: str, **more: Any):
    pair = base64.b64encode(f"{given.key.client_id}:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": "contracts:read"}
    return Client().post("/api/v1/oauth/token", form, HTTP_AUTHORIZATION=f"Basic {pair}", **more)


def test_a_client_calls_as_often_as_it_may_and_is_told_when_it_may_again(in_november, settings, system, dans_company):
    settings.API_CALLS_PER_MINUTE = 3
    left = [system.get("contracts").headers["RateLimit-Remaining"] for _turn in range(3)]
    assert left == ["2", "1", "0"]
    in_november.move_to(START + timedelta(seconds=20))
    refused = system.get("contracts")
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
    assert refused.headers["Retry-After"] == "40"
    assert "40" in refused.json()["detail"]
    assert system_of(dans_company).get("contracts").status_code == 200, "another key of the same partner"
    in_november.move_to(START + timedelta(seconds=59))
    assert system.get("contracts").headers["Retry-After"] == "1"
    in_november.move_to(START + timedelta(seconds=60))
    assert system.get("contracts").status_code == 200, "what was refused does not count"


def test_whoever_guesses_a_secret_is_stopped_for_a_while_and_nobody_else_is(in_november, dans_company):
    given, other = issued(dans_company), issued(dans_company)
    assert [guess(given, "wrong").status_code for _turn in range(10)] == [401] * 10
    refused = guess(given, given.secret)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    assert refused.json()["code"] == "too-many-requests"
    assert guess(other, other.secret).status_code == 200
    assert guess(given, given.secret, REMOTE_ADDR="198.51.100.7").status_code == 200, "from another address"
    in_november.move_to(START + timedelta(minutes=15))
    assert guess(given, given.secret).status_code == 200


def test_many_guesses_from_one_address_stop_it_for_every_client(dans_company):
    keys = [issued(dans_company) for _n in range(6)]
    answers = [guess(keys[turn % 5], "wrong").status_code for turn in range(50)]
    assert answers == [401] * 50
    assert guess(keys[5], keys[5].secret).status_code == 429


def test_x52_each_call_is_kept_with_its_client_and_nothing_of_what_was_sent(system):
    answer = system.get("contracts?state=active", HTTP_X_CORRELATOR="abc-1")
    (call,) = ApiCall.objects.all()
    assert (call.partner, call.client) == (system.partner.number, system.partner.keys.get().client_id)
    assert (call.method, call.path, call.status, call.correlator) == ("GET", "/api/v1/contracts", 200, "abc-1")
    assert call.request_id == answer.headers["X-Request-ID"]


def test_a_call_without_a_token_is_kept_without_a_client(client, db):
    client.get("/api/v1/contracts", HTTP_AUTHORIZATION="Bearer secret-token")
    (call,) = ApiCall.objects.values()
    assert (call["status"], call["client"], call["partner"]) == (401, "", "")
    assert "secret-token" not in str(call)


def test_calls_go_after_ninety_days(system):
    system.get("contracts")
    assert calls.forget(clock.now() + timedelta(days=89)) == 0
    assert calls.forget(clock.now() + timedelta(days=90)) == 1
