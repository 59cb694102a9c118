"""Tax on invoices and credit notes: rounded once per rate, at the rate of the day of supply, whole yen throughout (G37)."""

from datetime import date

import pytest
from django.apps import apps
from django.db import models

from billing.drafts import Draft, Placed, Root, credit_note, invoice, placed
from billing.models import Price
from billing.models.extra_item import taxed
from billing.months import ChargeLine, Kind, Month, Unit
from iijiot.yen import tax_percent
from tests.vectors import cases, group

pytestmark = pytest.mark.clause("G37")

DECEMBER = date(2026, 12, 31)
MONEY = {
    "net", "untaxed", "total", "settled", "amount", "fee", "unit_amount", "yen", "base", "accrued", "allocated",
}  # fmt: skip
"""What columns of money are called."""


def charge(amount: int, last: date = DECEMBER, kind: Kind = Kind.MONTHLY, *, taxable: bool = True) -> ChargeLine:
    """So many yen, supplied up to a day."""
    month = Month.of(last)
    return ChargeLine(
        kind, "G30.1", 1, month, month.first, last, last.day, month.days, 1, amount, amount, amount, taxable, None,
        unit=Unit.CONTRACT,
    )  # fmt: skip


def root(stood: dict[int, tuple[int, int]]) -> Root:
    """Invoice 7, which comes to so much by rate."""
    return Root(7, 1, 1, None, False, stood)


def sums(made: Draft) -> tuple[int, int, int]:
    return made.net + made.untaxed, made.tax, made.total


def test_t01_ten_lines_of_nine_yen_are_taxed_once_on_their_sum():
    assert sums(invoice(1, 1, [placed(charge(9)) for _n in range(10)])) == (90, 9, 99)


def test_t02_two_rates_and_what_lies_outside_add_up():
    made = invoice(
        1,
        1,
        [
            placed(charge(1_234)),
            placed(charge(777)),
            placed(charge(999, date(2019, 9, 30))),
            placed(charge(1_166, kind=Kind.LATE_CHARGE, taxable=False)),
        ],
    )
    assert made.taxes == {10: (2_011, 201), 8: (999, 79)}
    assert (made.untaxed, made.total) == (1_166, 4_456)
    assert sum(net + tax for net, tax in made.taxes.values()) + made.untaxed == made.total


def test_t06_every_column_of_money_holds_whole_yen():
    found = [
        field
        for model in apps.get_models()
        if model._meta.app_label in ("contracts", "sims", "billing")
        for field in model._meta.concrete_fields
        if field.name in MONEY
    ]
    print(f"{len(found)} columns of money")
    assert found
    assert [str(field) for field in found if not isinstance(field, models.IntegerField)] == []


@pytest.mark.parametrize("case", [case for case in group("legal.tax.transition_2019") if "flat" in case["case"]])
def test_the_last_day_of_a_flat_fee_decides_its_rate(case):
    """Usage fees, to which another rule of 2019 applies, are not among the fees of the terms."""
    last = date(2019, 9, 30) if "September" in case["case"] else date(2019, 10, 20)
    assert tax_percent(charge(1_000, last).supplied_on) == case["percent"]


DAMAGES = {"surcharge": Kind.SURCHARGE, "adjustment": Kind.ADJUSTMENT, "unreturned": Kind.DAMAGES}
CONSIDERATION = {"monthly": Kind.MONTHLY, "initial": Kind.INITIAL, "usage": Kind.MONTHLY, "universal": Kind.MONTHLY}


@pytest.mark.parametrize("case", cases("legal.tax.categories"))
def test_what_is_consideration_is_taxed_and_damages_are_not(case):
    """What pays for a service is a fee of the list, taxed unless a version says otherwise; a credit follows its line."""
    what = case["kind"].split()[0]
    if what in DAMAGES:
        assert taxed(DAMAGES[what]) is case["taxable"]
    elif what in CONSIDERATION:
        assert Price(kind=CONSIDERATION[what]).taxable is case["taxable"]
    else:
        note = credit_note(root({10: (10_000, 1_000)}), [Placed(charge(-1_000), 10)])
        assert bool(note.tax) is case["taxable"]


@pytest.mark.parametrize("case", cases("legal.tax.credit_note_required"))
def test_a_credit_gets_its_document_whether_the_law_asks_for_one_or_not(case):
    """From 10,000 yen on the law asks for it; for less it is made all the same."""
    credited = case["credited_incl_tax"]
    net = -max(1, credited * 10 // 11)
    note = credit_note(root({10: (100_000, 10_000)}), [Placed(charge(net), 10)])
    assert note.corrects == 7
    assert note.total < 0
