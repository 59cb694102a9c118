"""The ledger, added up anew from its rows: what payments and credit notes give is what invoices and refunds got."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing.models import Allocation, BankFile, Debit, Invoice, LateCharge, Receipt, Refund
from billing.models.allocation import State
from billing.models.bank_file import Kind
from billing.models.invoice_state import InvoiceKind

SHOWN = 5


@dataclass(frozen=True)
class Check:
    """One thing that must add up: the rows that do not."""

    name: str
    wrong: Callable[[], QuerySet[Any]]


@dataclass(frozen=True)
class Finding:
    """What of a check does not add up: how many rows, the first of them."""

    check: Check
    many: int
    first: Sequence[object]


def _standing(path: str) -> Coalesce:
    return Coalesce(Sum(f"{path}__amount", filter=Q(**{f"{path}__state": State.STANDING})), 0)


def invoices() -> QuerySet[Invoice]:
    """Invoices of which more or less counts as settled than payments and credit notes give them."""
    return (
        Invoice.objects.filter(kind=InvoiceKind.INVOICE)
        .annotate(got=_standing("allocations"))
        .exclude(settled=F("got"))
    )


def credit_notes() -> QuerySet[Invoice]:
    """Credit notes of which more or less counts as used than invoices and refunds got of them."""
    notes = Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).annotate(gave=_standing("uses"))
    return notes.exclude(settled=-F("gave"))


def receipts() -> QuerySet[Receipt]:
    """Payments of which more or less counts as used than invoices and refunds got of them."""
    return Receipt.objects.annotate(gave=_standing("allocations")).exclude(allocated=F("gave"))


def refunds() -> QuerySet[Refund]:
    """Refunds that are not what was taken out of payments and credit notes for them; nothing for one called off."""
    got = Refund.objects.annotate(got=_standing("allocations"))
    return got.exclude(Q(got=F("amount")) & ~Q(state="called-off") | Q(got=0, state="called-off"))


def customers() -> QuerySet[Allocation]:
    """Payments that pay the invoice of somebody else than whose they are."""
    standing = Allocation.objects.standing().filter(receipt__isnull=False, invoice__isnull=False)
    own = Q(receipt__customer=F("invoice__customer")) | Q(receipt__customer=F("invoice__passed_to"))
    return standing.filter(invoice__passed_to=None).exclude(own)


def debits() -> QuerySet[Debit]:
    """Debits whose invoices are not their sum, or that brought another sum."""
    parts = Debit.objects.annotate(of_parts=Coalesce(Sum("parts__amount"), 0))
    return parts.exclude(amount=F("of_parts")) | parts.filter(receipt__isnull=False).exclude(
        amount=F("receipt__amount")
    )


def files() -> QuerySet[BankFile]:
    """Files of which other sums were booked than they hold."""
    booked = BankFile.objects.filter(kind__in=[Kind.CREDITS, Kind.STATEMENT], state="booked", there_before=0)
    return booked.annotate(of_receipts=Coalesce(Sum("receipts__amount"), 0)).exclude(amount=F("of_receipts"))


def late_charges() -> QuerySet[LateCharge]:
    """Late charges that are not what the item of the invoice says."""
    return LateCharge.objects.filter(extra_item__isnull=False).exclude(amount=F("extra_item__amount"))


CHECKS = (
    Check("invoices", invoices),
    Check("credit-notes", credit_notes),
    Check("receipts", receipts),
    Check("refunds", refunds),
    Check("customers", customers),
    Check("debits", debits),
    Check("files", files),
    Check("late-charges", late_charges),
)


def check() -> Iterator[Finding]:
    """Everything that does not add up; nothing where the ledger is right."""
    for one in CHECKS:
        rows = one.wrong()
        if many := rows.count():
            yield Finding(one, many, list(rows.order_by("pk")[:SHOWN]))


@dataclass(frozen=True)
class Statement:
    """Where all money that came is, in yen."""

    received: int
    to_invoices: int
    refunded: int
    credit: int
    unmatched: int
    dismissed: int

    @property
    def difference(self) -> int:
        """What is missing or too much: nothing, where the ledger is right."""
        used = self.to_invoices + self.refunded + self.credit + self.unmatched + self.dismissed
        return self.received - used


def statement() -> Statement:
    """What came is used for invoices, paid back, a customer's credit, nobody's yet, or no customer's payment."""
    standing = Receipt.objects.standing()
    by_state = dict(standing.order_by().values_list("state").annotate(Sum("amount")))
    given = Allocation.objects.standing().filter(receipt__isnull=False)
    to_invoices = given.filter(invoice__isnull=False).aggregate(s=Coalesce(Sum("amount"), 0))["s"]
    refunded = given.filter(refund__isnull=False).aggregate(s=Coalesce(Sum("amount"), 0))["s"]
    credit = Receipt.objects.filter(state="matched").aggregate(s=Coalesce(Sum(F("amount") - F("allocated")), 0))["s"]
    return Statement(
        received=sum(by_state.values()),
        to_invoices=to_invoices,
        refunded=refunded,
        credit=credit,
        unmatched=by_state.get("unmatched", 0),
        dismissed=by_state.get("dismissed", 0),
    )
