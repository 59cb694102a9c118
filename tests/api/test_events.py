"""Events: one for each change of what partners see, with its number and the state after it; read on without a gap (M23)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from contracts import ending
from iijiot import clock, events
from iijiot.api.scopes import scopes
from iijiot.bulk import bulk_transition
from iijiot.models import Event
from iijiot.records import chapter, locked
from sims import activating
from sims.models import Line
from tests.api.conftest import system_of
from tests.factories import ContractFactory, CustomerFactory, LineFactory, SimCardFactory
from tests.factories.contracts import of


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026."""
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        yield


@pytest.fixture
def line(system, aois_company):
    """A line in service, whose coming was told already."""
    line = LineFactory(contract=ContractFactory(**of(aois_company), mobile_access=True))
    SimCardFactory(lent=True, line=line)
    return line


def told(system, query: str = ""):
    answer = system.get(f"events{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_each_change_is_one_event_with_the_state_after_it(system, line, clerk):
    before = told(system)["cursor"]
    activating.pause(line, actor=clerk)
    activating.resume(line, actor=clerk)
    found = told(system, f"?cursor={before}")["data"]
    assert [(event["type"], event["data"]["state"], event["object"]) for event in found] == [
        ("line.paused", "paused", f"line_{line.number}"),
        ("line.active", "active", f"line_{line.number}"),
    ]
    assert found[0]["data"]["msisdn"] == line.msisdn


@pytest.mark.clause("MA8.2")
def test_m23_whoever_hears_of_two_in_reverse_knows_the_newer_by_its_number(system, line, clerk):
    before = told(system)["cursor"]
    activating.pause(line, actor=clerk)
    activating.resume(line, actor=clerk)
    paused, active = told(system, f"?cursor={before}")["data"]
    assert paused["sequence"] < active["sequence"]
    newest = max([active, paused], key=lambda event: event["sequence"])
    assert newest["data"]["state"] == Line.objects.get(pk=line.pk).state == "active"


def test_what_is_made_is_told_and_what_changes_without_its_state_too(system, aois_company, clerk):
    contract = ContractFactory(**of(aois_company))
    with chapter(actor=clerk), locked(contract) as (held,):
        held.protect()
        held.save()
    found = [event for event in told(system)["data"] if event["object"] == f"ctr_{contract.number}"]
    assert [event["type"] for event in found] == ["contract.created", "contract.changed"]
    assert [event["data"]["protected"] for event in found] == [False, True]


def test_a_notice_is_told_as_the_end_the_change_of_the_contract_and_the_letter(system, aois_company, clerk):
    contract = ContractFactory(**of(aois_company))
    before, today = told(system)["cursor"], clock.business_day()
    plan = ending.plan_ending_by_notice(contract, arrived_on=today, named_on=None, how="form", today=today)
    ending.carry_out(plan, actor=clerk, reason="", today=today)
    found = {event["type"]: event["data"] for event in told(system, f"?cursor={before}")["data"]}
    assert set(found) == {"termination.created", "contract.changed", "notice.created"}
    assert found["contract.changed"]["ends_on"] == "2026-12-25"
    assert found["termination.created"]["contract"] == f"ctr_{contract.number}"


def test_many_at_once_are_told_one_by_one(system, aois_company, clerk):
    contract = ContractFactory(**of(aois_company), mobile_access=True)
    lines = LineFactory.create_batch(120, contract=contract)
    before = told(system, "?limit=200")["cursor"]
    with chapter(actor=clerk):
        bulk_transition(Line.objects.among([line.pk for line in lines]), "pause")
    found = told(system, f"?limit=200&cursor={before}")["data"]
    assert sorted(event["object"] for event in found) == sorted(f"line_{line.number}" for line in lines)
    assert {event["type"] for event in found} == {"line.paused"}


def test_r07_what_is_taken_back_was_never_told(system, line, clerk):
    before = told(system)["cursor"]
    with transaction.atomic():
        activating.pause(line, actor=clerk)
        transaction.set_rollback(True)
    assert told(system, f"?cursor={before}")["data"] == []
    assert system.send("POST", f"lines/line_{line.number}/pause?dry_run=true", {}).status_code == 200
    assert told(system, f"?cursor={before}")["data"] == []


def test_one_reads_on_page_by_page_and_again_from_where_one_stopped(system, line, clerk):
    for _turn in range(3):
        activating.pause(line, actor=clerk)
        activating.resume(line, actor=clerk)
    seen, cursor, more = [], "", True
    while more:
        answer = told(system, f"?limit=4{f'&cursor={cursor}' if cursor else ''}")
        seen += [event["id"] for event in answer["data"]]
        cursor, more = answer["cursor"], answer["more"]
    assert len(seen) == len(set(seen)) == Event.objects.count()
    assert told(system, f"?cursor={cursor}") == {"data": [], "cursor": cursor, "more": False}
    activating.pause(line, actor=clerk)
    (one,) = told(system, f"?cursor={cursor}")["data"]
    assert system.get(f"events/{one['id']}").json() == one


def test_x24_only_of_ones_customers_and_of_what_the_token_can_read(system, dans_company, line, carols_company, clerk):
    others = ContractFactory(**of(carols_company))
    assert others.number not in str(told(system))
    reader = system_of(dans_company, "events:read", "contracts:read")
    assert {event["type"].split(".")[0] for event in told(reader)["data"]} == {"contract"}
    of_line = next(event for event in told(system)["data"] if event["type"].startswith("line."))
    assert reader.get(f"events/{of_line['id']}").status_code == 404
    assert system.get("events/evt_nonsense_1").status_code == 404


def test_of_customers_whom_no_partner_sees_nothing_is_kept(db, clerk):
    ContractFactory(**of(CustomerFactory()))
    assert Event.objects.count() == 0


def test_events_are_narrowed(system, line, clerk):
    activating.pause(line, actor=clerk)
    assert [e["type"] for e in told(system, "?type=line.paused")["data"]] == ["line.paused"]
    assert {e["type"].split(".")[0] for e in told(system, "?kind=contract")["data"]} == {"contract"}
    assert {e["object"] for e in told(system, f"?object=line_{line.number}")["data"]} == {f"line_{line.number}"}
    assert system.get("events?nonsense=1").status_code == 400
    assert system.get("events?cursor=nonsense").status_code == 400


def test_events_go_after_a_month_but_places_go_on(system, line, clerk):
    cursor = told(system)["cursor"]
    many = Event.objects.count()
    assert events.forget(clock.now() + timedelta(days=29)) == 0
    assert events.forget(clock.now() + timedelta(days=31)) == many - 1
    activating.pause(line, actor=clerk)
    assert [event["type"] for event in told(system, f"?cursor={cursor}")["data"]] == ["line.paused"]


def test_everything_that_is_told_of_has_a_scope_that_reads_it(db):
    assert len(events.kinds()) >= 8
    assert events.kinds(scopes()) == events.kinds()
    assert events.kinds([]) == []
