"""The loan ledger of a card, its reminders, and the chain of replacements in which it stands."""

from datetime import date

import pytest

from contracts.models import Contract
from iijiot.bulk import bulk_change
from iijiot.records import chapter, fresh
from sims import issuing, lending, reminding, replacing, returning
from sims.models import SimCard
from tests.acts import BEN
from tests.factories import CustomerFactory
from tests.factories.sims import LineFactory, ReplacementFactory, SimCardFactory

pytestmark = pytest.mark.usefixtures("in_english")
DAY = date(2026, 12, 1)


@pytest.mark.clause("MA1", "MA9.2")
def test_a_card_is_lent_by_the_carrier_to_us_and_by_us_to_the_customer(db):
    card = SimCardFactory(lent=True, line=LineFactory(ended=True), state="due-back", due_back_on=date(2026, 12, 30))
    ours, theirs = lending.loans(card)
    assert (str(ours.lender), ours.since, ours.until) == ("株式会社NTTドコモ", date(2026, 3, 1), None)
    assert (theirs.customer, theirs.since, theirs.due, theirs.until) == (
        card.customer,
        date(2026, 4, 1),
        date(2026, 12, 30),
        None,
    )
    returning.take_back(card, on=DAY, actor=BEN)
    assert lending.loans(fresh(card))[1].until == DAY


def test_a_card_in_stock_is_lent_to_us_alone_and_one_entered_by_mistake_to_nobody(db):
    assert len(lending.loans(SimCardFactory())) == 1
    assert lending.loans(SimCardFactory(state="mistaken")) == []


@pytest.mark.clause("G17", "MA1")
def test_a_contract_that_passed_to_another_customer_took_its_cards_along(db):
    card = SimCardFactory(lent=True)
    contract, before, after = card.line.contract, card.customer, CustomerFactory()
    with chapter(actor=BEN):
        bulk_change(Contract.objects.among([contract.pk]), {"customer": after.pk}, releasing=["customer"])
    ledger = lending.loans(SimCard.objects.get(pk=card.pk))[1:]
    assert [loan.customer for loan in ledger] == [before, after]
    assert ledger[0].until == ledger[1].since
    assert (ledger[0].since, ledger[1].until) == (date(2026, 4, 1), None)


@pytest.mark.clause("MA9.2")
def test_each_reminder_of_a_card_is_told_with_its_letter(db):
    card = SimCardFactory(lent=True, line=LineFactory(ended=True), state="due-back", due_back_on=date(2027, 1, 29))
    other = SimCardFactory(lent=True, state="due-back", due_back_on=date(2027, 1, 29))
    first = reminding.remind(card.customer, on=date(2027, 1, 15), actor=BEN)
    reminding.remind(other.customer, on=date(2027, 1, 15), actor=BEN)
    second = reminding.call_back(card.customer, on=date(2027, 1, 20), actor=BEN)
    assert [(told.notice, str(told.what)) for told in lending.told(card)] == [
        (second, "Reminded of the day of return"),
        (first, "Reminded of the day of return"),
    ]


@pytest.mark.clause("MA10.1")
def test_the_chain_tells_what_came_before_and_after_a_card_of_the_same_line(db):
    link = ReplacementFactory()
    third = SimCardFactory()
    last = replacing.replace(link.new, reason="fault", on=date(2026, 12, 28), actor=BEN)
    for card in (link.old, link.new, third):
        assert lending.chain(SimCard.objects.get(pk=card.pk)) == [link, last]
    assert lending.chain(SimCardFactory(lent=True)) == []
    assert lending.chain(SimCardFactory()) == []


@pytest.mark.clause("MA8.1", "MA10.1")
def test_a_card_exchanged_before_it_was_sent_leaves_its_place_in_the_chain_to_the_new_one(db):
    old = SimCardFactory(lent=True)
    wrong, right = SimCardFactory(), SimCardFactory(form_factor="4ff")
    replacing.replace(old, new=wrong, reason="wish", on=DAY, actor=BEN)
    taken = issuing.exchange(fresh(wrong), form_factor="4ff", on=DAY, actor=BEN, reason="ナノを希望")
    assert taken == right
    (link,) = lending.chain(fresh(right))
    assert (link.old, link.new, fresh(right).generation) == (old, right, 1)
    assert (str(fresh(wrong).state), fresh(wrong).generation) == ("in-stock", 0)
    replacing.replace(SimCardFactory(lent=True), new=fresh(wrong), reason="wish", on=DAY, actor=BEN)
