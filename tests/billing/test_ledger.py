"""The books balance after any story of payments, and a row changed behind its back is found (X05)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import collecting, crediting, ledger, refunding
from billing.models import Allocation, Invoice, LateCharge, Receipt, Refund
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.billing.owing import GEN, owe, pay
from tests.factories import CustomerFactory, ManagementUnitFactory
from tests.factories.invoices import BillingChunkFactory, BillingRunFactory, InvoiceFactory, TaxTotalFactory
from tests.factories.payments import (
    AllocationFactory,
    BankFileFactory,
    DebitPartFactory,
    LateChargeFactory,
    ReceiptFactory,
    RefundFactory,
)

pytestmark = pytest.mark.django_db

START = date(2026, 10, 31)
TO = {"bank": "9999", "bank_name": "ﾃｽﾄ", "branch": "001", "branch_name": "ﾋｶﾞｼ", "account_kind": "1",
      "account": "0000001", "holder": "ｶ)ｱｵｲ"}  # fmt: skip

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["owe", "pay", "pay", "pay", "credit", "use", "undo", "reverse", "refund", "return", "write-off"]
        ),
        st.integers(0, 5),
        st.integers(1, 3_000),
    ),
    max_size=14,
)


def one(rows, which: int):
    found = list(rows.order_by("pk"))
    return found[which % len(found)] if found else None


def credit(corrected: Invoice, yen: int, today: date) -> None:
    InvoiceFactory(
        customer=corrected.customer, management_unit=corrected.management_unit, credit_note=True,
        corrects=corrected, net=0, tax=0, untaxed=-yen, issued_on=today,
    )  # fmt: skip


OF_CUSTOMERS: dict[str, Callable[..., object]] = {
    "owe": owe,
    "pay": pay,
    "use": lambda customer, yen, today: crediting.use_credit(customer, today=today, actor=GEN),
    "refund": lambda customer, yen, today: refunding.order(
        customer, amount=yen, reason="過払い", today=today, actor=GEN, **TO
    ),
}
OF_RECORDS: dict[str, tuple[Callable[[], Any], Callable[..., object]]] = {
    "credit": (lambda: Invoice.objects.filter(kind="invoice"), credit),
    "undo": (
        lambda: Receipt.objects.filter(allocated__gt=0),
        lambda receipt, yen, today: collecting.undo(receipt, because="誤り", today=today, actor=GEN),
    ),
    "reverse": (
        lambda: Receipt.objects.standing(),
        lambda receipt, yen, today: collecting.reverse(receipt, because="取消し", today=today, actor=GEN),
    ),
    "return": (
        lambda: Refund.objects.standing(),
        lambda refund, yen, today: refunding.call_off(refund, because="口座なし", today=today, actor=GEN),
    ),
    "write-off": (
        lambda: Invoice.objects.open(),
        lambda invoice, yen, today: collecting.write_off(invoice, because="回収不能", actor=GEN),
    ),
}


def act(kind: str, which: int, yen: int, customers, today: date) -> None:
    """One thing that a clerk does; what the rules refuse is left alone."""
    if kind in OF_CUSTOMERS:
        OF_CUSTOMERS[kind](customers[which % len(customers)], yen, today)
    else:
        there, do = OF_RECORDS[kind]
        if found := one(there(), which):
            do(found, yen, today)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_after_any_story_the_ledger_adds_up(django_db_blocker, acts):
    from django.db import transaction

    with transaction.atomic():
        customers = [CustomerFactory(), CustomerFactory()]
        for customer in customers:
            ManagementUnitFactory(customer=customer)
        for place, (kind, which, yen) in enumerate(acts):
            try:
                with transaction.atomic():
                    act(kind, which, yen, customers, START + timedelta(place))
            except (RuleViolation, Stale):
                continue
        assert list(ledger.check()) == []
        assert ledger.statement().difference == 0
        assert_open_amounts()
        transaction.set_rollback(True)


def assert_open_amounts() -> None:
    """What a document says is open is its total less what stands for it."""
    for invoice in Invoice.objects.all():
        stands = sum(a.amount for a in Allocation.objects.standing() if a.invoice_id == invoice.pk)
        used = sum(a.amount for a in Allocation.objects.standing() if a.credit_note_id == invoice.pk)
        assert invoice.open_amount == invoice.total - stands + used
        assert (invoice.state == "paid") == (invoice.open_amount == 0)


def change(record, **values) -> None:
    """Change a row behind everybody's back."""
    sets = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {record._meta.db_table} SET {sets} WHERE id = %s", [*values.values(), record.pk])  # noqa: S608


@pytest.mark.unrecorded("writes past everything, to show that the check finds it")
@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("documents", lambda: change(InvoiceFactory(), untaxed=1, tax=499)),
        ("taxes", lambda: TaxTotalFactory(invoice=InvoiceFactory(), percent=8, net=1, tax=0)),
        (
            "runs",
            lambda: BillingChunkFactory(
                run=BillingRunFactory(rounds=1), expected=2, made=1, done_at=datetime(2026, 12, 1, tzinfo=UTC)
            ),
        ),
        ("invoices", lambda: change(InvoiceFactory(), settled=1)),
        ("credit-notes", lambda: change(InvoiceFactory(credit_note=True), settled=-1)),
        ("receipts", lambda: change(ReceiptFactory(of=CustomerFactory()), allocated=1)),
        ("refunds", RefundFactory),
        ("customers", lambda: AllocationFactory(receipt=ReceiptFactory(of=CustomerFactory()))),
        ("debits", lambda: DebitPartFactory(amount=5)),
        ("files", lambda: BankFileFactory(booked_already=True)),
        ("late-charges", lambda: change(LateChargeFactory().extra_item, amount=5)),
    ],
)
def test_what_does_not_add_up_is_found(name, spoil):
    spoil()
    found = {finding.check.name: finding for finding in ledger.check()}
    assert name in found
    assert found[name].many == 1
    out = StringIO()
    with pytest.raises(CommandError, match="do not balance"):
        call_command("check_books", stdout=out)
    assert "1 wrong, such as" in out.getvalue()


def test_the_command_says_where_all_money_is(aois_company):
    owe(aois_company, 110_000, START)
    pay(aois_company, 120_000, START)
    ReceiptFactory(amount=5_000)
    ReceiptFactory(amount=7, dismissed=True)
    out = StringIO()
    call_command("check_books", stdout=out)
    assert "Received 125,007円 = for invoices 110,000円 + paid back 0円 + credit 10,000円" in out.getvalue()
    assert "to match 5,000円 + put aside 7円" in out.getvalue()
    assert out.getvalue().strip().splitlines()[-1] == "The books balance: 11 checks, difference 0円."


def test_a_late_charge_is_what_its_item_says():
    assert LateChargeFactory().amount == LateCharge.objects.get().extra_item.amount
