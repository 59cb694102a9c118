"""Webhooks (X44, X45): signed, sent after the commit, tried for three days, stopped where nobody is."""

import itertools
import json
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from contracts import delivering, hooking, partnering
from contracts.models import Delivery, Webhook
from iijiot import clock, events
from iijiot.models import Event
from sims import activating
from tests.api.conftest import system_of
from tests.api.hooks import START, due, everything_due, opened, told
from tests.factories import ContractFactory, LineFactory, SimCardFactory
from tests.factories.base import MAKER
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026, whose clock a test moves on."""
    with time_machine.travel(START, tick=False) as moving:
        yield moving


def test_what_happens_is_told_signed_and_as_it_stands_in_the_log(system, receiver, hook, line, clerk):
    activating.pause(line, actor=clerk)
    everything_due()
    ((headers, body),) = receiver.heard
    told_then = Verifier(hook["secret"]).verify(body, headers)
    assert told_then == system.get("events?type=line.paused").json()["data"][0]
    assert told_then["id"] == headers["webhook-id"]
    assert (told_then["type"], told_then["data"]["state"]) == ("line.paused", "paused")
    (delivery,) = told(system, hook)
    assert (delivery["state"], delivery["event"]) == ("delivered", headers["webhook-id"])
    assert [(one["status"], one["error"]) for one in delivery["tries"]] == [(204, "")]


def test_m23_the_sequence_lets_a_receiver_of_swapped_and_doubled_events_end_right(system, receiver, hook, line, clerk):
    activating.pause(line, actor=clerk)
    activating.resume(line, actor=clerk)
    everything_due()
    state: dict[str, dict] = {}
    bodies = [json.loads(body) for _headers, body in receiver.heard]
    for event in [*reversed(bodies), *bodies, bodies[0]]:
        known = state.get(event["object"])
        if known is None or known["sequence"] < event["sequence"]:
            state[event["object"]] = event
    assert state[f"line_{line.number}"]["data"]["state"] == "active"


def test_a_flipped_bit_and_a_replay_after_six_minutes_are_refused_by_the_library(
    in_november, receiver, hook, line, clerk
):
    activating.pause(line, actor=clerk)
    everything_due()
    ((headers, body),) = receiver.heard
    verifier = Verifier(hook["secret"])
    with pytest.raises(WebhookVerificationError):
        verifier.verify(bytes([body[0], body[1] ^ 1, *body[2:]]), headers)
    with pytest.raises(WebhookVerificationError):
        verifier.verify(body, headers | {"webhook-id": "evt_line_0"})
    in_november.move_to(START + timedelta(minutes=6))
    with pytest.raises(WebhookVerificationError, match="too old"):
        verifier.verify(body, headers)


def test_only_the_types_that_were_chosen_are_told_and_what_happened_before_is_not(system, receiver, line, clerk):
    activating.pause(line, actor=clerk)
    hook = opened(system, receiver.url, "line.paused", "contract.*").json()["webhook"]
    activating.resume(line, actor=clerk)
    activating.pause(line, actor=clerk)
    everything_due()
    assert [delivery["type"] for delivery in told(system, hook)] == ["line.paused"]


def test_r07_what_is_taken_back_is_told_to_nobody(system, receiver, hook, line, clerk):
    with transaction.atomic():
        activating.pause(line, actor=clerk)
        transaction.set_rollback(True)
    everything_due()
    assert receiver.heard == []
    assert system.send("POST", f"lines/line_{line.number}/pause?dry_run=true", {}).status_code == 200
    everything_due()
    assert (receiver.heard, Delivery.objects.count()) == ([], 0)


def test_x24_nobody_is_told_of_anothers_customers_nor_of_what_its_kind_may_not_read(
    system, receiver, hook, line, carols_company, clerk
):
    others = LineFactory(contract=ContractFactory(**of(carols_company), mobile_access=True))
    SimCardFactory(lent=True, line=others)
    GrantFactory(partner=PartnerFactory(name="他社"), customer=carols_company)
    activating.pause(others, actor=clerk)
    everything_due()
    assert Event.objects.of_customer([carols_company.pk]).exists()
    assert receiver.heard == []


def test_it_is_tried_ten_times_in_three_days_then_stopped_with_a_mail(in_november, system, receiver, hook, line, clerk):
    receiver.usual = 500
    activating.pause(line, actor=clerk)
    everything_due()
    moments = [START]
    while nexts := told(system, hook)[0]["next_at"]:
        moments.append(datetime.fromisoformat(nexts))
        in_november.move_to(moments[-1])
        assert due() == 1
        system.token = system_of(system.partner).token
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert len(receiver.heard) == 10
    assert gaps == sorted(gaps)
    assert timedelta(hours=70) < moments[-1] - START < timedelta(hours=74)
    (delivery,) = told(system, hook)
    assert (delivery["state"], len(delivery["tries"])) == ("given-up", 10)
    assert set(receiver.ids) == {delivery["event"]}
    stopped = system.get(f"webhooks/{hook['id']}").json()
    assert stopped["why_stopped"] == "failing"
    everything_due()
    assert [(sent.to, hook["number"] in sent.subject) for sent in mail.outbox] == [(["api@dan.example.co.jp"], True)]


def test_where_others_get_through_one_that_is_given_up_stops_nothing_and_one_mail_a_day_tells_it(
    in_november, system, receiver, hook, line, clerk
):
    receiver.answers = [(500, {})] * 2
    activating.pause(line, actor=clerk)
    activating.resume(line, actor=clerk)
    everything_due()
    for delivery in Delivery.objects.all():
        Delivery.objects.filter(pk=delivery.pk).update(tries=[{"at": START, "status": 500}] * 9)
    activating.pause(line, actor=clerk)
    everything_due()
    assert [delivery["state"] for delivery in told(system, hook)] == ["delivered", "waiting", "waiting"]
    receiver.usual = 500
    for delivery in Delivery.objects.filter(state="waiting"):
        delivering.send.func(pk=delivery.pk, tried=9)
    everything_due()
    assert [delivery["state"] for delivery in told(system, hook)] == ["delivered", "given-up", "given-up"]
    assert Webhook.objects.get().works
    assert len(mail.outbox) == 1


def test_gone_stops_at_once_and_what_waits_is_not_sent(system, receiver, hook, line, clerk):
    receiver.answers = [(410, {})]
    activating.pause(line, actor=clerk)
    activating.resume(line, actor=clerk)
    everything_due()
    assert len(receiver.heard) == 1
    assert sorted(one["tries"][-1]["error"] for one in told(system, hook)) == ["", "webhook-stopped"]
    assert system.get(f"webhooks/{hook['id']}").json()["why_stopped"] == "gone"
    assert next((row.history_actor, row.why_stopped) for row in Webhook.history.all()) == ("send-webhooks", "gone")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("Wed, 25 Nov 2026 04:00:00 GMT", 3600), ("999999", 86400), ("2", 5), ("soon", 5)],
    ids=["in seconds", "as a moment", "at the most a day", "never sooner than the gap", "nonsense"],
)
def test_one_that_is_busy_is_left_alone_as_long_as_it_says(system, receiver, hook, line, clerk, header, seconds):
    receiver.answers = [(429, {"Retry-After": header})]
    activating.pause(line, actor=clerk)
    everything_due()
    (delivery,) = told(system, hook)
    assert datetime.fromisoformat(delivery["next_at"]) - START == timedelta(seconds=seconds)


def test_a_redirect_is_not_followed_and_counts_as_a_failure(system, receiver, hook, line, clerk):
    receiver.answers = [(302, {"Location": receiver.url})]
    activating.pause(line, actor=clerk)
    everything_due()
    assert len(receiver.heard) == 1
    assert [(one["state"], one["tries"][0]["status"]) for one in told(system, hook)] == [("waiting", 302)]


def test_x44_what_leads_to_this_machine_is_refused_at_connect_and_nothing_more_is_told(
    system, receiver, hook, line, clerk, settings
):
    settings.CALLED_NETWORKS = []
    activating.pause(line, actor=clerk)
    everything_due()
    (delivery,) = told(system, hook)
    assert receiver.heard == []
    assert (delivery["tries"][0]["status"], delivery["tries"][0]["error"]) == (None, "address-not-public")


def test_whom_the_customer_was_taken_from_or_who_was_closed_is_told_nothing_more(
    system, receiver, hook, line, clerk, dans_company
):
    activating.pause(line, actor=clerk)
    delivering.hand_out.func()
    partnering.hide(dans_company.grants.get(), on=clock.business_day(), actor=MAKER, reason="Over")
    everything_due()
    assert receiver.heard == []
    assert Delivery.objects.get().tries[-1]["error"] == "not-visible"
    partnering.close(dans_company, on=clock.business_day(), actor=MAKER, reason="Over")
    assert not Webhook.objects.working().exists()


def test_deliveries_go_with_their_events_after_thirty_days(receiver, hook, line, clerk):
    activating.pause(line, actor=clerk)
    activating.resume(line, actor=clerk)
    everything_due()
    events.forget(clock.now() + timedelta(days=29))
    assert Delivery.objects.count() == 2
    events.forget(clock.now() + timedelta(days=31))
    assert Delivery.objects.count() == 1, "the last event keeps the place in the log"


def test_many_are_handed_out_in_parts_and_none_twice(monkeypatch, receiver, hook, line, clerk):
    monkeypatch.setattr(delivering, "AT_ONCE", 2)
    for _turn in range(3):
        activating.pause(line, actor=clerk)
        activating.resume(line, actor=clerk)
    everything_due()
    assert sorted(receiver.ids) == sorted(
        Event.objects.of_types(["line.active", "line.paused"]).values_list("key", flat=True)
    )
    assert hooking.signing(Webhook.objects.get(), clock.now()) == [hook["secret"]]


def test_x52_one_number_goes_from_the_request_over_the_job_to_the_webhook(system, receiver, hook, line):
    answer = system.send("POST", f"lines/line_{line.number}/pause", {}, HTTP_IDEMPOTENCY_KEY="p")
    everything_due()
    assert receiver.heard[0][0]["x-request-id"] == answer.headers["X-Request-ID"] != "-"
