"""What is owed of a month less what invoices say of it."""

from datetime import date

import pytest

from billing.differences import difference
from billing.months import ChargeLine, ContractFacts, FeeInForce, Kind, Month, Monthly, Stretch, charges_of

DECEMBER = Month(2026, 12)
LONG_AGO = date(2016, 11, 30)


def charged(yen: int, last: date | None = None, first: date = LONG_AGO) -> list[ChargeLine]:
    """December of a contract at one fee."""
    fee = FeeInForce(LONG_AGO, yen, 1, True, "PC6")
    life = Stretch(first, last)
    return charges_of(ContractFacts(1, life, monthly=[Monthly([fee], [life])]), DECEMBER)


def test_what_agrees_makes_no_difference():
    assert difference(charged(30_000), charged(30_000)) == []


def test_a_month_that_no_invoice_speaks_of_is_charged_line_by_line():
    (found,) = difference([], charged(30_000))
    assert (found.amount, found.lines()) == (30_000, charged(30_000))


def test_a_month_at_a_fee_of_zero_is_charged_once():
    (found,) = difference([], charged(0))
    assert [line.amount for line in found.lines()] == [0]
    assert difference(charged(0), charged(0)) == []


@pytest.mark.clause("G29.2", "G30.2.2")
def test_an_end_told_late_gives_one_correction_of_the_days_that_fell_away():
    (found,) = difference(charged(30_000), charged(30_000, date(2026, 12, 20)))
    assert (found.was, found.owed, found.amount) == (30_000, 19_354, -10_646)
    (line,) = found.lines()
    assert (line.kind, line.month, line.quantity, line.amount) == (Kind.MONTHLY, DECEMBER, 1, -10_646)


def test_corrections_made_already_count():
    correction = difference(charged(30_000), charged(30_000, date(2026, 12, 20)))[0].lines()
    there = [*charged(30_000), *correction]
    assert difference(there, charged(30_000, date(2026, 12, 20))) == []
    (back,) = difference(there, charged(30_000))
    assert back.amount == 10_646


def test_a_contract_that_falls_away_wholly_is_credited_wholly():
    (found,) = difference(charged(30_000), [])
    assert (found.owed, found.amount) == (0, -30_000)


def test_what_was_credited_by_decision_is_credited_once():
    credit = charged(30_000)[0]._replace(amount=-30_000, extra_id=5)
    there = [*charged(30_000), credit]
    given = {credit.item: 30_000}
    assert difference(there, charged(30_000), given) == []
    assert difference(there, charged(30_000, date(2026, 12, 20)), given) == []


def test_a_decision_that_credited_a_part_leaves_the_rest_to_the_facts():
    credit = charged(30_000)[0]._replace(amount=-5_000, extra_id=5)
    there, given = [*charged(30_000), credit], {credit.item: 5_000}
    assert difference(there, charged(30_000), given) == []
    (found,) = difference(there, charged(30_000, date(2026, 12, 20)), given)
    assert (found.was, found.owed, found.amount) == (25_000, 14_354, -10_646)
    (less,) = difference(there, charged(30_000, date(2026, 12, 3)), given)
    assert (less.owed, less.amount) == (0, -25_000)
