"""G28: the company's own terminations, after a suspension that was not cured or for hindrance, told beforehand."""

from datetime import date

import pytest

from contracts import suspending, terminating
from contracts.models import Notice, Termination
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, advance, again, do, ends, give_notice, suspended
from tests.factories import ContractFactory, ViolationFactory
from tests.factories.contracts import of
from tests.factories.worlds import house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

TOLD = "お支払いの確認ができないため"


@pytest.fixture
def iot(aois_company):
    return ContractFactory(**of(aois_company))


def after_suspension(contract, today: date, effective_on: date | None = None):
    return terminating.plan_ending_after_suspension(
        contract, effective_on=effective_on or today, told=TOLD, today=today
    )


def for_hindrance(contract, **given):
    what = {
        "cause": "G26.1.3",
        "hindrance": "基地局の運用に支障",
        "effective_on": WEDNESDAY,
        "told": TOLD,
        "today": WEDNESDAY,
    }
    return terminating.plan_ending_for_hindrance(contract, **{**what, **given})


def for_violation(contract, since: date):
    return suspended(contract, since, cause="G26.1.3", violation=ViolationFactory(customer=contract.customer))


@pytest.mark.clause("G28.1.1")
def test_a_suspension_for_prohibited_use_must_stay_uncured_for_two_months(iot):
    for_violation(iot, date(2026, 12, 31))
    with pytest.raises(RuleViolation, match="until Sun 28 February 2027"):
        after_suspension(iot, date(2027, 2, 28))
    made = do(after_suspension(iot, date(2027, 3, 1)), today=date(2027, 3, 1))
    assert (made.origin, made.ground, made.clause) == ("company", "G26.1.3", "G28.1.1")
    assert again(iot).ends_on == date(2027, 3, 1)


@pytest.mark.clause("G28.1.1")
def test_non_payment_ends_at_once_but_not_without_a_suspension(iot):
    with pytest.raises(RuleViolation, match="No suspension is in force"):
        after_suspension(iot, WEDNESDAY)
    suspended(iot, WEDNESDAY)
    assert after_suspension(iot, WEDNESDAY).changes[0].after.on == WEDNESDAY


@pytest.mark.clause("G28.1.1")
def test_a_lifted_suspension_gives_no_right_and_a_new_one_begins_anew(iot):
    first = for_violation(iot, date(2026, 11, 25))
    suspending.lift(first, on=date(2027, 1, 20), because="解消", actor=BEN)
    with pytest.raises(RuleViolation, match="No suspension is in force"):
        after_suspension(iot, date(2027, 2, 1))
    for_violation(iot, date(2027, 2, 1))
    with pytest.raises(RuleViolation, match="may cure"):
        after_suspension(iot, date(2027, 3, 31))
    assert after_suspension(iot, date(2027, 4, 2))


@pytest.mark.clause("G28.1.2")
@pytest.mark.parametrize(
    ("given", "words"),
    [({"hindrance": " "}, "hindered"), ({"cause": "G14.1.1"}, "four causes"), ({"told": ""}, "told as the reason")],
)
def test_hindrance_needs_its_cause_and_its_words(iot, given, words):
    with pytest.raises(RuleViolation, match=words):
        for_hindrance(iot, **given)


@pytest.mark.clause("G28.1.2")
def test_hindrance_ends_at_once_without_a_suspension(iot):
    made = do(for_hindrance(iot))
    assert (made.clause, made.effective_on) == ("G28.1.2", WEDNESDAY)
    assert "基地局の運用に支障" in made.reason


@pytest.mark.clause("G28.2")
def test_the_customer_is_told_the_reason_before_the_end_takes_effect(iot):
    do(for_hindrance(iot, effective_on=date(2026, 12, 10), today=date(2026, 12, 10)), today=date(2026, 12, 10))
    letter = Notice.objects.get(kind="end-scheduled")
    assert TOLD in letter.body
    assert "一般規程 第28条" in letter.body


@pytest.mark.clause("G28.2")
def test_a_day_that_is_over_is_refused(iot):
    with pytest.raises(RuleViolation, match="The customer is told first"):
        for_hindrance(iot, effective_on=date(2026, 12, 9), today=date(2026, 12, 10))


@pytest.mark.clause("G28.1.2")
def test_what_rests_on_it_ends_with_it_and_is_told_another_reason():
    world = house()
    do(for_hindrance(world.iot, effective_on=date(2026, 12, 10)))
    assert set(ends(world.customer).values()) == {date(2026, 12, 10)}
    letters = Notice.objects.order_by("pk")
    assert [TOLD in letter.body for letter in letters].count(True) == 1


@pytest.mark.clause("G28.1.2")
def test_the_customers_own_later_notice_gives_way_to_the_companys_earlier_day(iot):
    notice = give_notice(iot)
    do(for_hindrance(iot, effective_on=date(2026, 12, 10)))
    advance(date(2026, 12, 11))
    assert (again(iot).state, again(iot).ends_on, again(notice).state) == ("ended", date(2026, 12, 10), "lapsed")
    assert Termination.objects.get(origin="company").state == "carried-out"
