"""The money of the demo: three months closed, paid in every way, and the books add up."""

from datetime import date

import pytest

from billing import ledger
from billing.models import BillingRun, ExtraItem, Invoice, LateCharge, Mandate, Receipt
from contracts.models import Notice
from iijiot import worlds

TODAY = date(2026, 11, 25)


@pytest.mark.long
def test_three_months_are_closed_and_paid_in_every_way(db, few_lines):
    worlds.build(worlds.SIZES[0], TODAY, seed=1)
    assert [str(run) for run in BillingRun.objects.order_by("month")] == ["2026-08", "2026-09", "2026-10"]
    assert not Invoice.objects.drafts().exists()
    states = set(Invoice.objects.filter(kind="invoice").values_list("state", flat=True))
    assert states == {"issued", "paid", "overdue"}
    assert Invoice.objects.overdue().filter(settled__gt=0).exists()
    assert {day.month for day in Invoice.objects.issued().values_list("issued_on", flat=True)} == {9, 10, 11}
    numbers = [
        int(number[1:]) for number in Invoice.objects.issued().order_by("number").values_list("number", flat=True)
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    assert Invoice.objects.filter(kind="credit-note").exists()
    assert LateCharge.objects.exists()
    assert ExtraItem.objects.filter(kind="late-charge", state="billed").exists()
    assert Mandate.objects.filter(state="active").count() == Mandate.objects.filter(state="requested").count() == 1
    assert Invoice.objects.filter(method="direct-debit").exists()
    assert Receipt.objects.count() > 10
    assert Notice.objects.filter(kind=Notice.Kind.INVOICE).exists()
    assert not Invoice.objects.without_paper().exists()
    assert list(ledger.check()) == []
