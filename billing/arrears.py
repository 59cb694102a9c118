"""Arrears: what is overdue, by customer and by contract; what follows for screening and suspension, and ends with payment.

Screening looks at the customer as a whole (G14.1.3); a suspension only at contracts with overdue charges (G26.1.1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Invoice, InvoiceLine
from billing.models.payment_policy import in_force
from contracts import suspending
from contracts.models import Application, Contract, Customer, Suspension
from contracts.models.contract_queries import ContractQuerySet
from iijiot.actors import Actor
from iijiot.days import fullday
from iijiot.records import current_chapter
from iijiot.words import Words, said

PAID = "支払いを確認したため"


@dataclass(frozen=True)
class Arrear:
    """What is overdue of one invoice for one contract: its part of what is open, by its part of the charges (art. 488)."""

    invoice: Invoice
    amount: int

    @property
    def words(self) -> Words:
        """In a line."""
        return said(
            gettext_lazy("{invoice}: {amount} yen, due on {day}"),
            invoice=self.invoice,
            amount=f"{self.amount:,}",
            day=self.invoice.due_on,
        )


def risk_of(application: Application) -> Words | None:
    """The applicant's overdue invoices, which make a payment doubtful (G14.1.3)."""
    overdue = list(Invoice.objects.overdue().owed_by(application.customer).order_by("due_on", "pk"))
    if not overdue:
        return None
    return _("Overdue invoices: %(many)d, %(amount)s yen, the oldest due on %(day)s.") % {
        "many": len(overdue),
        "amount": f"{sum(invoice.open_amount for invoice in overdue):,}",
        "day": fullday(overdue[0].due_on),
    }


def of_contract(contract: Contract) -> list[Arrear]:
    """What is overdue for a contract, the oldest first (G26.1.1)."""
    return of_contracts([contract])[contract.pk]


def of_contracts(contracts: Sequence[Contract]) -> dict[int, list[Arrear]]:
    """What is overdue for each of these contracts, the oldest first (G26.1.1)."""
    found: dict[int, list[Arrear]] = {contract.pk: [] for contract in contracts}
    shares = InvoiceLine.objects.shares(list(found), Invoice.objects.overdue())
    invoices = {invoice.pk: invoice for invoice in Invoice.objects.among([pk for _contract, pk, *_sums in shares])}
    for contract, pk, own, whole in shares:
        if own > 0 and whole > 0:
            found[contract].append(Arrear(invoices[pk], invoices[pk].open_amount * own // whole))
    for arrears in found.values():
        arrears.sort(key=lambda arrear: (arrear.invoice.due_on or date.min, arrear.invoice.pk))
    return found


def overdue_words(contract: Contract) -> list[Words]:
    """The same in words, for who is about to suspend it."""
    return [arrear.words for arrear in of_contract(contract)]


def to_suspend(day: date) -> ContractQuerySet:
    """Contracts with charges that are overdue for so long that a suspension is proposed, and has not been announced (G26.1.1)."""
    since = day - timedelta(days=in_force().suspension_days)
    overdue = Invoice.objects.overdue().due_by(since)
    charged = Contract.objects.running().among(InvoiceLine.objects.contracts_charged(overdue))
    return charged.without_measures(Suspension.objects.pending().for_payment())


def measures_for_payment(customers: Sequence[int]) -> list[Suspension]:
    """What was announced or is in force against contracts of these customers because of arrears (G26.1.1)."""
    pending = Suspension.objects.pending().for_arrears().of_customer(list(customers))
    return list(pending.select_related("contract__customer").order_by("pk"))


def settle_measures(paid_on: Mapping[int, date], *, today: date) -> list[Suspension]:
    """Withdraw what was announced, and note as cured what is in force, where nothing is overdue any more (G26.2, G28.1.1).

    `paid_on` has of each customer the value date of the payment, whenever it was entered (H04). The use is given back by
    lifting, which is for people; inside the open act, on rows that the caller holds.
    """
    settled = []
    actor: Actor = current_chapter().actor
    for measure in measures_for_payment(list(paid_on)):
        if of_contract(measure.contract):
            continue
        if measure.state == "announced":
            suspending.withdraw(measure, on=today, because=PAID, actor=actor)
        elif measure.cured_on is None and measure.begun_on is not None:
            cured = max(paid_on[measure.contract.customer_id], measure.begun_on)
            suspending.record_cure(measure, on=min(cured, today), note=PAID, today=today, actor=actor)
        else:
            continue
        settled.append(measure)
    return settled


@dataclass(frozen=True)
class Age:
    """What a customer owes, by how long it is overdue."""

    customer: Customer
    sums: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.sums)


BOUNDS = (0, 30, 60, 90)
"""Days after the due day up to which a debt stands in a column: not due, 1 to 30, 31 to 60, 61 to 90, and beyond."""


def ageing(day: date) -> list[Age]:
    """What is open on a day by customer and age, who owes most first."""
    sums: dict[int, list[int]] = {}
    for debtor, due_on, owed in Invoice.objects.open().owed_since():
        late = (day - due_on).days
        column = sum(late > bound for bound in BOUNDS)
        sums.setdefault(debtor, [0] * (len(BOUNDS) + 1))[column] += owed
    customers = {customer.pk: customer for customer in Customer.objects.among(sums)}
    ages = [Age(customers[pk], tuple(columns)) for pk, columns in sums.items()]
    return sorted(ages, key=lambda age: (-age.total, age.customer.number))
