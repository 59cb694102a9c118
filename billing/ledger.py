"""The books, added up anew from their rows: documents from their lines and taxes, runs from their chunks, payments from
what they pay."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import (
    Allocation,
    BankFile,
    BillingChunk,
    BillingRun,
    Debit,
    Invoice,
    InvoiceLine,
    LateCharge,
    Receipt,
    Refund,
    TaxTotal,
)
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


def documents() -> QuerySet[Invoice]:
    """Documents that do not come to what their lines say: taxed ones and others apart."""
    kept = Invoice.objects.standing().annotate(
        taxed=_lines(tax_percent__isnull=False), outside=_lines(tax_percent__isnull=True)
    )
    return kept.exclude(net=F("taxed"), untaxed=F("outside"))


def taxes() -> QuerySet[Invoice]:
    """Documents whose net and tax are not the sum of those of their rates."""
    rates = TaxTotal.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    kept = Invoice.objects.standing().annotate(
        of_rates=Coalesce(Subquery(rates.annotate(s=Sum("net")).values("s")), 0),
        tax_of_rates=Coalesce(Subquery(rates.annotate(s=Sum("tax")).values("s")), 0),
    )
    return kept.exclude(net=F("of_rates"), tax=F("tax_of_rates"))


def runs() -> QuerySet[BillingRun]:
    """Runs whose latest round is done and made, found or set aside more or less than was expected."""
    latest = BillingChunk.objects.filter(run=OuterRef("pk"), round=OuterRef("rounds")).order_by().values("run")
    came_to = Sum("expected") - Sum("made") - Sum("there") - Sum("aside")
    done = latest.annotate(left=Count("pk", filter=Q(done_at=None)), over=came_to).filter(left=0).exclude(over=0)
    return BillingRun.objects.filter(Exists(done))


def _lines(**which: Any) -> Coalesce:
    lines = InvoiceLine.objects.filter(invoice=OuterRef("pk"), **which).order_by().values("invoice")
    return Coalesce(Subquery(lines.annotate(s=Sum("amount")).values("s")), 0)


CHECKS = (
    Check("documents", documents),
    Check("taxes", taxes),
    Check("runs", runs),
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
    """Everything that does not add up; nothing where the books are right."""
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
