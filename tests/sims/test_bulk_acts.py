"""Bulk acts on lines and cards: whatever keeps the single act from being done keeps the row out, in the same words."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from iijiot.bulk_acts import acts, told
from iijiot.clauses import Clause
from iijiot.records import fresh, locked
from iijiot.rules import RuleViolation, Unmet, unmet
from sims.models import AddressUse, ChargeEvent, Line, SimCard, line_rules
from sims.models.line_rules import Hindrance, hinders_service
from tests.acts import BEN
from tests.factories import ContractFactory
from tests.factories.sims import ChargeEventFactory, IpPoolFactory, LineFactory, SimCardFactory

DAY = date(2026, 11, 25)
LATER = date(2026, 12, 28)
CLAUSE = Clause("MA1")
DATA = {
    "end-lines": {"on": LATER, "reason": "撤去"},
    "ship-cards": {"on": DAY, "shipment": "伝票1"},
    "take-cards-back": {"on": DAY, "reason": ""},
}


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
    LineFactory(contract=waiting, ordered=True, protected=True)
    IpPoolFactory(network="10.64.0.0/24")
    return list(Line.objects.order_by("pk"))


def cards():
    """Cards in every state, on days that a rule looks at."""
    line = LineFactory
    SimCardFactory()
    SimCardFactory(assigned=True)
    SimCardFactory(assigned=True, assigned_on=date(2026, 12, 1))
    for custody in ("shipped", "on-loan", "faulty", "lost"):
        SimCardFactory(lent=True, state=custody)
    SimCardFactory(lent=True, line=line(), lent_on=date(2026, 12, 1))
    for custody in ("due-back", "overdue"):
        SimCardFactory(lent=True, state=custody, due_back_on=date(2026, 12, 31))
    for custody in ("returned", "written-off", "found"):
        SimCardFactory(lent=True, state=custody, over_on=DAY)
    SimCardFactory(state="disposed")
    ChargeEventFactory(cause="not-returned")
    return list(SimCard.objects.order_by("pk"))


def single(act, record, data):
    """Why the transition of the single act is refused now; empty when it is not."""
    held = fresh(record)
    reasons = unmet(getattr(held, act.transition))
    if reasons:
        return [str(reason) for reason in reasons]
    try:
        with locked(record) as (held,):
            getattr(held, act.transition)(*act.arguments(data))
            held.full_clean()
    except RuleViolation as refusal:
        return [str(reason) for reason in refusal.unmet]
    except ValidationError as refusal:
        return [str(reason) for reason in told(refusal, CLAUSE)]
    return []


@pytest.mark.parametrize("act", acts(), ids=lambda act: act.slug)
def test_single_and_bulk_agree_on_a_mixed_set(db, act):
    records, data = (lines if act.model is Line else cards)(), DATA.get(act.slug, {})
    refused = {record.pk: reasons for record in records if (reasons := single(act, record, data))}
    ids = [record.pk for record in records]
    ready = set(act.ready(act.chosen(ids), data).values_list("pk", flat=True))
    assert ready == set(ids) - set(refused)
    assert ready
    assert refused
    words = {record.pk: reasons for record, reasons in act.reasons(sorted(refused), data)}
    for pk, reasons in refused.items():
        same = [str(reason) for reason in words[pk]]
        assert same == reasons or act.slug == "take-cards-back"
    done = set(act.carry_out(ids, data, BEN))
    assert done == ready
    target = getattr(act.model, act.transition)._django_fsm
    (goal,) = {step.target for step in target.transitions.values()}
    history = act.model.history.filter(history_actor="Ben")
    assert set(history.values_list("id", flat=True)) == ready
    assert goal is None or set(act.chosen(sorted(ready)).values_list("state", flat=True)) == {goal}
    unchanged = act.chosen(sorted(refused))
    assert {r.pk: r.state for r in unchanged} == {r.pk: r.state for r in records if r.pk in refused}
    assert list(act.carry_out(ids, data, BEN)) == ([] if goal else sorted(done) if act.slug == "end-lines" else [])


@pytest.mark.clause("MA8.1")
def test_protecting_lifts_an_end_already_booked(db):
    act = next(act for act in acts() if act.slug == "protect-lines")
    line = LineFactory(ends_on=LATER, ends_under="MA8.1")
    assert list(act.carry_out([line.pk], {}, BEN)) == [line.pk]
    assert (fresh(line).protected, fresh(line).ends_on) == (True, None)


@pytest.mark.clause("MA9.2")
def test_cards_that_come_back_take_their_charges_back(db):
    act = next(act for act in acts() if act.slug == "take-cards-back")
    event = ChargeEventFactory()
    kept = ChargeEventFactory()
    act.carry_out([event.card_id], {"on": date(2026, 12, 28)}, BEN)
    assert fresh(event).taken_back_on == date(2026, 12, 28)
    assert fresh(kept).taken_back_on is None
    assert ChargeEvent.objects.standing("not-returned").count() == 1


@pytest.mark.clause("MA5.2")
def test_lines_put_into_service_at_once_have_addresses_of_their_own(db):
    act = next(act for act in acts() if act.slug == "activate-lines")
    IpPoolFactory(network="10.64.0.0/28")
    made = LineFactory.create_batch(5, contract=ContractFactory(mobile_access=True), ordered=True)
    for line in made:
        SimCardFactory(lent=True, line=line)
    act.carry_out([line.pk for line in made], {}, BEN)
    assert AddressUse.objects.current().values("address").distinct().count() == 5


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
    act = next(act for act in acts() if act.slug == "resume-lines")
    assert list(act.carry_out([line.pk, other.pk], {}, BEN)) == [other.pk]
    ((_record, reasons),) = act.reasons([line.pk], {})
    assert [reason.clause.id for reason in reasons] == ["MA7"]


def test_there_are_acts_to_look_at():
    assert len(acts()) >= 11
