"""Bulk acts on lines and cards: whatever keeps the single act from being done keeps the row out, in the same words."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from iijiot.bulk_acts import acts, told
from iijiot.clauses import Clause
from iijiot.records import act_id, chapter, fresh
from iijiot.rules import RuleViolation, Unmet
from sims import activating, issuing, ordering, protecting, relabelling, returning
from sims.models import AddressUse, ChargeEvent, Line, SimCard, line_rules
from sims.models.line_rules import Hindrance, hinders_service
from tests.acts import BEN
from tests.factories import ContractFactory
from tests.factories.sims import (
    ChargeEventFactory,
    IncidentFactory,
    IpPoolFactory,
    LineChangeFactory,
    LineFactory,
    SimCardFactory,
)

DAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)
LATER = date(2026, 12, 28)
PRICE = "料金表 2026年4月版"
LABEL = "屋上の1号機"
DATA: dict[str, dict[str, Any]] = {
    "assign-cards": {"form_factor": "3ff", "product": None},
    "end-lines": {"on": LATER, "reason": "撤去"},
    "relabel-lines": {"label": LABEL, "reason": ""},
    "ship-cards": {"on": DAY, "shipment": "伝票1", "extent": "possible"},
    "take-cards-back": {"on": DAY, "reason": ""},
    "give-cards-up": {"price_shown": PRICE, "reason": ""},
}
SINGLE: dict[str, Callable[[Any], Any]] = {
    "assign-cards": lambda line: issuing.assign_card(line, SimCard.objects.in_stock()[0], on=DAY, actor=BEN),
    "activate-lines": lambda line: activating.activate(line, on=DAY, at=NOON, actor=BEN),
    "pause-lines": lambda line: activating.pause(line, actor=BEN),
    "resume-lines": lambda line: activating.resume(line, actor=BEN),
    "end-lines": lambda line: ordering.end_line(line, LATER, today=DAY, actor=BEN),
    "relabel-lines": lambda line: relabelling.relabel(line, LABEL, actor=BEN),
    "lift-line-ends": lambda line: ordering.lift_line_end(line, today=DAY, actor=BEN),
    "protect-lines": lambda line: protecting.protect_line(line, today=DAY, actor=BEN),
    "unprotect-lines": lambda line: protecting.unprotect_line(line, actor=BEN),
    "ship-cards": lambda card: issuing.ship([card.pk], on=DAY, shipment="伝票1", actor=BEN),
    "cards-arrived": lambda card: issuing.arrive([card.pk], actor=BEN),
    "take-cards-back": lambda card: returning.take_back(card, on=DAY, actor=BEN),
    "give-cards-up": lambda card: returning.give_up(card, on=DAY, price_shown=PRICE, actor=BEN),
    "put-cards-back": lambda card: issuing.put_back([card], actor=BEN),
    "dispose-of-cards": lambda card: issuing.dispose(card, actor=BEN),
}
"""What a clerk does to one record."""
OF_A_BATCH = {"ship-cards", "cards-arrived"}
"""A batch of cards names those that stand in the way; each of a selection has its own reason."""
AGAIN = {"end-lines"}
"""What can be done once more to what it was done to."""


def lines():
    """Lines in every state and of every kind that a rule looks at."""
    running = ContractFactory(mobile_access=True)
    waiting = ContractFactory(mobile_access=True, not_started=True)
    ending = ContractFactory(mobile_access=True, ending=True)
    for shape in ({"ordered": True}, {}, {"paused": True}, {"stopped": True}, {"ended": True}):
        LineFactory(contract=running, **shape)
        for custody in ("on-loan", "shipped", "faulty", "lost"):
            SimCardFactory(lent=True, line=LineFactory(contract=running, **shape), state=custody)
    for shape in ({"ordered": True}, {"paused": True}):
        for contract in (waiting, ending):
            SimCardFactory(lent=True, line=LineFactory(contract=contract, **shape))
        LineFactory(contract=running, **shape, protected=True)
        LineFactory(contract=running, **shape, ends_on=date(2026, 12, 10), ends_under="MA8.1")
    LineFactory(contract=running, ordered_on=date(2027, 1, 5), billing_starts_on=None, ordered=True)
    LineFactory(
        contract=running,
        leaves_with=LineChangeFactory(contract=running),
        ends_on=date(2026, 12, 31),
        ends_under="MA8.1",
    )
    LineFactory(contract=running, ends_on=date(2026, 11, 20), ends_under="MA8.1")
    for custody in ("found", "faulty"):
        found = SimCardFactory(lent=True, line=LineFactory(contract=running), state=custody, over_on=over(custody))
        IncidentFactory(card=found, kind="loss" if custody == "found" else "fault")
    LineFactory(contract=waiting, ordered=True, protected=True, label=LABEL)
    IpPoolFactory(network="10.64.0.0/24")
    return list(Line.objects.order_by("pk"))


def over(custody):
    """The day on which the loan of a card in this custody was over."""
    return DAY if custody in ("found", "returned", "written-off") else None


def cards():
    """Cards in every state, on days that a rule looks at."""
    SimCardFactory()
    SimCardFactory(assigned=True)
    SimCardFactory(assigned=True, line=LineFactory())
    SimCardFactory(assigned=True, assigned_on=date(2026, 12, 1))
    for shape in ({}, {"ordered": True}, {"paused": True}, {"ended": True}):
        for custody in ("shipped", "on-loan", "faulty", "lost"):
            SimCardFactory(lent=True, line=LineFactory(**shape), state=custody)
    SimCardFactory(lent=True, line=LineFactory(ordered=True), lent_on=date(2026, 12, 1))
    for custody in ("due-back", "overdue"):
        SimCardFactory(lent=True, state=custody, due_back_on=date(2026, 12, 31))
    for custody in ("returned", "written-off", "found"):
        SimCardFactory(lent=True, state=custody, over_on=over(custody))
    SimCardFactory(state="disposed")
    ChargeEventFactory(cause="not-returned")
    return list(SimCard.objects.order_by("pk"))


def act_named(slug):
    """The act of this name."""
    return next(act for act in acts() if act.slug == slug)


def refused_alone(act, record):
    """Why a clerk cannot do it to this record alone, now; empty where that can be done. Nothing stays of it."""
    try:
        with transaction.atomic():
            SINGLE[act.slug](fresh(record))
            transaction.set_rollback(True)
    except RuleViolation as refusal:
        return [str(reason) for reason in refusal.unmet]
    except (ValidationError, IntegrityError) as refusal:
        return [str(reason) for reason in told(refusal, Clause(act.clause))]
    return []


@pytest.mark.unrecorded("what a clerk could do to one record is tried and taken back")
@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("act", acts(), ids=lambda act: act.slug)
def test_m13_m17_single_and_bulk_agree_on_a_mixed_set(db, act):
    records, data = (lines if act.model is Line else cards)(), DATA.get(act.slug, {})
    if act.slug == "assign-cards":
        SimCardFactory.create_batch(len(records))
    refused = {record.pk: reasons for record in records if (reasons := refused_alone(act, record))}
    ids = [record.pk for record in records]
    ready = set(act.ready(act.chosen(ids), data).values_list("pk", flat=True))
    assert ready == set(ids) - set(refused)
    assert ready
    assert refused
    words = {record.pk: [str(reason) for reason in reasons] for record, reasons in act.reasons(sorted(refused), data)}
    assert act.slug in OF_A_BATCH or words == refused
    assert all(words.values())
    run = act_id()
    with chapter(actor=BEN, reason="撤去", clause=act.clause, act=run):
        assert set(act.carry_out(ids, data, BEN)) == ready
    written, key = (SimCard.history, "line") if act.slug == "assign-cards" else (act.model.history, "id")
    written = written.filter(history_chapter=run)
    assert set(written.values_list(key, flat=True)) == ready
    assert set(written.values_list("history_actor", flat=True)) == {"Ben"}
    assert all(written.values_list("history_clause", flat=True))
    unchanged = act.chosen(sorted(refused))
    assert {r.pk: r.state for r in unchanged} == {r.pk: r.state for r in records if r.pk in refused}
    assert act.slug in AGAIN or not list(act.carry_out(ids, data, BEN))


@pytest.mark.clause("MA8.1")
def test_protecting_lifts_an_end_already_booked(db):
    act = act_named("protect-lines")
    line = LineFactory(ends_on=LATER, ends_under="MA8.1")
    assert list(act.carry_out([line.pk], {}, BEN)) == [line.pk]
    assert (fresh(line).protected, fresh(line).ends_on) == (True, None)


@pytest.mark.clause("MA8.1")
def test_lines_protected_together_leave_the_reductions_with_which_they_were_to_go(db):
    contract = ContractFactory(mobile_access=True)
    whole, part = LineChangeFactory(contract=contract), LineChangeFactory(contract=contract)
    end = {"ends_on": date(2026, 12, 31), "ends_under": "MA8.1", "contract": contract}
    gone = LineFactory.create_batch(2, leaves_with=whole, **end)
    kept, goes = LineFactory.create_batch(2, leaves_with=part, **end)
    with time_machine.travel(NOON, tick=False):
        done = act_named("protect-lines").carry_out([line.pk for line in (*gone, kept)], {}, BEN)
    assert sorted(done) == [line.pk for line in (*gone, kept)]
    assert (fresh(whole).state, fresh(whole).closed_because) == ("closed", "protected")
    assert (fresh(part).state, fresh(part).quantity) == ("pending", 1)
    assert fresh(goes).leaves_with == part


@pytest.mark.clause("MA9.2", "MA13.1")
def test_cards_closed_together_as_not_returned_have_a_charge_each(db):
    act = act_named("give-cards-up")
    overdue = [SimCardFactory(lent=True, state="overdue", due_back_on=date(2026, 11, 20)) for _card in range(3)]
    with time_machine.travel(NOON, tick=False):
        act.carry_out([card.pk for card in overdue], DATA["give-cards-up"], BEN)
    events = ChargeEvent.objects.order_by("card")
    assert list(events.values_list("card", "line", "contract", "cause", "occurred_on", "price_shown")) == [
        (card.pk, card.line_id, card.line.contract_id, "not-returned", DAY, PRICE) for card in overdue
    ]
    assert set(ChargeEvent.history.values_list("history_clause", "history_type")) == {("MA13.1", "+")}
    for event in events:
        event.full_clean()


@pytest.mark.clause("MA9.2")
def test_cards_that_come_back_take_their_charges_back(db):
    act = act_named("take-cards-back")
    event = ChargeEventFactory()
    kept = ChargeEventFactory()
    act.carry_out([event.card_id], {"on": date(2026, 12, 28)}, BEN)
    assert fresh(event).taken_back_on == date(2026, 12, 28)
    assert fresh(kept).taken_back_on is None
    assert ChargeEvent.objects.standing("not-returned").count() == 1


@pytest.mark.clause("MA5.2")
def test_lines_put_into_service_at_once_have_addresses_of_their_own(db):
    act = act_named("activate-lines")
    IpPoolFactory(network="10.64.0.0/28")
    made = LineFactory.create_batch(5, contract=ContractFactory(mobile_access=True), ordered=True)
    for line in made:
        SimCardFactory(lent=True, line=line)
    act.carry_out([line.pk for line in made], {}, BEN)
    assert AddressUse.objects.current().values("address").distinct().count() == 5


@pytest.mark.clause("MA5.2")
def test_who_gets_no_address_is_foreseen_and_told(db):
    """Six addresses for everybody, two of one customer's own: its lines have both, the other's those for everybody."""
    act = act_named("activate-lines")
    own, other = ContractFactory(mobile_access=True), ContractFactory(mobile_access=True)
    IpPoolFactory(network="10.64.0.0/29")
    IpPoolFactory(network="10.65.0.0/30", customer=own.customer)
    made = [
        SimCardFactory(lent=True, line=LineFactory(contract=contract, ordered=True)).line
        for contract in (own, other) * 5
    ]
    ids = [line.pk for line in made]
    foreseen = list(act.ready(act.chosen(ids), {}).values_list("pk", flat=True))
    assert foreseen == ids[:8]
    assert {str(reason.clause.id) for _line, why in act.reasons(ids[8:], {}) for reason in why} == {"MA5.2"}
    assert sorted(act.carry_out(ids, {}, BEN)) == foreseen
    assert AddressUse.objects.current().count() == 8


@pytest.mark.clause("MA1")
def test_x12_lines_beyond_the_stock_are_foreseen_and_told(db):
    act, data = act_named("assign-cards"), DATA["assign-cards"]
    made = LineFactory.create_batch(5, contract=ContractFactory(mobile_access=True), ordered=True)
    stock = [SimCardFactory(received_on=date(2026, 3, 9 - n), msisdn=f"0201999000{n}") for n in range(3)]
    SimCardFactory(form_factor="mff2")
    ids = [line.pk for line in made]
    assert list(act.ready(act.chosen(ids), data).values_list("pk", flat=True)) == ids[:3]
    assert {str(reason.clause.id) for _line, why in act.reasons(ids[3:], data) for reason in why} == {"MA1"}
    assert act.carry_out(ids, data, BEN) == ids[:3]
    longest_first = [fresh(line).card for line in made[:3]]
    assert longest_first == stock[::-1]
    assert [fresh(line).msisdn for line in made[:3]] == [card.msisdn for card in longest_first]


@pytest.mark.clause("MA7")
def test_what_hinders_a_line_keeps_it_out_of_the_bulk_act_too(db, monkeypatch):
    monkeypatch.setattr(line_rules, "_hindrances", [])
    line, other = LineFactory(paused=True), LineFactory(paused=True)
    for one in (line, other):
        SimCardFactory(lent=True, line=one)
    hinders_service(
        Hindrance(
            lambda one: Unmet(Clause("MA7"), "試験に合格していません。") if one.pk == line.pk else None,
            lambda rows: Line.objects.among([line.pk]),
        )
    )
    act = act_named("resume-lines")
    assert list(act.carry_out([line.pk, other.pk], {}, BEN)) == [other.pk]
    ((_record, reasons),) = act.reasons([line.pk], {})
    assert [reason.clause.id for reason in reasons] == ["MA7"]


def test_there_are_acts_to_look_at():
    assert {act.slug for act in acts()} == set(SINGLE)
