"""Collecting: payments are entered, matched to customers, used for invoices, and taken back; the ledger always adds up.

Whatever is used of a payment is a row (`Allocation`); payment and invoice carry the sums, which constraints keep within
what came and what is owed. All of it is written set-based, so that one payment and a file of thousands go one road.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from billing import arrears, forgiving, passing
from billing.matching import Incoming, Payable, allot, forgiven, in_order
from billing.models import Allocation, Invoice, PayerSign, PaymentTerms, Receipt
from billing.models.allocation import How
from billing.models.invoice_state import OPEN, InvoiceState
from billing.models.payer import SignKind
from billing.models.receipt import Source
from billing.zengin.kana import comparable
from contracts.models import Customer
from iijiot.actors import Actor
from iijiot.bulk import Each, bulk_add, bulk_transition
from iijiot.plans import Stale, unmoved
from iijiot.records import chapter, locked
from iijiot.rules import refuse, require
from iijiot.words import said

EARLIEST = timedelta(days=5 * 366)
"""How far back the day of a payment can lie that is entered by hand: debts lapse after five years (Civil Code art. 166)."""


@dataclass(frozen=True)
class Use:
    """So many yen of a payment or credit note for an invoice, from a day on."""

    invoice: int
    amount: int
    value_on: date
    how: str
    receipt: int | None = None
    credit_note: int | None = None


def payables(invoices: Iterable[Invoice]) -> list[Payable]:
    """What is owed, as money is spread over it."""
    return [
        Payable(i.pk, i.number, i.passed_to_id or i.customer_id, i.open_amount, i.due_on)
        for i in invoices
        if i.due_on is not None
    ]


@contextmanager
def books_of(customers: Iterable[Customer], *further: Any) -> Iterator[tuple[list[Invoice], list[Any]]]:
    """What these customers owe, held with whatever else is given: the open invoices, and the further records as they are now.

    The customers, whom others may follow at this moment, and the measures that a payment can take back are held before,
    in the house order.
    """
    customers = list(customers)
    ids = [customer.pk for customer in customers]
    measures = arrears.measures_for_payment(ids)
    invoices = list(Invoice.objects.open().owed_by(ids).only("pk"))
    contracts = {measure.contract_id: measure.contract for measure in measures}
    rows = [*customers, *contracts.values(), *measures, *invoices, *further]
    with locked(*rows) as held:
        start = len(customers) + len(contracts) + len(measures)
        open_now = [i for i in held[start : start + len(invoices)] if i.state in OPEN]
        yield open_now, list(held[start + len(invoices) :])


def enter(
    customer: Customer | None,
    *,
    amount: int,
    value_on: date,
    source: str,
    payer: str,
    remark: str,
    today: date,
    actor: Actor,
    invoices: Sequence[Invoice] = (),
    reason: str = "",
) -> Receipt:
    """Enter a payment by hand, and use it for what is oldest due where the customer is known (G33).

    Raises RuleViolation for a day to come, or long over.
    """
    if value_on > today:
        raise refuse("G33", _("This day has not come yet. Check the day."))
    if value_on < today - EARLIEST:
        raise refuse("G33", _("This is more than five years ago. Check the year."))
    with chapter(actor=actor, reason=reason, clause="G33"):
        receipt = Receipt(
            amount=amount,
            value_on=value_on,
            booked_on=value_on,
            entered_on=today,
            source=source,
            payer=payer,
            remark=remark,
        )
        receipt.save()
        if customer is not None:
            match(receipt, customer, invoices=invoices, today=today, actor=actor)
    return receipt


def match(
    receipt: Receipt,
    customer: Customer,
    *,
    today: date,
    actor: Actor,
    invoices: Sequence[Invoice] = (),
    learns: bool = False,
    reason: str = "",
) -> None:
    """Say whose a payment is: it pays the invoices named, then the oldest due; the rest is the customer's credit (G33).

    It is the successor's where another has followed the customer in everything (G17, G18). With `learns`, the payer's
    name and code are known from now on. Raises Stale where another follows at this moment.
    """
    if follower := passing.successors([customer.pk]).get(customer.pk):
        customer = Customer.objects.get(pk=follower)
    with (
        chapter(actor=actor, reason=reason, clause="G33"),
        books_of([customer], receipt) as (owed, (held,)),
    ):
        if passing.successors([customer.pk]):
            raise Stale(None)
        held.match(customer)
        held.save()
        if learns:
            _learn(held, customer)
        bears = PaymentTerms.objects.fee_of(customer.pk) if held.source == Source.TRANSFER else 0
        _pay(held, owed, invoices, How.NAMED if invoices else How.STAFF, today, bears=bears)


def use(receipt: Receipt, *, today: date, actor: Actor, invoices: Sequence[Invoice] = (), reason: str = "") -> None:
    """Use what is left of a customer's payment: for the invoices named, then for the oldest due (G33).

    Raises Stale where somebody used it meanwhile (F07).
    """
    require(receipt.use)
    assert receipt.customer is not None  # noqa: S101 - receipt_of_a_customer_once_matched
    with (
        chapter(actor=actor, reason=reason, clause="G33"),
        books_of([receipt.customer], receipt) as (owed, (held,)),
    ):
        unmoved(receipt, held, "allocated", "state", "customer_id")
        if not _pay(held, owed, invoices, How.STAFF, today):
            raise refuse("G33", _("Nothing is left of the payment, or nothing is owed."))


def _pay(
    receipt: Receipt, owed: Sequence[Invoice], named: Sequence[Invoice], how: str, today: date, *, bears: int = 0
) -> int:
    """Spread what is left of a payment over invoices that are held; returns the yen used.

    What it is short of is forgiven as far as we bear a bank's fee of so many yen.
    """
    ids = {invoice.pk for invoice in named}
    if gone := [invoice for invoice in named if invoice.pk not in {i.pk for i in owed}]:
        raise refuse("G33", said(_("{invoice} is not owed by this customer, or is paid."), invoice=gone[0]))
    before = payables(owed)
    spread = allot(receipt.rest, before, ids)
    post([Use(i, amount, receipt.value_on, how, receipt=receipt.pk) for i, amount in spread.items()], today=today)
    short = forgiven(spread, Incoming(receipt.amount, receipt.value_on), in_order(before), ids, bears)
    forgiving.forgive({invoice: (yen, receipt.value_on) for invoice, yen in short.items()}, today=today)
    arrears.settle_measures(dict.fromkeys(owed_by_all(owed), receipt.value_on), today=today)
    return sum(spread.values())


def owed_by_all(invoices: Iterable[Invoice]) -> list[int]:
    """Whose debts these invoices are."""
    return sorted({invoice.passed_to_id or invoice.customer_id for invoice in invoices})


def post_refund(made: Sequence[Allocation], *, today: date) -> None:
    """Write what a refund takes into the ledger, inside the open act; payments and credit notes are held by the caller."""
    bulk_add(made)
    _use_receipts(_sums((one.receipt_id, one.amount) for one in made))
    taken = _sums((one.credit_note_id, -one.amount) for one in made)
    settle(taken, dict.fromkeys(taken, today))


def post(uses: Sequence[Use], *, today: date) -> None:
    """Write uses of money into the ledger, inside the open act; invoices and payments are held by the caller.

    Raises Stale where an invoice or payment is no longer what it was.
    """
    if not uses:
        return
    bulk_add(
        [
            Allocation(
                receipt_id=one.receipt,
                credit_note_id=one.credit_note,
                invoice_id=one.invoice,
                amount=one.amount,
                value_on=one.value_on,
                made_on=today,
                how=one.how,
            )
            for one in uses
        ]
    )
    _use_receipts(_sums((one.receipt, one.amount) for one in uses))
    taken = _sums((one.credit_note, -one.amount) for one in uses)
    settle({**_sums((one.invoice, one.amount) for one in uses), **taken}, _latest(uses, today))


def settle(by: Mapping[int, int], days: Mapping[int, date]) -> None:
    """Count yen as settled of invoices, or as used of credit notes, below zero; each gets the state that follows."""
    full: dict[int, int] = {}
    part: dict[int, int] = {}
    late: dict[int, int] = {}
    for pk, before, total, state in Invoice.objects.among(by).values_list("pk", "settled", "total", "state"):
        settled = before + by[pk]
        (full if settled == total else late if state == InvoiceState.OVERDUE else part)[pk] = settled
    paid_on = {pk: days[pk] for pk in full}
    moved = [
        *_moved(full, "pay_off", {"settled": Each(full), "paid_on": Each(paid_on)}),
        *_moved(part, "pay_in_part", {"settled": Each(part)}),
        *_moved(late, "pay_late_in_part", {"settled": Each(late)}),
    ]
    if set(moved) != set(by):
        raise Stale(None)


def _moved(rows: Mapping[int, int], act: str, changes: dict[str, object]) -> list[int]:
    return bulk_transition(Invoice.objects.among(rows), act, changes) if rows else []


def _use_receipts(by: Mapping[int, int]) -> None:
    used = Receipt.objects.among(by).values_list("pk", "allocated")
    rows = {pk: allocated + by[pk] for pk, allocated in used}
    if rows and set(bulk_transition(Receipt.objects.among(rows), "use", {"allocated": Each(rows)})) != set(by):
        raise Stale(None)


def _sums(parts: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for key, amount in parts:
        if key is not None:
            sums[key] += amount
    return dict(sums)


def _latest(uses: Sequence[Use], today: date) -> dict[int, date]:
    """The latest value date of what pays each invoice; a credit note is used up on the day on which that is done."""
    days = {one.credit_note: today for one in uses if one.credit_note is not None}
    new = [(one.invoice, one.value_on) for one in uses]
    before = Allocation.objects.to_invoices([one.invoice for one in uses]).values_list("invoice", "value_on")
    for invoice, day in [*before, *new]:
        days[invoice] = max(days.get(invoice, day), day)
    return days


def undo(receipt: Receipt, *, because: str, today: date, actor: Actor) -> None:
    """Take back what invoices a payment pays; they are open again, and the money is the customer's credit (G33)."""
    standing = list(receipt.allocations.standing())
    invoices = list(Invoice.objects.among({a.invoice_id for a in standing if a.invoice_id}))
    with chapter(actor=actor, reason=because, clause="G33"), locked(receipt, *invoices) as (held, *_invoices):
        unmoved(receipt, held, "allocated", "state")
        take_back([a.pk for a in held.allocations.standing() if a.invoice_id], because=because, today=today)


