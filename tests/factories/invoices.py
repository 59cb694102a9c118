"""Invoices and their runs: November 2026, closed on 2026-12-01 and due on 2026-12-31's next bank day."""

from datetime import UTC, date, datetime
from typing import Any

import factory

from billing.models import (
    BillingChunk,
    BillingRun,
    Exemption,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    SetAside,
    TaxTotal,
)
from tests.factories.base import Recorded
from tests.factories.contracts import ContractFactory
from tests.factories.customers import CustomerFactory, ManagementUnitFactory

NOVEMBER = date(2026, 11, 1)


class BillingRunFactory(Recorded):
    """The closing of November 2026."""

    class Meta:
        model = BillingRun

    month = NOVEMBER
    facts_as_of = datetime(2026, 12, 1, 1, tzinfo=UTC)


class BillingChunkFactory(Recorded):
    """Customers 1 to 10, not computed yet."""

    class Meta:
        model = BillingChunk

    class Params:
        done = factory.Trait(made=3, done_at=datetime(2026, 12, 1, 2, tzinfo=UTC))

    run = factory.SubFactory(BillingRunFactory)
    round = 1
    first_customer = 1
    last_customer = 10
    weight = 10
    planned_at = datetime(2026, 12, 1, 1, tzinfo=UTC)
    expected = 3


class InvoiceFactory(Recorded):
    """An issued invoice of an IoT contract for November: 5,000 yen and the tax on it."""

    class Meta:
        model = Invoice
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state=InvoiceState.DRAFT, number="", issued_on=None, due_on=None)
        statement = factory.Trait(kind=InvoiceKind.STATEMENT, net=0, due_on=None)
        paid = factory.Trait(
            state=InvoiceState.PAID, settled=factory.SelfAttribute("total"), paid_on=date(2026, 12, 25)
        )
        overdue = factory.Trait(state=InvoiceState.OVERDUE)
        credit_note = factory.Trait(
            kind=InvoiceKind.CREDIT_NOTE,
            net=-5_000,
            month=date(2026, 12, 1),
            issued_on=date(2027, 1, 4),
            due_on=None,
            corrects=factory.SubFactory(
                "tests.factories.invoices.InvoiceFactory",
                customer=factory.SelfAttribute("..customer"),
                management_unit=factory.SelfAttribute("..management_unit"),
            ),
        )

    customer = factory.SubFactory(CustomerFactory)
    management_unit = factory.SubFactory(ManagementUnitFactory, customer=factory.SelfAttribute("..customer"))
    kind = InvoiceKind.INVOICE
    month = NOVEMBER
    number = factory.Sequence(lambda n: f"O{n + 1:07d}")
    net = 5_000
    tax = factory.LazyAttribute(lambda invoice: invoice.net // 10 if invoice.net >= 0 else -(-invoice.net // 10))
    untaxed = 0
    total = factory.LazyAttribute(lambda invoice: invoice.net + invoice.tax + invoice.untaxed)
    issued_on = date(2026, 12, 1)
    due_on = date(2027, 1, 4)
    recipient_name = factory.SelfAttribute("customer.name")
    recipient_address = factory.SelfAttribute("customer.address")
    state = InvoiceState.ISSUED

    @factory.post_generation
    def lines(invoice: Invoice, create: bool, given: Any, **kwargs: Any) -> None:  # noqa: N805
        """One fee that explains the net, its tax, and one for what lies outside the tax; none where ``lines=[]``."""
        if given is not None:
            return
        if invoice.net:
            contract = ContractFactory(customer=invoice.customer, management_unit=invoice.management_unit)
            InvoiceLineFactory(invoice=invoice, contract=contract, amount=invoice.net)
            TaxTotalFactory(invoice=invoice, net=invoice.net, tax=invoice.tax)
        if invoice.untaxed:
            outside = {"contract": None, "kind": "damages", "clause": "G21", "tax_percent": None}
            InvoiceLineFactory(invoice=invoice, amount=invoice.untaxed, **outside)


class InvoiceLineFactory(factory.django.DjangoModelFactory):
    """The monthly fee of an IoT contract for the whole of November."""

    class Meta:
        model = InvoiceLine

    invoice = factory.SubFactory(InvoiceFactory, lines=[])
    contract = factory.SubFactory(
        ContractFactory,
        customer=factory.SelfAttribute("..invoice.customer"),
        management_unit=factory.SelfAttribute("..invoice.management_unit"),
    )
    place = factory.LazyAttribute(lambda line: line.invoice.lines.count() + 1)
    kind = "monthly"
    clause = "IOT5"
    month = NOVEMBER
    first = NOVEMBER
    last = date(2026, 11, 30)
    days = 30
    of_days = 30
    quantity = 1
    fee = 5_000
    unit_amount = factory.SelfAttribute("amount")
    amount = 5_000
    tax_percent = 10


class TaxTotalFactory(factory.django.DjangoModelFactory):
    """The tax of 5,000 yen at 10 percent."""

    class Meta:
        model = TaxTotal

    invoice = factory.SubFactory(InvoiceFactory, lines=[])
    percent = 10
    net = 5_000
    tax = 500


class SetAsideFactory(Recorded):
    """A management unit whose contract has no price."""

    class Meta:
        model = SetAside

    run = factory.SubFactory(BillingRunFactory)
    customer = factory.SubFactory(CustomerFactory)
    management_unit = factory.SubFactory(ManagementUnitFactory, customer=factory.SelfAttribute("..customer"))
    cause = "unpriced"
    clause = "G30.1"
    why = "K0000001: 料金がありません。"


class ExemptionFactory(Recorded):
    """A customer who is not dunned in December 2026."""

    class Meta:
        model = Exemption

    customer = factory.SubFactory(CustomerFactory)
    exempt_from = "dunning"
    since = date(2026, 12, 1)
    until = date(2026, 12, 31)
    because = "請求内容を確認中のため"
