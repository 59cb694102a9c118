"""Which fee a contract pays from which day on."""

from datetime import date

import pytest

from billing.pricing import BEGINNING, Agreed, Listed, fees_in_force

SHOWN = date(2026, 3, 20)


def listed(pk: int, fee: int, new_from: date, existing_from: date | None = None) -> Listed:
    return Listed(pk, fee, True, new_from, existing_from)


OLD = listed(1, 1_000, date(2016, 11, 30))
NEW_ONLY = listed(2, 1_200, date(2026, 4, 1))
NOTICED = listed(3, 1_100, date(2026, 12, 1), date(2027, 1, 1))


def timeline(prices: list[Listed], agreed: list[Agreed] = [], shown_on: date = SHOWN) -> list[tuple[date, int]]:  # noqa: B006
    return [(fee.since, fee.fee) for fee in fees_in_force(prices, agreed, shown_on, "IOT5")]


@pytest.mark.clause("G30.1")
def test_a_contract_keeps_the_fee_that_its_application_showed():
    assert timeline([OLD, NEW_ONLY]) == [(BEGINNING, 1_000)]
    assert timeline([OLD, NEW_ONLY], shown_on=date(2026, 4, 1)) == [(BEGINNING, 1_200)]


@pytest.mark.clause("G30.4")
def test_a_version_for_existing_contracts_changes_them_on_its_day():
    assert timeline([OLD, NEW_ONLY, NOTICED]) == [(BEGINNING, 1_000), (date(2027, 1, 1), 1_100)]


@pytest.mark.clause("G30.1")
def test_a_version_shown_to_the_applicant_already_changes_nothing_for_him():
    later = listed(4, 1_500, date(2026, 12, 10))
    assert timeline([OLD, NOTICED], shown_on=date(2026, 12, 5)) == [(BEGINNING, 1_100)]
    assert timeline([OLD, NOTICED, later], shown_on=date(2026, 12, 20)) == [(BEGINNING, 1_500)]


@pytest.mark.clause("G30.1")
def test_a_change_before_the_acceptance_changes_nothing_for_whom_it_was_not_told():
    listed = [
        Listed(1, 5_000, True, date(2016, 11, 30), None),
        Listed(2, 6_000, True, date(2026, 12, 1), date(2026, 12, 1)),
        Listed(3, 7_000, True, date(2027, 2, 1), date(2027, 2, 1)),
    ]
    fees = fees_in_force(listed, (), date(2026, 11, 25), "G30.1", accepted_on=date(2026, 12, 5))
    assert [(fee.since, fee.fee) for fee in fees] == [(BEGINNING, 5_000), (date(2027, 2, 1), 7_000)]


def test_an_agreed_price_without_a_last_day_counts_until_a_noticed_change():
    agreed = Agreed(9, 800, True, date(2026, 4, 1), None, 0)
    assert timeline([OLD, NOTICED], [agreed]) == [
        (BEGINNING, 1_000),
        (date(2026, 4, 1), 800),
        (date(2027, 1, 1), 1_100),
    ]
    assert timeline([OLD, NEW_ONLY], [agreed]) == [(BEGINNING, 1_000), (date(2026, 4, 1), 800)]


@pytest.mark.clause("G30.1")
def test_an_agreed_price_with_a_last_day_counts_to_it_whatever_becomes_of_the_list():
    agreed = Agreed(9, 800, True, date(2026, 4, 1), date(2027, 3, 31), 0)
    assert timeline([OLD, NOTICED], [agreed]) == [
        (BEGINNING, 1_000),
        (date(2026, 4, 1), 800),
        (date(2027, 4, 1), 1_100),
    ]


@pytest.mark.clause("G30.1")
def test_the_narrower_agreement_goes_first_and_the_later_of_two_alike():
    for_all = Agreed(7, 900, True, date(2026, 4, 1), None, 0)
    again = Agreed(8, 850, True, date(2026, 6, 1), None, 0)
    for_one = Agreed(9, 800, True, date(2026, 7, 1), date(2026, 7, 31), 2)
    assert timeline([OLD], [for_one, again, for_all]) == [
        (BEGINNING, 1_000),
        (date(2026, 4, 1), 900),
        (date(2026, 6, 1), 850),
        (date(2026, 7, 1), 800),
        (date(2026, 8, 1), 850),
    ]


def test_where_nothing_holds_the_last_day_is_told():
    agreed = Agreed(9, 800, True, date(2026, 4, 1), date(2026, 12, 9), 2)
    (fee,) = fees_in_force([], [agreed], SHOWN, "IOT5")
    assert (fee.since, fee.until, fee.price_id, fee.agreed_id) == (date(2026, 4, 1), date(2026, 12, 9), None, 9)
    assert fees_in_force([], [], SHOWN, "IOT5") == ()