def take_back(ids: Sequence[int], *, because: str, today: date) -> None:
    """Undo allocations, inside the open act; everything that they touch is held by the caller."""
    rows = list(Allocation.objects.among(ids).standing())
    if not rows:
        raise refuse("G33", _("Nothing is used of it."))
    bulk_transition(Allocation.objects.among(ids), "undo", {"undone_on": today, "undone_because": because})
    _use_receipts(_sums((row.receipt_id, -row.amount) for row in rows))
    unsettle(
        {
            **_sums((row.invoice_id, -row.amount) for row in rows),
            **_sums((row.credit_note_id, row.amount) for row in rows),
        },
        today,
    )


def unsettle(by: Mapping[int, int], today: date) -> None:
    """Open invoices and credit notes again by so many yen; what is past its due day is overdue again at once.

    What was written off stays written off, with more of it open.
    """
    if not by:
        return
    rows = {i.pk: i.settled + by[i.pk] for i in Invoice.objects.among(by)}
    given_up = _moved(rows, "take_back_of_written_off", {"settled": Each(rows)})
    moved = [*given_up, *_moved(rows, "take_payment_back", {"settled": Each(rows), "paid_on": None})]
    if set(moved) != set(by):
        raise Stale(None)
    rest = [pk for pk, settled in rows.items() if settled]
    bulk_transition(Invoice.objects.among(rest), "pay_in_part")
    bulk_transition(Invoice.objects.among(rows).open().due_before(today), "fall_overdue")


