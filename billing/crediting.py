"""Credit: what a customer has paid too much or was credited is used for what is owed, without anybody asking (G33)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from billing import arrears
from billing.collecting import Use, books_of, payables, post
from billing.matching import Payable, allot
from billing.models import Invoice, Receipt
from billing.models.allocation import How
from billing.models.invoice_state import InvoiceKind
from contracts.models import Customer
from iijiot.actors import Actor
from iijiot.records import chapter
from iijiot.words import Words


def use_credit(customer: Customer, *, today: date, actor: Actor) -> int:
    """Use a customer's credit for what is owed: first what corrects an invoice for that invoice, then the oldest first (G33).

    Returns the yen used. Unused credit notes come before payments.
    """
    notes = list(Invoice.objects.unused_credit().owed_by(customer))
    receipts = list(Receipt.objects.with_credit().of_customer(customer))
    if not notes and not receipts:
        return 0
    with (
        chapter(actor=actor, clause="G33"),
        books_of([customer], *notes, *receipts) as (owed, held),
    ):
        uses = _of_credit(owed, held)
        post(uses, today=today)
        if uses:
            arrears.settle_measures({customer.pk: today}, today=today)
    return sum(one.amount for one in uses)


def _of_credit(owed: Sequence[Invoice], held: Sequence[object]) -> list[Use]:
    left = {payable.id: payable for payable in payables(owed)}
    due = {invoice.pk: invoice.due_on for invoice in owed}
    uses: list[Use] = []

    def spend(amount: int, first: int | None, value_on: date, **source: int) -> None:
        for invoice, part in allot(amount, list(left.values()), [first] if first else []).items():
            counts_from = due[invoice] if invoice == first else value_on
            uses.append(Use(invoice, part, counts_from or value_on, How.CREDIT, **source))
            payable = left[invoice]
            left[invoice] = Payable(payable.id, payable.number, payable.debtor, payable.open - part, payable.due_on)

    for note in held:
        if isinstance(note, Invoice) and note.kind == InvoiceKind.CREDIT_NOTE and note.issued_on:
            spend(-note.open_amount, note.corrects_id, note.issued_on, credit_note=note.pk)
    for receipt in held:
        if isinstance(receipt, Receipt):
            spend(receipt.rest, None, receipt.value_on, receipt=receipt.pk)
    return uses


def why_none(customer: Customer) -> Words:
    """Why a customer's credit cannot be used; nothing where it can."""
    if not credit_of(customer):
        return _("The customer has no credit.")
    return "" if Invoice.objects.open().owed_by(customer).exists() else _("The customer owes nothing.")


def credit_of(customer: Customer) -> int:
    """What a customer has paid too much, or was credited, and is not used yet."""
    notes = sum(-note.open_amount for note in Invoice.objects.unused_credit().owed_by(customer))
    return notes + sum(receipt.rest for receipt in Receipt.objects.with_credit().of_customer(customer))
