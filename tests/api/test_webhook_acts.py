"""What partners do with their webhooks: open, change and stop them, draw another secret, have something sent again (X44, X45)."""

import json
from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from contracts.models import Delivery, Webhook, WebhookSecret
from iijiot.models import KeptAnswer
from sims import activating
from tests.api.conftest import system_of
from tests.api.hooks import START, everything_due, opened, told
from tests.factories.partners import GrantFactory, PartnerFactory


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026, whose clock a test moves on."""
    with time_machine.travel(START, tick=False) as moving:
        yield moving


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://10.0.0.1/", "https://localhost/x", "https://example.com:22/", "file:///etc"]
)
def test_x44_an_address_that_can_be_seen_to_be_wrong_is_refused_when_it_is_given(system, url):
    answer = opened(system, url)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["url"]


def test_while_the_secret_is_changed_both_sign_and_after_a_day_the_new_one_alone(
    in_november, system, receiver, hook, line, clerk
):
    answer = system.send("POST", f"webhooks/{hook['id']}/rotate-secret", {}, HTTP_IDEMPOTENCY_KEY="1")
    assert answer.status_code == 200
    later = answer.json()["secret"]
    assert later not in (None, hook["secret"])
    activating.pause(line, actor=clerk)
    everything_due()
    headers, body = receiver.heard[-1]
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (hook["secret"], later):
        Verifier(secret).verify(body, headers)
    again = system.send("POST", f"webhooks/{hook['id']}/rotate-secret", {}, HTTP_IDEMPOTENCY_KEY="2")
    assert again.status_code == 409
    in_november.move_to(START + timedelta(hours=25))
    activating.resume(line, actor=clerk)
    everything_due()
    headers, body = receiver.heard[-1]
    Verifier(later).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(hook["secret"]).verify(body, headers)


def test_a_secret_is_told_once_and_stored_encrypted_also_in_the_answer_that_is_kept(system, receiver, hook):
    again = opened(system, receiver.url)
    assert (again.headers["Idempotent-Replayed"], again.json()["secret"]) == ("true", hook["secret"])
    stored = [
        *WebhookSecret.objects.values_list("stored", flat=True),
        *KeptAnswer.objects.values_list("body", flat=True),
    ]
    assert stored
    assert not any(hook["secret"] in text for text in stored)
    assert "secret" not in system.get(f"webhooks/{hook['id']}").json()
    dry = system.send(
        "POST", "webhooks?dry_run=true", {"url": receiver.url, "types": ["line.*"], "contact": "a@example.co.jp"}
    )
    assert (dry.status_code, dry.json()["secret"], dry.json()["webhook"]["id"]) == (200, None, None)
    assert Webhook.objects.count() == 1


def test_it_is_sent_again_by_hand_under_the_same_id(system, receiver, hook, line, clerk):
    activating.pause(line, actor=clerk)
    everything_due()
    (delivery,) = told(system, hook)
    answer = system.send("POST", f"webhook-deliveries/{delivery['id']}/resend", {}, HTTP_IDEMPOTENCY_KEY="again")
    assert answer.status_code == 202
    assert answer.json()["state"] == "waiting"
    everything_due()
    assert receiver.ids == [delivery["event"]] * 2
    assert [one["state"] for one in told(system, hook)] == ["delivered"]
    assert system.partner.user.display_name in Delivery.objects.get().asked_by


def test_what_waits_for_another_try_and_is_sent_by_hand_is_not_tried_twice(
    in_november, system, receiver, hook, line, clerk
):
    receiver.answers = [(500, {})]
    activating.pause(line, actor=clerk)
    everything_due()
    (delivery,) = told(system, hook)
    system.send("POST", f"webhook-deliveries/{delivery['id']}/resend", {}, HTTP_IDEMPOTENCY_KEY="again")
    in_november.move_to(START + timedelta(minutes=1))
    everything_due()
    assert len(receiver.heard) == 2


def test_a_partner_changes_stops_and_starts_its_webhooks_and_hears_of_what_happens_from_then_on(
    system, receiver, hook, line, clerk
):
    place = f"webhooks/{hook['id']}"
    changed = system.send("POST", f"{place}/change", {"types": ["line.active"]}, HTTP_IDEMPOTENCY_KEY="c")
    assert (changed.status_code, changed.json()["types"]) == (200, ["line.active"])
    assert system.send("POST", f"{place}/stop", {}, HTTP_IDEMPOTENCY_KEY="s").json()["why_stopped"] == "by-hand"
    assert system.send("POST", f"{place}/stop", {}, HTTP_IDEMPOTENCY_KEY="t").status_code == 409
    activating.pause(line, actor=clerk)
    activating.resume(line, actor=clerk)
    assert system.send("POST", f"{place}/resume", {}, HTTP_IDEMPOTENCY_KEY="r").json()["stopped_at"] is None
    everything_due()
    assert receiver.heard == []
    activating.pause(line, actor=clerk)
    activating.resume(line, actor=clerk)
    everything_due()
    assert [json.loads(body)["type"] for _headers, body in receiver.heard] == ["line.active"]
    assert next(row.history_actor for row in Webhook.history.all()) == f"{system.partner.user.display_name} 受発注"


def test_a_version_that_was_changed_since_is_refused(system, hook):
    place = f"webhooks/{hook['id']}"
    seen = system.get(place).headers["ETag"]
    for types, key, status in ((["line.active"], "1", 200), (["line.paused"], "2", 412)):
        answer = system.send("POST", f"{place}/change", {"types": types}, HTTP_IF_MATCH=seen, HTTP_IDEMPOTENCY_KEY=key)
        assert answer.status_code == status


def test_types_that_there_are_not_or_that_the_key_cannot_read_are_refused(system, dans_company, receiver):
    assert opened(system, receiver.url, "line.flown").json()["errors"][0]["field"] == "types"
    reader = system_of(dans_company, "webhooks:write", "contracts:read")
    for types in ("line.*", "contract.* line.*"):
        refused = opened(reader, receiver.url, types)
        assert (refused.status_code, refused.json()["clause"]) == (409, "G40.3")
    assert opened(reader, receiver.url, "contract.*").status_code == 201


def test_webhooks_of_another_partner_are_not_there(receiver, hook, line, clerk, carols_company):
    activating.pause(line, actor=clerk)
    everything_due()
    key = Delivery.objects.get().key
    other = PartnerFactory(name="他社")
    GrantFactory(partner=other, customer=carols_company)
    stranger = system_of(other)
    assert stranger.get("webhooks").json()["data"] == stranger.get("webhook-deliveries").json()["data"] == []
    assert stranger.get(f"webhooks/{hook['id']}").status_code == 404
    assert stranger.get(f"webhook-deliveries/{key}").status_code == 404
    for act in ("stop", "resume", "rotate-secret"):
        answer = stranger.send("POST", f"webhooks/{hook['id']}/{act}", {}, HTTP_IDEMPOTENCY_KEY=act)
        assert answer.status_code == 404
    assert stranger.send("POST", f"webhook-deliveries/{key}/resend", {}, HTTP_IDEMPOTENCY_KEY="r").status_code == 404