def unmatch(receipt: Receipt, *, because: str, actor: Actor) -> None:
    """Take back whose a payment is; what it pays is taken back before (G33)."""
    with chapter(actor=actor, reason=because, clause="G33"), locked(receipt) as (held,):
        held.unmatch()
        held.save()


def dismiss(receipts: Sequence[Receipt], *, because: str, actor: Actor) -> None:
    """Put payments aside that are no customer's, such as what the bank pays over of direct debits (G33)."""
    with chapter(actor=actor, reason=because, clause="G33"), locked(*receipts) as held:
        for receipt in held:
            receipt.dismiss(because)
            receipt.save()


def take_up(receipt: Receipt, *, because: str, actor: Actor) -> None:
    """Look again for the customer of a payment that was put aside (G33)."""
    with chapter(actor=actor, reason=because, clause="G33"), locked(receipt) as (held,):
        held.take_up()
        held.save()


def reverse(receipt: Receipt, *, because: str, today: date, actor: Actor, key: str = "") -> None:
    """The bank took a payment back, or it was entered by mistake: what it paid is open again, with its first due day (G33).

    `key` is that of the bank's entry. Raises RuleViolation where part of it was paid back to the customer.
    """
    standing = list(receipt.allocations.standing())
    if any(a.refund_id for a in standing):
        raise refuse("G33", _("Part of it was paid back to the customer. Call the refund off first."))
    invoices = list(Invoice.objects.among({a.invoice_id for a in standing if a.invoice_id}))
    with chapter(actor=actor, reason=because, clause="G33"), locked(receipt, *invoices) as (held, *_invoices):
        unmoved(receipt, held, "allocated", "state")
        if standing:
            take_back([a.pk for a in standing], because=because, today=today)
            held = Receipt.objects.get(pk=held.pk)
        with locked(held) as (now,):
            now.reverse(because, key)
            now.save()


