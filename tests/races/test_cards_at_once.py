"""Cards: two clerks take from one stock, a line ends while its card is replaced, the same card comes back twice."""

from datetime import date
from functools import partial

import pytest

from iijiot.actors import Actor
from iijiot.records import chapter, fresh
from sims import issuing, ordering, receiving, replacing, reporting, returning
from sims.models import Incident, Line, Replacement, SimCard
from tests.factories import ContractFactory
from tests.factories.sims import IncidentFactory, LineFactory, SimCardFactory, docomo, iccid
from tests.races.together import ROUNDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 12, 1)
CLERK, OTHER = Actor.command("clerk"), Actor.command("other clerk")
TAKERS, CARDS, STOCK_ROUNDS = 16, 14, 10


def test_two_clerks_who_assign_from_one_stock_give_no_card_twice():
    for _round in range(ROUNDS):
        contracts = [ContractFactory(mobile_access=True) for _n in range(2)]
        for contract in contracts:
            LineFactory.create_batch(8, contract=contract, ordered=True)
        cards = SimCardFactory.create_batch(16, form_factor="mff2")
        at_once(*[
            partial(issuing.assign, contract, form_factor="mff2", quantity=8, on=DAY, actor=actor)
            for contract, actor in zip(contracts, (CLERK, OTHER), strict=True)
        ])  # fmt: skip
        given = SimCard.objects.among([card.pk for card in cards]).exclude(state="in-stock")
        assert given.count() == 16
        assert given.values("line").distinct().count() == 16
        assert SimCard.history.filter(id__in=[c.pk for c in cards], state="assigned").count() == 16


def test_two_clerks_on_one_contract_come_one_after_the_other():
    for _round in range(ROUNDS):
        contract = ContractFactory(mobile_access=True)
        LineFactory.create_batch(3, contract=contract, ordered=True)
        SimCardFactory.create_batch(4, form_factor="2ff")
        give = partial(issuing.assign, contract, form_factor="2ff", quantity=2, on=DAY)
        outcomes = at_once(partial(give, actor=CLERK), partial(give, actor=OTHER))
        assert [outcome.won for outcome in outcomes].count(True) == 1
        assert contract.lines.without_card().count() == 1


def test_x12_of_sixteen_who_want_one_of_fourteen_cards_two_are_refused_cleanly():
    contracts = [ContractFactory(mobile_access=True) for _n in range(TAKERS)]
    for _round in range(STOCK_ROUNDS):
        for contract in contracts:
            LineFactory(contract=contract, ordered=True)
        cards = SimCardFactory.create_batch(CARDS, form_factor="4ff")
        outcomes = at_once(*[
            partial(issuing.assign, contract, form_factor="4ff", quantity=1, on=DAY, actor=CLERK)
            for contract in contracts
        ])  # fmt: skip
        assert [outcome.won for outcome in outcomes].count(True) == CARDS
        given = SimCard.objects.among([card.pk for card in cards])
        assert set(given.values_list("state", flat=True)) == {"assigned"}
        assert given.values("line").distinct().count() == CARDS


def test_a_line_that_ends_while_its_card_is_replaced_keeps_no_card_and_loses_none():
    for _round in range(ROUNDS):
        line = LineFactory(ends_on=DAY, ends_under="MA8.1")
        old = SimCardFactory(lent=True, line=line, state="faulty")
        incident = IncidentFactory(card=old, kind="fault", reported_on=date(2026, 11, 20))
        new = SimCardFactory(form_factor="3ff")

        def end(line: Line = line) -> None:
            with chapter(actor=OTHER):
                ordering.end_over([line.pk], date(2026, 12, 2))

        outcomes = at_once(partial(replacing.replace, old, new=new, reason="fault", on=DAY, actor=CLERK), end)
        assert outcomes[1].won
        assert str(fresh(line).state) == "ended"
        assert not SimCard.objects.live().of_lines([line.pk]).exists()
        assert (str(fresh(new).state), fresh(new).line) == ("in-stock", None)
        assert (str(fresh(old).state), fresh(old).due_back_on) == ("due-back", date(2026, 12, 31))
        assert str(fresh(incident).state) == ("replaced" if outcomes[0].won else "line-ends")
        assert Replacement.objects.filter(old=old).count() == outcomes[0].won


def test_two_clerks_who_take_the_same_card_back_enter_it_once():
    for _round in range(ROUNDS):
        card = SimCardFactory(
            lent=True, line=LineFactory(ended=True), state="due-back", due_back_on=date(2026, 12, 30)
        )  # fmt: skip
        outcomes = at_once(*[partial(returning.take_back, card, on=DAY, actor=who) for who in (CLERK, OTHER)])
        assert [outcome.won for outcome in outcomes].count(True) == 1
        assert SimCard.history.filter(id=card.pk, state="returned").count() == 1
        refusal = next(outcome.refusal for outcome in outcomes if not outcome.won)
        assert "2026年12月1日（火）" in str(refusal)
        assert "clerk" in str(refusal)


