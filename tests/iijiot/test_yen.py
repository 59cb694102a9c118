"""Money, against the worked examples."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iijiot.yen import consumption_tax, late_charge, prorate, surcharge, tax_percent
from tests.vectors import cases, days_read, group

fees = st.integers(0, 10_000_000)
months = st.dates(date(2016, 12, 1), date(2040, 12, 31)).map(lambda day: day.replace(day=1))


def days_of(month: str) -> tuple[date, date]:
    """First and last day of a month written 2026-12."""
    first = date.fromisoformat(f"{month}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


@pytest.mark.clause("G30.2.1", "G30.2.2")
@pytest.mark.parametrize("case", cases("proration"))
def test_a_fee_is_cut_to_the_days_of_its_month(case):
    assert prorate(case["fee"], case["first"], case["last"]) == case["expected"]


@pytest.mark.clause("G30.2.1", "G30.2.2")
@pytest.mark.parametrize("case", cases("legal.proration.basic"))
def test_a_fraction_is_cut_off_before_the_quantity_counts(case):
    unit = prorate(case["fee"], case["first"], case["last"])
    assert unit == case["expected_unit"]
    assert unit * case.get("quantity", 1) == case.get("expected", unit)


@pytest.mark.clause("G30.2.3")
@pytest.mark.parametrize("case", cases("fee_change_inside_month"))
def test_the_old_fee_runs_to_the_day_before_the_change(case):
    first, last = days_of(case["month"])
    first, last = case.get("contract_started", first), case.get("contract_ended", last)
    old = prorate(case["old"], first, case["from"] - timedelta(1)) if case["from"] > first else 0
    assert old + prorate(case["new"], case["from"], last) == case["expected"]


@pytest.mark.clause("G30.2.3")
@pytest.mark.parametrize("case", cases("legal.proration.change_inside_month"))
def test_each_stretch_at_one_fee_is_cut_off_by_itself(case):
    amounts = [prorate(part["fee"], part["first"], part["last"]) for part in case["parts"]]
    assert amounts == [part["amount"] for part in case["parts"]]
    assert sum(amounts) == case["expected"]


@pytest.mark.clause("G30.2.3")
@pytest.mark.parametrize("case", cases("legal.proration.no_split_without_change"))
def test_a_month_cut_without_a_change_of_fee_would_lose_a_yen(case):
    first, last = days_of(case["month"])
    cut = case["cut_after"]
    assert prorate(case["fee"], first, last) == case["expected"]
    split = prorate(case["fee"], first, cut) + prorate(case["fee"], cut + timedelta(1), last)
    assert split == case["wrong_if_split"]


@pytest.mark.clause("G30.3", "G25.1")
@pytest.mark.parametrize("case", cases("legal.proration.suspension"))
def test_days_of_suspension_and_interruption_are_charged(case):
    first, last = days_of(case["month"])
    assert prorate(case["fee"], case.get("start", first), last) == case["expected"]


@pytest.mark.clause("G30.2.1", "G30.2.2")
@pytest.mark.parametrize("case", cases("legal.proration.lifetimes"))
def test_a_contract_is_charged_month_by_month_from_start_to_end(case):
    amounts = [prorate(case["fee"], first, last) for first, last, _ in case["charges"]]
    assert amounts == [amount for _, _, amount in case["charges"]]
    assert sum(amounts) == case["expected_total"]


@pytest.mark.clause("G30.2.2")
@pytest.mark.parametrize("case", cases("legal.proration.terminated_by_notice"))
def test_the_last_month_is_charged_to_the_termination_date(case):
    end = case["termination_date"]
    charge = prorate(case["fee"], end.replace(day=1), end) * case["quantity"]
    assert charge == case["last_month_charge"]
    assert consumption_tax([charge], end) == case["tax_10"]


@pytest.mark.clause("MA13.2")
def test_a_lost_card_is_charged_through_the_day_of_the_procedure():
    case = days_read(group("legal.proration.lost_sim"))
    end = case["procedure_done_line_end"]
    assert prorate(case["fee"], end.replace(day=1), end) == case["expected_december"]


@pytest.mark.clause("G35.1", "G35.2")
@pytest.mark.parametrize("case", cases("late_charge") + cases("legal.late_charges.table"))
def test_a_late_charge_grows_with_each_full_thirty_days(case):
    assert (case["paid"] - case["due"]).days == case["days"]
    assert late_charge(case["unpaid"], case["days"]) == case["expected"]


@pytest.mark.clause("G35.2")
@pytest.mark.parametrize("case", cases("legal.late_charges.rounding"))
def test_a_late_charge_is_cut_off_once_at_the_end(case):
    assert late_charge(case["unpaid"], case["days"]) == case["expected"]


@pytest.mark.clause("G35.1")
@pytest.mark.parametrize("case", cases("legal.late_charges.partial_payments"))
def test_each_part_paid_is_late_by_its_own_days(case):
    charges = [late_charge(part["amount"], (part["paid"] - case["due"]).days) for part in case["parts"]]
    assert charges == [part["late"] for part in case["parts"]]
    assert sum(charges) == case["expected_total"]


@pytest.mark.clause("G35.1")
def test_what_is_claimed_at_each_close_sums_to_what_has_accrued():
    case = days_read(group("legal.late_charges.claims_at_month_close"))
    claimed = 0
    for step in case["steps"]:
        accrued = late_charge(case["principal"], (step["close"] - case["due"]).days)
        assert (accrued, accrued - claimed) == (step["accrued"], step["newly_claimed"])
        claimed = accrued


@pytest.mark.clause("G35.1", "G33")
@pytest.mark.parametrize("case", cases("legal.late_charges.through_the_bank_calendar"))
def test_days_late_count_from_the_effective_due_day(case):
    assert late_charge(case["principal"], (case["paid"] - case["effective_due"]).days) == case["expected"]


@pytest.mark.clause("G37")
@pytest.mark.parametrize("case", cases("consumption_tax") + cases("legal.tax.rounded_once_per_rate"))
def test_tax_is_cut_off_once_on_the_sum(case):
    assert consumption_tax(case["amounts"], case["supplied"]) == case["tax"]


@pytest.mark.clause("G37")
@pytest.mark.parametrize("case", cases("legal.tax.rates"))
def test_the_rate_is_that_of_the_day_of_supply(case):
    assert tax_percent(case["supplied"]) == case["percent"]


@pytest.mark.clause("G37")
def test_two_rates_on_one_invoice_are_taxed_apart():
    case = days_read(group("legal.tax.mixed_rates_one_invoice"))
    taxes = [consumption_tax([line["amount"]], line["supplied"]) for line in case["lines"]]
    assert taxes == [case["tax_8"], case["tax_10"]]
    assert sum(line["amount"] for line in case["lines"]) + sum(taxes) == case["total"]


@pytest.mark.clause("G37")
@pytest.mark.parametrize("case", cases("legal.tax.credit_notes_by_difference"))
def test_tax_credited_is_the_tax_before_less_the_tax_of_what_remains(case):
    supplied, net = date(2026, 11, 30), case["invoice_net"]
    assert consumption_tax([net], supplied) == case["invoice_tax"]
    for credit in case["credits"]:
        remains = net - credit["net"]
        assert consumption_tax([net], supplied) - consumption_tax([remains], supplied) == credit["tax"]
        net = remains


@pytest.mark.clause("G34")
@pytest.mark.parametrize("case", cases("surcharge"))
def test_who_evades_a_fee_pays_twice_the_fee(case):
    assert surcharge(case["evaded"]) == case["expected"]


@pytest.mark.clause("G34")
@pytest.mark.parametrize("case", cases("legal.surcharge"))
def test_the_surcharge_is_twice_the_fee_before_tax(case):
    assert surcharge(case["evaded_net"]) == case["surcharge"]


@given(fee=fees, month=months, cuts=st.sets(st.integers(1, 28), max_size=5))
def test_parts_of_a_month_tile_it_to_a_yen_for_each_cut(fee, month, cuts):
    last = monthrange(month.year, month.month)[1]
    edges = [0, *sorted(cuts - {last}), last]
    parts = [prorate(fee, month.replace(day=a + 1), month.replace(day=b)) for a, b in pairwise(edges)]
    assert 0 <= fee - sum(parts) <= len(parts) - 1


@given(unpaid=fees, more=fees, days=st.integers(0, 2000), later=st.integers(0, 400))
def test_a_late_charge_never_falls_with_time_or_amount(unpaid, more, days, later):
    assert late_charge(unpaid, days) <= late_charge(unpaid, days + later)
    assert late_charge(unpaid, days) <= late_charge(unpaid + more, days)


@given(parts=st.lists(fees, max_size=6))
def test_tax_of_the_sum_is_never_less_than_taxes_of_the_parts(parts):
    day = date(2026, 11, 30)
    assert sum(consumption_tax([part], day) for part in parts) <= consumption_tax(parts, day) <= sum(parts)


@pytest.mark.parametrize(
    "act",
    [
        lambda: prorate(300.0, date(2026, 12, 1), date(2026, 12, 31)),  # type: ignore[arg-type]
        lambda: prorate(True, date(2026, 12, 1), date(2026, 12, 31)),
        lambda: prorate(300, datetime(2026, 12, 1, tzinfo=UTC), date(2026, 12, 31)),
        lambda: late_charge(1_000_000, 11.0),  # type: ignore[arg-type]
        lambda: late_charge("1000000", 11),  # type: ignore[arg-type]
        lambda: consumption_tax([333, 333.5], date(2026, 11, 30)),  # type: ignore[list-item]
        lambda: consumption_tax([333], "2026-11-30"),  # type: ignore[arg-type]
        lambda: surcharge(False),
    ],
    ids=["float fee", "bool fee", "instant", "float days", "text", "float amount", "day as text", "bool evaded"],
)
def test_what_is_no_whole_yen_or_day_is_refused(act):
    with pytest.raises(TypeError, match="is needed, not"):
        act()


@pytest.mark.parametrize(
    "act",
    [
        lambda: prorate(-1, date(2026, 12, 1), date(2026, 12, 31)),
        lambda: prorate(300, date(2026, 12, 31), date(2026, 12, 1)),
        lambda: prorate(300, date(2026, 11, 30), date(2026, 12, 1)),
        lambda: prorate(300, date(2025, 12, 1), date(2026, 12, 31)),
        lambda: late_charge(-1, 11),
        lambda: late_charge(1, -1),
        lambda: consumption_tax([10, -1], date(2026, 11, 30)),
        lambda: consumption_tax([10], date(1989, 3, 31)),
        lambda: surcharge(-1),
    ],
    ids=[
        "negative fee",
        "reversed days",
        "two months",
        "two years",
        "negative debt",
        "negative days",
        "negative amount",
        "before the tax",
        "negative evaded",
    ],
)
def test_absurd_amounts_and_days_are_refused_with_a_sentence(act):
    with pytest.raises(ValueError, match=r"\.$"):
        act()
