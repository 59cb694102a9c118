"""How long what is personal is kept, what keeps it longer, and what the clock lists (G40.2.1)."""

from datetime import date, timedelta

import pytest

from contracts import erasing, retaining
from contracts.models import Customer, Erasure
from iijiot.actors import Actor
from iijiot.daily import Tally
from iijiot.rules import RuleViolation
from tests.contracts.test_erasing import BOOKS_FROM, REST_FROM, TODAY, erase
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    ExternalSubscriptionFactory,
    NoticeFactory,
    SuccessionFactory,
    ViolationFactory,
)
from tests.factories.contracts import of
from tests.factories.erasures import ended, long_gone

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G40.2.1")]


@pytest.mark.parametrize(
    ("keeping", "gone_since", "until"),
    [
        ("rest", date(2023, 12, 25), date(2026, 12, 25)),
        ("rest", date(2024, 2, 29), date(2027, 2, 28)),
        ("books", date(2027, 3, 31), date(2034, 5, 31)),
        ("books", date(2027, 4, 1), date(2035, 5, 31)),
    ],
)
def test_the_rest_is_kept_three_years_and_the_books_seven_from_the_day_the_tax_is_declared(keeping, gone_since, until):
    years = retaining.years_of(keeping)
    assert retaining.kept_until(keeping, gone_since, years) == until
    assert retaining.latest_gone(keeping, until) < gone_since <= retaining.latest_gone(keeping, until + timedelta(1))


@pytest.mark.parametrize(
    ("day", "keeping"),
    [(REST_FROM, "rest"), (BOOKS_FROM - timedelta(1), "rest"), (BOOKS_FROM, "books")],
)
def test_the_rest_goes_first_and_the_name_in_the_books_later(day, keeping):
    assert erasing.plan_erasure(long_gone(), day).keeping == keeping


def test_a_day_too_early_it_is_refused_with_the_day_on_which_it_becomes_possible():
    customer = long_gone()
    with pytest.raises(RuleViolation, match="2020年11月1日"):
        erasing.plan_erasure(customer, REST_FROM - timedelta(1))


@pytest.mark.parametrize(
    ("needing", "told"),
    [
        (lambda customer: ContractFactory(**of(customer)), "契約"),
        (lambda customer: ApplicationFactory(**of(customer)), "申込"),
        (lambda customer: ViolationFactory(customer=customer), "違反"),
        (lambda customer: NoticeFactory(customer=customer), "通知"),
        (lambda customer: SuccessionFactory(successor=customer), "承継"),
        (lambda customer: ExternalSubscriptionFactory(customer=customer), "他約款"),
    ],
    ids=["contract", "application", "violation", "notice", "succession", "subscription"],
)
def test_nothing_goes_while_something_needs_the_customer(needing, told, ben):
    customer = long_gone()
    plan = erasing.plan_erasure(customer, TODAY)
    needing(customer)
    with pytest.raises(RuleViolation, match=told):
        erasing.plan_erasure(customer, TODAY)
    with pytest.raises(RuleViolation):
        erasing.propose(plan, by=ben)
    assert Erasure.objects.count() == 0


def test_an_app_to_the_right_can_say_that_it_needs_the_data():
    customer = long_gone()
    need = retaining.needed_for(retaining.Need("未払の料金", lambda: Customer.objects.among([customer.pk]), "pk"))
    try:
        with pytest.raises(RuleViolation, match="未払の料金"):
            erasing.plan_erasure(customer, TODAY)
        erasing.list_due(TODAY, Tally())
        assert Erasure.objects.count() == 0
    finally:
        retaining.not_needed_for(need)
    erasing.list_due(TODAY, Tally())
    assert Erasure.objects.get().keeping == "books"


def test_the_clock_lists_whose_period_is_over_once_and_takes_off_who_comes_back(ben, emi):
    customer, living = long_gone(), ContractFactory().customer
    erasing.list_due(REST_FROM - timedelta(1), Tally())
    assert Erasure.objects.count() == 0
    for _twice in range(2):
        erasing.list_due(REST_FROM, Tally())
    (listed,) = Erasure.objects.all()
    assert (listed.customer, listed.keeping, listed.due_on, listed.state) == (customer, "rest", REST_FROM, "due")
    assert living not in [erasure.customer for erasure in Erasure.objects.all()]
    ContractFactory(**of(customer))
    erasing.list_due(REST_FROM + timedelta(1), Tally())
    assert Erasure.objects.get().state == "withdrawn"


def test_data_that_is_kept_for_a_reason_is_not_listed_again_and_can_be_proposed(ben, emi):
    customer = long_gone()
    erasing.list_due(REST_FROM, Tally())
    erasing.keep(Erasure.objects.get(), because="係争中", actor=Actor.staff(emi))
    erasing.list_due(REST_FROM + timedelta(1), Tally())
    assert Erasure.objects.get().state == "withdrawn"
    assert erasing.propose(erasing.plan_erasure(customer, REST_FROM), by=ben).state == "proposed"


def test_who_came_back_after_an_erasure_is_listed_again_when_gone_again(ben, emi):
    customer = long_gone()
    erase(customer, ben, emi, day=REST_FROM)
    ended(customer, date(2022, 3, 31))
    erasing.list_due(date(2025, 3, 31), Tally())
    assert Erasure.objects.open().count() == 0
    erasing.list_due(date(2025, 4, 1), Tally())
    assert Erasure.objects.open().get().gone_since == date(2022, 3, 31)


def test_with_the_books_goes_what_was_still_listed_of_the_rest(ben, emi):
    customer = long_gone()
    erasing.list_due(REST_FROM, Tally())
    done = erase(customer, ben, emi, day=BOOKS_FROM)
    assert done.keeping == "books"
    assert Erasure.objects.of_keeping("rest").get().because == f"{done.number}により消去済み"
    erasing.list_due(BOOKS_FROM + timedelta(1), Tally())
    assert Erasure.objects.open().count() == 0