def test_two_reports_on_one_card_make_one_case():
    for _round in range(ROUNDS):
        card = SimCardFactory(lent=True)
        say = partial(
            reporting.report, card, kind="loss", channel="phone", on=DAY, what="現場で", today=DAY, actor=CLERK
        )
        outcomes = at_once(say, say)
        assert [outcome.won for outcome in outcomes].count(True) == 1
        assert Incident.objects.filter(card=card).count() == 1


def test_a_card_given_up_while_it_comes_back_is_charged_for_no_longer():
    for _round in range(ROUNDS):
        card = SimCardFactory(
            lent=True, line=LineFactory(ended=True), state="overdue", due_back_on=date(2026, 11, 30)
        )  # fmt: skip
        outcomes = at_once(
            partial(returning.give_up, card, on=DAY, price_shown="料金表", actor=CLERK),
            partial(returning.take_back, card, on=DAY, actor=OTHER),
        )
        assert outcomes[1].won
        assert str(fresh(card).state) == "returned"
        assert not card.charge_events.standing("not-returned").exists()


def test_a_loss_and_the_replacement_of_a_card_come_one_after_the_other():
    for _round in range(ROUNDS):
        card, new = SimCardFactory(lent=True), SimCardFactory(form_factor="3ff")
        at_once(
            partial(replacing.replace, card, new=new, reason="wish", on=DAY, actor=CLERK),
            partial(
                reporting.report, card, kind="loss", channel="phone", on=DAY, what="現場で", today=DAY, actor=OTHER
            ),
        )
        old = fresh(card)
        assert str(old.state) == "written-off"
        assert str(fresh(new).state) == "assigned"
        assert not Incident.objects.open().filter(card=card).exists()


def test_a_new_card_that_two_clerks_scan_is_taken_in_once():
    for n in range(ROUNDS):
        take = partial(
            receiving.receive, iccid(700_000 + n), product=docomo(), form_factor="3ff", delivery="納品1", on=DAY
        )
        outcomes = at_once(partial(take, actor=CLERK), partial(take, actor=OTHER))
        assert sorted(str(outcome.result.answer) for outcome in outcomes) == ["known", "taken"]
        card = SimCard.objects.get(iccid=iccid(700_000 + n))
        assert SimCard.history.filter(id=card.pk).count() == 1


def test_a_card_whose_receipt_was_undone_is_taken_in_again_once():
    for n in range(ROUNDS):
        card = SimCardFactory(iccid=iccid(800_000 + n), state="mistaken")
        take = partial(receiving.receive, card.iccid, product=docomo(), form_factor="4ff", delivery="納品2", on=DAY)
        outcomes = at_once(partial(take, actor=CLERK), partial(take, actor=OTHER))
        assert sorted(str(outcome.result.answer) for outcome in outcomes) == ["known", "taken"]
        assert (str(fresh(card).state), fresh(card).form_factor) == ("in-stock", "4ff")


def test_a_card_that_is_exchanged_while_it_is_shipped_goes_out_or_stays_here():
    for _round in range(ROUNDS):
        card, new = SimCardFactory(assigned=True), SimCardFactory(form_factor="2ff")
        at_once(
            partial(issuing.exchange, card, new=new, on=DAY, actor=CLERK, reason="ナノを希望"),
            partial(issuing.ship, [card.pk], on=DAY, shipment="伝票1", actor=OTHER),
        )
        states = (str(fresh(card).state), str(fresh(new).state))
        assert states in {("shipped", "in-stock"), ("in-stock", "assigned")}
        assert SimCard.objects.live().of_lines([card.line_id]).count() == 1


def test_a_return_that_is_undone_while_the_card_is_disposed_of_is_one_or_the_other():
    for _round in range(ROUNDS):
        card = SimCardFactory(
            lent=True, line=LineFactory(ended=True), state="due-back", due_back_on=date(2026, 12, 30)
        )  # fmt: skip
        returning.take_back(card, on=DAY, actor=CLERK)
        outcomes = at_once(
            partial(returning.undo, card, actor=CLERK), partial(issuing.dispose, card, actor=OTHER, reason="裁断")
        )
        assert [outcome.won for outcome in outcomes].count(True) == 1
        assert str(fresh(card).state) == ("due-back" if outcomes[0].won else "disposed")
