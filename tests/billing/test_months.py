"""A month's charges from facts alone, against the worked examples."""

from datetime import date, timedelta
from typing import Any

import pytest

from billing.months import (
    ContractFacts,
    FeeInForce,
    Initial,
    Kind,
    Month,
    Monthly,
    OneTime,
    Stretch,
    Unit,
    Unpriced,
    charges_of,
)
from tests.vectors import cases, group

BEGINNING = date(2016, 11, 30)
DECEMBER = Month(2026, 12)


def fee(yen: int, since: date = BEGINNING, price: int = 1, clause: str = "IOT5") -> FeeInForce:
    return FeeInForce(since, yen, price, taxable=True, clause=clause)


def facts(fees: list[FeeInForce], first: date, last: date | None, quantity: int = 1) -> ContractFacts:
    unit = Unit.CONTRACT if quantity == 1 else Unit.LINE
    return ContractFacts(1, Stretch(first, last), monthly=[Monthly(fees, [Stretch(first, last, quantity)], unit)])


def amounts(fact: ContractFacts, month: Month) -> list[int]:
    return [charge.amount for charge in charges_of(fact, month)]


def test_a_month_knows_its_days_and_its_neighbours():
    february = Month.parse("2028-02")
    assert (february.first, february.last, february.days) == (date(2028, 2, 1), date(2028, 2, 29), 29)
    assert (DECEMBER.next, Month(2027, 1).previous, str(february)) == (Month(2027, 1), DECEMBER, "2028-02")
    assert Month(2026, 12) < Month(2027, 1)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-01", "2026/01", "202601", "", "２０２６-０x"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError):
        Month.parse(text)


@pytest.mark.clause("G30.2.1", "G30.2.2")
@pytest.mark.parametrize("case", cases("proration"))
def test_days_of_a_month_are_charged_by_its_days(case):
    charged = facts([fee(case["fee"])], case["first"], case["last"])
    assert amounts(charged, Month.of(case["first"])) == [case["expected"]]


@pytest.mark.clause("G30.2.1", "G30.2.2")
@pytest.mark.parametrize("case", cases("legal.proration.basic"))
def test_each_unit_is_cut_off_before_the_quantity_counts(case):
    quantity = case.get("quantity", 1)
    (charge,) = charges_of(facts([fee(case["fee"])], case["first"], case["last"], quantity), Month.of(case["first"]))
    assert (charge.days, charge.of_days) == (case["days"], case["of"])
    assert (charge.unit_amount, charge.quantity) == (case["expected_unit"], quantity)
    assert charge.amount == case.get("expected", case["expected_unit"])


@pytest.mark.clause("G30.2.3")
@pytest.mark.parametrize("case", cases("fee_change_inside_month"))
def test_the_old_fee_runs_to_the_day_before_the_change(case):
    month = Month.parse(case["month"])
    fees = [fee(case["old"]), fee(case["new"], case["from"], 2)]
    charged = facts(fees, case.get("contract_started", BEGINNING), case.get("contract_ended"))
    assert sum(amounts(charged, month)) == case["expected"]


@pytest.mark.clause("G30.2.3")
@pytest.mark.parametrize("case", cases("legal.proration.change_inside_month"))
def test_a_month_is_cut_into_stretches_at_one_fee_each(case):
    parts = case["parts"]
    fees = [fee(parts[0]["fee"])] + [fee(part["fee"], part["first"], 2) for part in parts[1:]]
    charges = charges_of(facts(fees, parts[0]["first"], parts[-1]["last"]), Month.parse(case["month"]))
    assert [(c.fee, c.first, c.last, c.amount) for c in charges] == [
        (part["fee"], part["first"], part["last"], part["amount"]) for part in parts
    ]
    assert sum(charge.amount for charge in charges) == case["expected"]


@pytest.mark.clause("G30.2.3", "G30.3")
@pytest.mark.parametrize("case", cases("legal.proration.no_split_without_change"))
def test_a_new_version_at_the_same_fee_cuts_nothing(case):
    fees = [fee(case["fee"]), fee(case["fee"], case["cut_after"] + timedelta(1), 2)]
    (charge,) = charges_of(facts(fees, BEGINNING, None), Month.parse(case["month"]))
    assert (charge.amount, charge.price_id) == (case["expected"], 1)


@pytest.mark.clause("G30.2.1", "G30.2.2")
@pytest.mark.parametrize("case", cases("legal.proration.lifetimes"))
def test_the_charges_of_a_life_tile_it(case):
    charged = facts([fee(case["fee"])], case["start"], case["end"])
    found: list[list[Any]] = []
    month = Month.of(case["start"]).previous
    while month <= Month.of(case["end"]).next:
        found += [[c.first, c.last, c.amount] for c in charges_of(charged, month)]
        month = month.next
    assert found == case["charges"]
    assert sum(amount for _first, _last, amount in found) == case["expected_total"]


