"""Getting cards back: due within thirty days, overdue after the day that counts, received once, or given up."""

import json
from datetime import date
from pathlib import Path

import pytest

from iijiot import daily
from iijiot.records import chapter, fresh, locked
from iijiot.rules import RuleViolation
from sims import due, ordering, returning
from sims.models import ChargeEvent, ReturnPolicy, SimCard
from sims.models.policy import in_force
from tests.acts import BEN
from tests.factories.sims import LineFactory, ReplacementFactory, ReturnPolicyFactory, SimCardFactory

pytestmark = pytest.mark.usefixtures("in_english")
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "vectors.json").read_text(encoding="utf-8"))
PRICE = "料金表 2026年4月版"


def overdue(**more: object) -> SimCard:
    made: SimCard = SimCardFactory(
        lent=True, line=LineFactory(ended=True), state="overdue", due_back_on=date(2026, 11, 30), **more
    )
    return made


@pytest.mark.clause("MA9.2")
@pytest.mark.parametrize("case", VECTORS["sim_return_due"]["cases"], ids=lambda case: case["ended"])
def test_the_vectors_of_due_days_come_out_exactly(db, case):
    ended = date.fromisoformat(case["ended"])
    card = SimCardFactory(lent=True, line=LineFactory(ends_on=ended, ends_under="MA8.1"))
    with chapter(actor=BEN):
        ordering.end_over([card.line_id], date.fromisoformat(case["due"]))
    assert (str(fresh(card).state), fresh(card).due_back_on) == ("due-back", date.fromisoformat(case["due"]))


def run_to(day: date) -> None:
    due.mark_overdue(day, daily.Tally())


@pytest.mark.clause("MA9.2")
def test_a_card_due_on_the_last_day_of_the_year_is_overdue_from_the_fifth_of_january(db):
    card = SimCardFactory(lent=True, line=LineFactory(ended=True), state="due-back", due_back_on=date(2026, 12, 31))
    for day in (date(2027, 1, 1), date(2027, 1, 4)):
        run_to(day)
        assert str(fresh(card).state) == "due-back"
    run_to(date(2027, 1, 5))
    assert str(fresh(card).state) == "overdue"
    assert SimCard.history.filter(state="overdue").get().history_clause == "MA9.2"


@pytest.mark.clause("MA9.2")
def test_staff_may_let_the_due_day_itself_count(db):
    ReturnPolicyFactory(waits_for_working_day=False)
    card = SimCardFactory(lent=True, line=LineFactory(ended=True), state="due-back", due_back_on=date(2026, 12, 31))
    run_to(date(2027, 1, 1))
    assert str(fresh(card).state) == "overdue"


@pytest.mark.clause("MA9.2")
def test_m11_a_card_comes_back_once_and_the_second_clerk_is_told_when_and_by_whom(db):
    card = overdue()
    returning.take_back(card, on=date(2026, 12, 3), actor=BEN)
    versions = SimCard.history.count()
    with pytest.raises(RuleViolation) as refusal:
        returning.take_back(card, on=date(2026, 12, 4), actor=BEN)
    assert "2026年12月3日（木）" in str(refusal.value) or "3 December 2026" in str(refusal.value)
    assert "Ben" in str(refusal.value)
    assert (fresh(card).over_on, SimCard.history.count()) == (date(2026, 12, 3), versions)


@pytest.mark.clause("MA9.2")
def test_a_card_does_not_come_back_before_it_was_lent(db):
    with pytest.raises(RuleViolation, match="cannot have come back before"):
        returning.take_back(overdue(), on=date(2026, 3, 31), actor=BEN)


@pytest.mark.clause("MA8.1")
def test_the_card_of_a_line_in_service_is_not_taken_back(db):
    with pytest.raises(RuleViolation, match="its line is in service"):
        returning.take_back(SimCardFactory(lent=True), on=date(2026, 12, 1), actor=BEN)


def test_a_parcel_that_could_not_be_delivered_comes_back_and_the_line_waits_for_a_card_again(db):
    card = SimCardFactory(lent=True, line=LineFactory(ordered=True), state="shipped")
    returning.take_back(card, on=date(2026, 12, 1), actor=BEN)
    assert list(card.line.contract.lines.without_card()) == [card.line]


@pytest.mark.clause("MA9.2", "MA13.1")
def test_a_card_given_up_is_charged_once_and_the_charge_goes_when_it_comes_back(db):
    card = overdue()
    returning.give_up(card, on=date(2026, 12, 20), price_shown=PRICE, actor=BEN)
    with pytest.raises(RuleViolation, match="is not possible while the state is"):
        returning.give_up(card, on=date(2026, 12, 21), price_shown=PRICE, actor=BEN)
    assert ChargeEvent.objects.standing("not-returned").count() == 1
    returning.take_back(card, on=date(2027, 1, 8), actor=BEN)
    assert (str(fresh(card).state), fresh(card).over_on) == ("returned", date(2027, 1, 8))
    assert ChargeEvent.objects.get().taken_back_on == date(2027, 1, 8)


@pytest.mark.clause("MA13.1", "G30.1")
def test_no_one_time_charge_arises_without_a_price_that_was_shown(db):
    card = overdue()
    with pytest.raises(RuleViolation, match="needs a price that was shown"):
        returning.give_up(card, on=date(2026, 12, 20), price_shown=" ", actor=BEN)
    assert str(fresh(card).state) == "overdue"


def test_as_delivered_cards_are_called_back_weekly_four_times(db):
    assert not ReturnPolicy.objects.exists() or in_force().pk
    assert (in_force().weeks_between, in_force().most_times, in_force().waits_for_working_day) == (1, 4, True)


@pytest.mark.clause("MA9.2", "MA10.1")
def test_an_end_of_the_line_leaves_the_days_of_earlier_cards_as_they_are(db):
    link = ReplacementFactory()
    with chapter(actor=BEN):
        with locked(link.line) as (line,):
            line.schedule_end(date(2027, 1, 5), "MA8.1")
            line.save()
        ordering.end_over([line.pk], date(2027, 1, 6))
    assert (str(fresh(link.old).state), fresh(link.old).due_back_on) == ("due-back", date(2027, 1, 19))
    assert (str(fresh(link.new).state), fresh(link.new).due_back_on) == ("due-back", date(2027, 2, 4))
