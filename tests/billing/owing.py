"""Debts and payments for tests: so many yen, due on a day, as of invoices that were issued."""

from datetime import date, timedelta
from typing import Any

from billing import collecting
from billing.models import Invoice, Receipt
from contracts.models import Contract, Customer
from iijiot.actors import Actor
from tests.factories.customers import ManagementUnitFactory
from tests.factories.invoices import InvoiceFactory, InvoiceLineFactory
from tests.factories.payments import ReceiptFactory

GEN = Actor.command("Gen")
DUE = date(2026, 10, 31)


def owe(
    customer: Customer,
    yen: int,
    due_on: date = DUE,
    *,
    contract: Contract | None = None,
    late_charge: int = 0,
    of_contract: int | None = None,
    state: str = "issued",
    **more: Any,
) -> Invoice:
    """An invoice over so many yen, tax included: for a contract, and for a late charge if one is named.

    `of_contract` is what of it is for the contract, where lines of others follow.
    """
    unit = contract.management_unit if contract else ManagementUnitFactory(customer=customer)
    earlier = Invoice.objects.filter(management_unit=unit).count()
    made: Invoice = InvoiceFactory(
        customer=customer,
        management_unit=unit,
        month=date(2026 - earlier // 12, 12 - earlier % 12, 1),
        net=0,
        tax=0,
        untaxed=yen,
        issued_on=due_on - timedelta(days=30),
        due_on=due_on,
        state=state,
        lines=[],
        **more,
    )
    own = yen - late_charge if of_contract is None else of_contract
    InvoiceLineFactory(invoice=made, contract=contract, kind="damages", clause="G21", amount=own, tax_percent=None)
    if late_charge:
        InvoiceLineFactory(
            invoice=made, contract=None, kind="late-charge", clause="G35.2", amount=late_charge, tax_percent=None
        )
    return made


def pay(customer: Customer, yen: int, value_on: date, *, today: date | None = None, **more: Any) -> Receipt:
    """A payment of a customer, entered on a day, which pays what is oldest due."""
    receipt: Receipt = ReceiptFactory(amount=yen, value_on=value_on, booked_on=value_on, entered_on=today or value_on)
    collecting.match(receipt, customer, today=today or value_on, actor=GEN, **more)
    return again(receipt)


def again(record: Any) -> Any:
    """The record as it is stored now."""
    return type(record)._base_manager.get(pk=record.pk)


def settled(*invoices: Invoice) -> list[tuple[str, int]]:
    """State and what is settled of each."""
    return [(invoice.state, invoice.settled) for invoice in map(again, invoices)]
