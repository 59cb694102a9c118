"""Protecting lines against termination, one by one, many at once, and with their contract; what is booked is taken back."""

from datetime import date

import pytest

from contracts import protecting as protecting_contracts
from iijiot.records import fresh
from iijiot.rules import RuleViolation
from sims import changing, ordering, protecting
from sims.models import Line, LineChange
from tests.acts import BEN, WEDNESDAY, do, give_notice, only_on
from tests.factories.sims import LineFactory
from tests.sims.lined import living, mobile, more_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LAST = date(2026, 12, 31)


def fewer(contract, many=2):
    """So many lines fewer from the end of the year on."""
    plan = changing.plan_reduction(fresh(contract), effective_on=LAST, today=WEDNESDAY, how_many=many)
    return changing.reduce(plan, actor=BEN)


def ending(contract):
    """A line of it that is to end alone."""
    line = contract.lines.staying().earliest("pk")
    ordering.end_line(line, LAST, today=WEDNESDAY, actor=BEN)
    return line


@pytest.mark.clause("MA8.1")
def test_a_protected_line_does_not_end_alone_and_an_end_that_is_booked_is_lifted():
    line = ending(mobile(3, cards=False))
    protecting.protect_line(fresh(line), today=WEDNESDAY, actor=BEN, reason="常設の監視用")
    assert (fresh(line).protected, fresh(line).ends_on) == (True, None)
    with pytest.raises(RuleViolation, match="protected against termination"):
        ordering.end_line(fresh(line), LAST, today=WEDNESDAY, actor=BEN)
    with pytest.raises(RuleViolation, match="protected already"):
        protecting.protect_line(fresh(line), today=WEDNESDAY, actor=BEN)
    protecting.unprotect_line(fresh(line), actor=BEN)
    with pytest.raises(RuleViolation, match="is not protected"):
        protecting.unprotect_line(fresh(line), actor=BEN)
    ordering.end_line(fresh(line), LAST, today=WEDNESDAY, actor=BEN)


@pytest.mark.clause("MA8.1")
def test_a_line_whose_last_day_is_over_is_not_protected_any_more():
    line = ending(mobile(3, cards=False))
    with pytest.raises(RuleViolation, match="Its last day is over"):
        protecting.protect_line(fresh(line), today=date(2027, 1, 1), actor=BEN)
    assert protecting.protect_lines([line.pk], today=date(2027, 1, 1), actor=BEN) == []


@pytest.mark.clause("MA8.1")
def test_a_reduction_goes_on_without_the_line_that_was_protected():
    contract = mobile(5, cards=False)
    change = fewer(contract)
    protecting.protect_line(change.lines.earliest("pk"), today=WEDNESDAY, actor=BEN)
    assert (fresh(change).quantity, str(fresh(change).state)) == (1, "pending")
    only_on(date(2027, 1, 1))
    assert living(contract) == 4


@pytest.mark.clause("MA8.1")
@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "at once"])
def test_a_reduction_of_which_every_line_was_protected_is_closed(at_once):
    contract = mobile(5, cards=False)
    change = fewer(contract)
    lines = list(change.lines.all())
    if at_once:
        done = protecting.protect_lines([line.pk for line in lines], today=WEDNESDAY, actor=BEN)
        assert set(done) == {line.pk for line in lines}
    else:
        for line in lines:
            protecting.protect_line(fresh(line), today=WEDNESDAY, actor=BEN)
    assert (str(fresh(change).state), fresh(change).closed_because) == ("closed", "protected")
    only_on(date(2027, 1, 1))
    assert living(contract) == 5
    assert Line.objects.filter(protected=True).count() == 2


@pytest.mark.clause("MA8.1")
def test_many_are_protected_but_for_those_that_are_or_have_ended():
    contract = mobile(4, cards=False)
    protected, ended = LineFactory(contract=contract, protected=True), LineFactory(contract=contract, ended=True)
    change = fewer(contract, 3)
    ids = list(contract.lines.values_list("pk", flat=True))
    done = protecting.protect_lines(ids, today=WEDNESDAY, actor=BEN, reason="年末の凍結")
    assert set(done) == set(ids) - {protected.pk, ended.pk}
    assert str(fresh(change).state) == "closed"
    chapters = {row.history_chapter for row in Line.history.filter(history_change_reason="年末の凍結")}
    assert len(chapters) == 1


@pytest.mark.clause("G29.1", "MA8.1")
def test_protecting_a_contract_closes_its_reductions_and_lets_its_lines_go_on_and_says_so_before():
    contract = mobile(6, cards=False)
    change, alone = fewer(contract), ending(contract)
    more_lines(contract, 2, date(2027, 1, 15))
    plan = protecting_contracts.plan_protecting(fresh(contract), today=WEDNESDAY)
    assert {effect.key[0]: str(effect.what) for effect in plan.effects} == {
        "change-closed": f"{change} is closed without effect.",
        "lines-go-on": f"{contract.number}: 3 lines whose end was booked go on.",
    }
    do(plan)
    assert (str(fresh(change).state), fresh(change).closed_because) == ("closed", "protected")
    assert contract.lines.staying().count() == 6
    with pytest.raises(RuleViolation, match="protected against termination"):
        changing.plan_reduction(fresh(contract), effective_on=LAST, today=WEDNESDAY, how_many=1)
    with pytest.raises(RuleViolation, match="protected against termination"):
        ordering.plan_line_end(fresh(alone), LAST, today=WEDNESDAY)
    only_on(date(2027, 1, 15))
    assert living(contract) == 8, "more lines come all the same"
    assert LineChange.objects.filter(state="done").count() == 1


@pytest.mark.clause("G29.1")
def test_a_line_whose_last_day_is_over_ends_although_its_contract_is_protected_the_day_after():
    contract = mobile(4, cards=False)
    line = ending(contract)
    do(protecting_contracts.plan_protecting(fresh(contract), today=date(2027, 1, 1)), today=date(2027, 1, 1))
    assert fresh(line).ends_on == LAST
    only_on(date(2027, 1, 1))
    assert living(contract) == 3


@pytest.mark.clause("MA12.1")
def test_a_protected_line_ends_with_its_contract():
    contract = mobile(2, cards=False)
    line = contract.lines.earliest("pk")
    protecting.protect_line(line, today=WEDNESDAY, actor=BEN)
    give_notice(contract)
    only_on(date(2026, 12, 26))
    assert (str(fresh(line).state), fresh(line).ends_on) == ("ended", date(2026, 12, 25))
