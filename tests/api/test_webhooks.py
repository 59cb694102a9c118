"""Webhooks (X44, X45): signed, sent after the commit, tried for three days, stopped where nobody is, sent again by hand."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from contracts import delivering, hooking, partnering
from contracts.models import Delivery, Webhook, WebhookSecret
from iijiot import clock, events
from iijiot.models import Event, KeptAnswer
from sims import activating
from tests.api.conftest import system_of
from tests.factories import ContractFactory, LineFactory, SimCardFactory
from tests.factories.base import MAKER
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory
from tests.receivers import receiving

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026, whose clock a test moves on."""
    with time_machine.travel(START, tick=False) as moving:
        yield moving


@pytest.fixture
def receiver(tmp_path, settings, monkeypatch):
    """The partner's receiver, which the operator lets webhooks go to."""
    with receiving(tmp_path) as there:
        settings.CALLED_PORTS, settings.CALLED_NETWORKS = [there.port], ["127.0.0.0/8"]
        monkeypatch.setenv("SSL_CERT_FILE", str(there.trusted))
        yield there


@pytest.fixture
def line(aois_company, dans_company):
    """A line in service."""
    line = LineFactory(contract=ContractFactory(**of(aois_company), mobile_access=True))
    SimCardFactory(lent=True, line=line)
    return line


def opened(system, url: str, *types: str, **headers: str):
    body = {"url": url, "types": list(types or ["line.*"]), "contact": "api@dan.example.co.jp"}
    return system.send("POST", "webhooks", body, HTTP_IDEMPOTENCY_KEY=headers.get("key", f"{url}{'-'.join(types)}"))


@pytest.fixture
def hook(system, receiver, line):
    """An address that is told of lines, with its secret."""
    answer = opened(system, receiver.url)
    assert answer.status_code == 201, answer.content
    return {**answer.json()["webhook"], "secret": answer.json()["secret"]}


def due() -> int:
    """Do what is due at this moment of the moved clock, as a worker would; how many jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status = 'todo'"
            " AND task_name LIKE 'contracts.delivering.%%' AND (scheduled_at IS NULL OR scheduled_at <= %s)"
            " RETURNING task_name, args",
            [clock.now()],
        )
        jobs = [(name, args if isinstance(args, dict) else json.loads(args)) for name, args in cursor.fetchall()]
    for name, given in jobs:
        getattr(delivering, name.rpartition(".")[2]).func(**given)
    return len(jobs)


def everything_due() -> None:
    """The same, with what that puts down."""
    while due():
        pass


def told(system, hook) -> list[dict]:
    return system.get(f"webhook-deliveries?webhook={hook['id']}").json()["data"]


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
    hook = opened(system, receiver.url, "line.paused", "contract.*").json()
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
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", hook)
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
    changed = system.send("POST", f"{place}/change", {"types": ["line.active"]})
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
    assert system.send("POST", f"{place}/change", {"types": ["line.active"]}, HTTP_IF_MATCH=seen).status_code == 200
    assert system.send("POST", f"{place}/change", {"types": ["line.paused"]}, HTTP_IF_MATCH=seen).status_code == 412


def test_types_that_there_are_not_or_that_the_key_cannot_read_are_refused(system, dans_company, receiver):
    assert opened(system, receiver.url, "line.flown").json()["errors"][0]["field"] == "types"
    reader = system_of(dans_company, "webhooks:write", "contracts:read")
    refused = opened(reader, receiver.url, "line.*")
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
