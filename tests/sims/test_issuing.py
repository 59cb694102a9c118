"""Issuing cards: from stock in order, put back, exchanged, sent, arrived; one card and many by one rule."""

from datetime import date

import pytest

from iijiot.records import fresh
from iijiot.rules import RuleViolation
from sims import issuing, reporting
from sims.models import SimCard
from sims.models.card_state import ALLOWED, Custody
from tests.acts import BEN
from tests.factories import ContractFactory
from tests.factories.sims import IncidentFactory, LineFactory, SimCardFactory, iccid

pytestmark = pytest.mark.usefixtures("in_english")
DAY = date(2026, 12, 1)


def states(*cards: SimCard) -> list[str]:
    return [str(fresh(card).state) for card in cards]


@pytest.mark.clause("MA8.1")
def test_the_first_lines_get_the_cards_that_are_longest_in_stock_of_their_size(db):
    contract = ContractFactory(mobile_access=True)
    lines = [LineFactory(contract=contract, ordered=True, ordered_on=date(2026, 3, day)) for day in (27, 25, 26)]
    new, nano, old = (
        SimCardFactory(received_on=date(2026, 3, 2)),
        SimCardFactory(received_on=date(2026, 2, 1), form_factor="4ff"),
        SimCardFactory(received_on=date(2026, 3, 1)),
    )
    assert issuing.assign(contract, form_factor="3ff", quantity=2, on=DAY, actor=BEN) == 2
    assert (fresh(old).line, fresh(new).line) == (lines[1], lines[2])
    assert states(nano) == ["in-stock"]
    assert {str(row.history_clause) for row in SimCard.history.filter(state="assigned")} == {"MA8.1"}


@pytest.mark.clause("MA8.1")
def test_no_more_cards_are_given_than_lines_wait(db):
    contract = ContractFactory(mobile_access=True)
    LineFactory(contract=contract, ordered=True)
    SimCardFactory.create_batch(3)
    with pytest.raises(RuleViolation, match="wait for a card: 1; asked for: 2"):
        issuing.assign(contract, form_factor="3ff", quantity=2, on=DAY, actor=BEN)
    assert SimCard.objects.in_stock().count() == 3


def test_a_line_takes_the_number_with_which_its_card_was_delivered(db):
    line = LineFactory(ordered=True)
    issuing.assign_card(line, SimCardFactory(msisdn="02012345678"), on=DAY, actor=BEN)
    assert fresh(line).msisdn == "02012345678"


@pytest.mark.clause("MA8.1")
def test_a_line_has_one_card_at_a_time_and_one_that_has_ended_gets_none(db):
    line = LineFactory(ordered=True)
    issuing.assign_card(line, SimCardFactory(), on=DAY, actor=BEN)
    with pytest.raises(RuleViolation, match="has a card already"):
        issuing.assign_card(line, SimCardFactory(), on=DAY, actor=BEN)
    with pytest.raises(RuleViolation, match="has ended"):
        issuing.assign_card(LineFactory(ended=True), SimCardFactory(), on=DAY, actor=BEN)


@pytest.mark.clause("MA10.1")
def test_a_line_whose_lost_card_was_found_gets_its_new_one_by_the_procedure_alone(db):
    incident = IncidentFactory()
    reporting.find(incident.card, on=date(2026, 12, 10), actor=BEN)
    assert not incident.line.contract.lines.without_card().exists()
    with pytest.raises(RuleViolation, match="Carry out its procedure"):
        issuing.assign_card(incident.line, SimCardFactory(), on=date(2026, 12, 10), actor=BEN)


def test_a_card_goes_back_into_stock_as_it_came(db):
    card = SimCardFactory(assigned=True)
    issuing.put_back([card], actor=BEN)
    held = fresh(card)
    assert (str(held.state), held.line, held.assigned_on) == ("in-stock", None, None)
    with pytest.raises(RuleViolation, match="is not possible while the state is"):
        issuing.put_back([SimCardFactory(lent=True)], actor=BEN)


@pytest.mark.clause("MA8.1")
def test_a_line_in_service_keeps_a_card_and_may_get_another_one_instead(db):
    card = SimCardFactory(assigned=True, line=LineFactory())
    with pytest.raises(RuleViolation, match="Take another one in its place"):
        issuing.put_back([card], actor=BEN)
    nano = SimCardFactory(form_factor="4ff")
    issuing.exchange(card, new=nano, on=DAY, actor=BEN, reason="ナノを希望")
    assert states(card, nano) == ["in-stock", "assigned"]
    assert fresh(nano).line == card.line
    with pytest.raises(RuleViolation, match="exchanged before it is sent"):
        issuing.exchange(card, new=SimCardFactory(), on=DAY, actor=BEN)


def test_m13_a_batch_with_cards_that_cannot_be_sent_is_refused_and_names_them(db):
    ready = SimCardFactory.create_batch(3, assigned=True)
    lost = SimCardFactory(lent=True, state="lost", iccid=iccid(900001))
    sent = SimCardFactory(lent=True, state="shipped", iccid=iccid(900002))
    with pytest.raises(RuleViolation) as refusal:
        issuing.ship([card.pk for card in (*ready, lost, sent)], on=DAY, shipment="伝票5", actor=BEN)
    assert "these cards (2)" in str(refusal.value)
    assert f"{lost.iccid}（" in str(refusal.value)
    assert f"{sent.iccid}（" in str(refusal.value)
    assert states(*ready) == ["assigned"] * 3


def test_m13_one_card_is_refused_by_the_same_rule_as_many(db):
    sent = SimCardFactory(lent=True, state="shipped")
    with pytest.raises(RuleViolation, match=r"Not possible for these cards \(1\)"):
        issuing.ship([sent.pk], on=DAY, shipment="", actor=BEN)


@pytest.mark.clause("MA1")
def test_a_loan_begins_with_the_shipment(db):
    card = SimCardFactory(assigned=True)
    issuing.ship([card.pk], on=DAY, shipment="伝票1", actor=BEN)
    held = fresh(card)
    assert (str(held.state), held.lent_on, held.shipment) == ("shipped", DAY, "伝票1")
    issuing.arrive([held.pk], actor=BEN)
    assert states(card) == ["on-loan"]
    with pytest.raises(RuleViolation, match=r"Not possible for these cards \(1\)"):
        issuing.arrive([held.pk], actor=BEN)


def test_no_card_is_sent_before_it_was_assigned(db):
    with pytest.raises(RuleViolation, match=r"these cards \(1\).*March 2026|2026年3月26日"):
        issuing.ship([SimCardFactory(assigned=True).pk], on=date(2026, 3, 25), shipment="", actor=BEN)


@pytest.mark.clause("MA1")
def test_a_card_is_never_sold():
    assert not [state for state in Custody.values if "sold" in state or "sale" in state]
    assert not [act for act in ALLOWED if "sell" in act]


@pytest.mark.clause("MA10.2.1")
@pytest.mark.parametrize("state", ["in-stock", "returned", "found"])
def test_what_is_with_us_or_was_found_is_disposed_of(db, state):
    lent = {} if state == "in-stock" else {"lent": True, "over_on": DAY}
    card = SimCardFactory(**lent, state=state)
    issuing.dispose(card, actor=BEN)
    assert states(card) == ["disposed"]
