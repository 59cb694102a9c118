"""What was scanned by mistake is undone by an act of its own: the card is where it was before, to the day and the yen."""

from datetime import date

import pytest

from iijiot.records import fresh
from iijiot.rules import RuleViolation
from sims import bulk, issuing, receiving, reconciling, replacing, returning
from sims.models import Reconciliation, SimCard
from tests.acts import BEN
from tests.factories import FileImportFactory
from tests.factories.sims import IncidentFactory, LineFactory, SimCardFactory, docomo, iccid

pytestmark = pytest.mark.usefixtures("in_english")
DAY, NEXT = date(2026, 12, 1), date(2026, 12, 2)
PRICE = "料金表 2026年4月版"


def receive(number: str, form_factor: str = "3ff", on: date = DAY):
    return receiving.receive(number, product=docomo(), form_factor=form_factor, delivery="納品1", on=on, actor=BEN)


@pytest.mark.clause("MA1")
def test_a_receipt_is_undone_and_the_card_can_be_taken_in_again_as_it_is(db):
    card = receive(iccid(1)).card
    receiving.undo(card, actor=BEN, reason="形状の誤り")
    assert str(fresh(card).state) == "mistaken"
    assert not SimCard.objects.in_stock().exists()
    again = receive(iccid(1), "4ff", NEXT)
    assert (again.answer, again.card) == ("taken", card)
    held = fresh(card)
    assert (str(held.state), held.form_factor, held.received_on) == ("in-stock", "4ff", NEXT)
    assert SimCard.objects.count() == 1


@pytest.mark.clause("MA1")
def test_m11_a_card_that_is_there_is_told_with_when_and_by_whom_and_changes_nothing(db):
    card = receive(iccid(1)).card
    versions = SimCard.history.count()
    known = receive(iccid(1), "4ff", NEXT)
    assert known.answer == "known"
    assert "Ben" in str(known.words)
    assert "1 December 2026" in str(known.words) or "2026年12月1日（火）" in str(known.words)
    assert (fresh(card).form_factor, SimCard.history.count()) == ("3ff", versions)


def test_a_card_that_has_left_the_stock_was_no_mistake(db):
    card = SimCardFactory(assigned=True)
    with pytest.raises(RuleViolation, match="is not possible while the state is"):
        receiving.undo(card, actor=BEN)


@pytest.mark.clause("MA1")
def test_what_was_entered_by_mistake_stands_in_no_comparison_with_the_carrier(db):
    card = SimCardFactory()
    receiving.undo(card, actor=BEN)
    file = FileImportFactory(of_lender=True)
    reconciling.compare([], lender=docomo().lender, of_file=file, on=DAY, grace=7, actor=BEN)
    found = Reconciliation.objects.get()
    assert (found.ours, found.differences.count()) == (0, 0)


@pytest.mark.clause("MA9.2")
@pytest.mark.parametrize("state", ["due-back", "overdue"])
@pytest.mark.parametrize("many", [False, True], ids=["alone", "with others"])
def test_a_return_is_undone_to_exactly_where_the_card_was(db, state, many):
    card = SimCardFactory(lent=True, line=LineFactory(ended=True), state=state, due_back_on=date(2026, 11, 30))
    if many:
        bulk.take_back([card.pk], on=DAY, actor=BEN)
    else:
        returning.take_back(card, on=DAY, actor=BEN)
    returning.undo(card, actor=BEN, reason="読み取り誤り")
    held = fresh(card)
    assert (str(held.state), held.over_on, held.due_back_on) == (state, None, date(2026, 11, 30))
    assert returning.scanned(card.iccid, on=NEXT, actor=BEN).answer == "taken"


@pytest.mark.clause("MA9.2", "MA13.1")
def test_a_card_that_was_given_up_is_given_up_again_with_its_day_and_its_charge(db):
    card = SimCardFactory(lent=True, line=LineFactory(ended=True), state="overdue", due_back_on=date(2026, 11, 30))
    returning.give_up(card, on=DAY, price_shown=PRICE, actor=BEN)
    returning.take_back(card, on=NEXT, actor=BEN)
    assert not card.charge_events.standing("not-returned").exists()
    returning.undo(card, actor=BEN)
    assert (str(fresh(card).state), fresh(card).over_on) == ("not-returned", DAY)
    assert card.charge_events.standing("not-returned").get().price_shown == PRICE


@pytest.mark.clause("MA9.2")
@pytest.mark.parametrize("state", ["shipped", "on-loan"])
def test_a_parcel_that_was_scanned_by_mistake_is_on_its_way_again(db, state):
    card = SimCardFactory(lent=True, line=LineFactory(ordered=True), state=state)
    returning.take_back(card, on=DAY, actor=BEN)
    returning.undo(card, actor=BEN)
    assert str(fresh(card).state) == state
    assert fresh(card.line).card == card


@pytest.mark.clause("MA8.1")
def test_a_return_is_not_undone_where_the_line_has_another_card(db):
    card = SimCardFactory(lent=True, line=LineFactory(ordered=True), state="shipped")
    returning.take_back(card, on=DAY, actor=BEN)
    issuing.assign_card(card.line, SimCardFactory(), on=DAY, actor=BEN)
    with pytest.raises(RuleViolation, match="another card meanwhile"):
        returning.undo(card, actor=BEN)
    assert str(fresh(card).state) == "returned"


@pytest.mark.clause("MA10.1", "MA9.2")
def test_a_faulty_card_that_was_replaced_meanwhile_is_awaited_when_its_return_is_undone(db):
    incident = IncidentFactory(card=SimCardFactory(lent=True, state="faulty"), kind="fault", reported_on=DAY)
    SimCardFactory()
    returning.take_back(incident.card, on=DAY, actor=BEN)
    replacing.replace(fresh(incident.card), reason="fault", on=NEXT, actor=BEN)
    returning.undo(fresh(incident.card), actor=BEN)
    held = fresh(incident.card)
    assert (str(held.state), held.due_back_on) == ("due-back", date(2027, 1, 1))


@pytest.mark.clause("MA10.1")
def test_a_faulty_card_waits_for_its_procedure_again(db):
    incident = IncidentFactory(card=SimCardFactory(lent=True, state="faulty"), kind="fault", reported_on=DAY)
    returning.take_back(incident.card, on=DAY, actor=BEN)
    returning.undo(fresh(incident.card), actor=BEN)
    assert str(fresh(incident.card).state) == "faulty"
    assert str(fresh(incident).state) == "open"


@pytest.mark.parametrize("state", ["due-back", "disposed"])
def test_only_a_return_is_undone(db, state):
    card = SimCardFactory(
        lent=True, line=LineFactory(ended=True), state=state, due_back_on=date(2026, 12, 30)
    )  # fmt: skip
    with pytest.raises(RuleViolation, match="Only a return can be undone"):
        returning.undo(card, actor=BEN)


def test_no_act_brings_a_card_where_it_never_was(db):
    card = SimCardFactory(lent=True, line=LineFactory(ended=True), state="due-back", due_back_on=date(2026, 12, 30))
    returning.take_back(card, on=DAY, actor=BEN)
    from iijiot.records import locked

    with locked(card) as (held,), pytest.raises(RuleViolation, match="goes back to where it was"):
        held.undo_to_overdue()