def _learn(receipt: Receipt, customer: Customer) -> None:
    """Know the payer's name and code from now on, as far as nobody else is known by them."""
    found = {SignKind.NAME: comparable(receipt.payer), SignKind.CODE: receipt.payer_code}
    for kind, value in found.items():
        known = PayerSign.objects.known(kind, [value])
        taken = known.of_customer(customer) if kind == SignKind.NAME else known
        if value and not taken.exists():
            PayerSign(customer=customer, kind=kind, value=value, is_learned=True).save()


def know_payer(customer: Customer, *, kind: str, value: str, actor: Actor, reason: str = "") -> PayerSign:
    """Know payments by a virtual account, a payer's code or a name to be a customer's from now on (G33)."""
    with chapter(actor=actor, reason=reason, clause="G33"), locked(customer) as (held,):
        sign = PayerSign(customer=held, kind=kind, value=value)
        sign.save()
    return sign


def withdraw_sign(sign: PayerSign, *, because: str, today: date, actor: Actor) -> None:
    """Know a payer no longer by this (G33)."""
    with chapter(actor=actor, reason=because, clause="G33"), locked(sign) as (held,):
        if held.withdrawn_on is not None:
            raise refuse("G33", _("It was withdrawn already."))
        held.withdrawn_on = today
        held.save()


def write_off(invoice: Invoice, *, because: str, actor: Actor) -> None:
    """Give up what is open of an invoice, with the reason (G33)."""
    with chapter(actor=actor, reason=because, clause="G33"), locked(invoice) as (held,):
        unmoved(invoice, held, "state", "settled")
        held.write_off()
        held.save()


def take_up_again(invoice: Invoice, *, because: str, today: date, actor: Actor) -> None:
    """Insist again on an invoice that was written off (G33)."""
    with chapter(actor=actor, reason=because, clause="G33"), locked(invoice) as (held,):
        held.take_up()
        if held.settled:
            held.pay_in_part(held.settled)
        if held.due_on is not None and held.due_on < today:
            held.fall_overdue()
        held.save()