@pytest.mark.clause("MA13.2", "G30.2.2")
def test_a_lost_card_is_charged_through_the_day_of_its_procedure():
    case = group("legal.proration.lost_sim")
    until = date.fromisoformat(case["procedure_done_line_end"])
    assert amounts(facts([fee(case["fee"])], BEGINNING, until), DECEMBER) == [case["expected_december"]]
    assert amounts(facts([fee(case["fee"])], BEGINNING, None), DECEMBER) == [case["fee"]]


def initial(starts_on: date | None, ends_on: date | None) -> ContractFacts:
    arose = Initial(date(2026, 11, 25), starts_on, ends_on, fee(10_000))
    life = Stretch(starts_on, ends_on) if starts_on and (ends_on is None or starts_on <= ends_on) else None
    monthly = [Monthly([fee(3_100)], [life] if life else [])]
    return ContractFacts(1, life, [arose], monthly)


@pytest.mark.clause("IOT5", "G3")
def test_the_initial_fee_arises_at_acceptance_and_is_billed_with_the_first_monthly_fee():
    charged = initial(date(2026, 12, 10), None)
    assert charges_of(charged, Month(2026, 11)) == []
    first, monthly = charges_of(charged, DECEMBER)
    assert (first.kind, first.amount, first.supplied_on) == (Kind.INITIAL, 10_000, date(2026, 11, 25))
    assert (monthly.kind, monthly.amount, monthly.first) == (Kind.MONTHLY, 2_200, date(2026, 12, 10))
    assert [c.kind for c in charges_of(charged, Month(2027, 1))] == [Kind.MONTHLY]


@pytest.mark.clause("IOT5")
@pytest.mark.parametrize("starts_on", [None, date(2026, 12, 10)], ids=["no start set", "ended before its start"])
def test_a_contract_that_ended_before_its_start_owes_the_initial_fee_alone(starts_on):
    charged = initial(starts_on, date(2026, 12, 5))
    assert [(c.kind, c.amount) for c in charges_of(charged, DECEMBER)] == [(Kind.INITIAL, 10_000)]
    assert charges_of(charged, Month(2026, 11)) == charges_of(charged, Month(2027, 1)) == []


def test_a_contract_without_a_start_or_an_end_owes_nothing_yet():
    assert charges_of(initial(None, None), DECEMBER) == []


@pytest.mark.clause("MA13.1")
def test_a_one_time_fee_is_owed_in_the_month_of_its_cause():
    event = OneTime("not-returned", date(2026, 12, 20), fee(3_000, clause="MA13.1"), 7)
    charged = ContractFacts(1, one_time=[event])
    (charge,) = charges_of(charged, DECEMBER)
    assert (charge.kind, charge.cause, charge.event_id, charge.amount) == (Kind.ONE_TIME, "not-returned", 7, 3_000)
    assert (charge.clause, charge.supplied_on) == ("MA13.1", date(2026, 12, 20))
    assert charges_of(charged, Month(2027, 1)) == []


@pytest.mark.clause("MA13.1", "G30.1")
def test_a_one_time_fee_without_a_price_stops_the_contract_with_its_cause():
    with pytest.raises(Unpriced) as refused:
        charges_of(ContractFacts(1, one_time=[OneTime("replacement", date(2026, 12, 20), None)]), DECEMBER)
    assert (refused.value.day, refused.value.kind, refused.value.cause) == (
        date(2026, 12, 20),
        Kind.ONE_TIME,
        "replacement",
    )


@pytest.mark.parametrize(
    ("fees", "missing"),
    [
        ([], date(2026, 12, 1)),
        ([fee(100, date(2026, 12, 10))], date(2026, 12, 1)),
        ([FeeInForce(BEGINNING, 100, 1, True, "IOT5", until=date(2026, 12, 9))], date(2026, 12, 10)),
        ([FeeInForce(BEGINNING, 100, 1, True, "IOT5", until=date(2026, 12, 9)), fee(1, date(2026, 12, 12))],
         date(2026, 12, 10)),
    ],
    ids=["none", "later", "over", "a gap"],
)  # fmt: skip
def test_a_day_without_a_monthly_fee_stops_the_contract_with_the_day(fees, missing):
    with pytest.raises(Unpriced) as refused:
        charges_of(facts(fees, BEGINNING, None), DECEMBER)
    assert (refused.value.day, refused.value.kind) == (missing, Kind.MONTHLY)


def test_fees_of_two_units_stand_side_by_side_and_one_of_them_may_begin_later():
    life = Stretch(BEGINNING, None)
    base = Monthly([fee(1_000, date(2026, 12, 16))], [life], Unit.CONTRACT)
    lines = Monthly([fee(300)], [Stretch(BEGINNING, None, 10), Stretch(date(2026, 12, 12), None, 2)], Unit.LINE)
    charges = charges_of(ContractFacts(1, life, monthly=[base, lines]), DECEMBER)
    assert [(c.unit, c.quantity, c.days, c.amount) for c in charges] == [
        (Unit.CONTRACT, 1, 16, 516),
        (Unit.LINE, 10, 31, 3_000),
        (Unit.LINE, 2, 20, 386),
    ]
