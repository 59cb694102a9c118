"""What is known of payers and debts, read for a set of payments; and whom a payment that fits nobody may come from."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from billing.matching import TOKEN, Incoming, Known, Payable, allot, fitting, in_order
from billing.models import BankAccount, Invoice, PayerSign, PaymentTerms, Receipt
from billing.models.bank_account import VirtualIn
from billing.models.payer import SignKind
from billing.models.receipt import State
from billing.zengin.credits import Credit
from billing.zengin.kana import comparable
from contracts.models import Customer
from iijiot.words import Words, said

DIGITS_AT_HEAD = re.compile(r"\d{7,13}")
DIGITS = re.compile(r"\d{7,13}")
FEE_AT_MOST = 1000
"""By so many yen at most a payment is short where a bank has kept its fee."""
SUGGESTED = 5
ALIKE = 4
"""So many first signs of a name are the same where one may be the other, cut off or spelled out."""


VIRTUAL: Mapping[str, Callable[[Credit], str]] = {
    VirtualIn.PAYER_CODE: lambda credit: credit.payer_code,
    VirtualIn.PAYER_HEAD: lambda credit: _digits(DIGITS_AT_HEAD.match(credit.payer)),
    VirtualIn.REMARK: lambda credit: _digits(DIGITS.search(credit.remark)),
    VirtualIn.EDI: lambda credit: _digits(DIGITS.search(credit.edi)),
}
"""Where a bank writes the virtual account, by what is set for the account."""


def _digits(found: "re.Match[str] | None") -> str:
    return found[0] if found else ""


def incoming(credit: Credit, account: BankAccount) -> Incoming:
    """A bank's entry as it is matched."""
    virtual = VIRTUAL[account.virtual_in](credit) if account.virtual_in in VIRTUAL else ""
    code = "" if account.virtual_in == VirtualIn.PAYER_CODE else credit.payer_code
    return Incoming(credit.amount, credit.value_on, credit.payer, code, virtual, credit.edi)


def of_receipt(receipt: Receipt) -> Incoming:
    """A payment in the books as it is matched."""
    return Incoming(receipt.amount, receipt.value_on, receipt.payer, receipt.payer_code, "", receipt.edi)


def known_for(payments: Sequence[Incoming]) -> Known:
    """What is owed, and by what the payers of these payments may be known."""
    owed = list(_payables())
    debtors, still_owed = {payable.debtor for payable in owed}, {payable.id for payable in owed}
    paid = [payable for payable in _named(payments) if payable.id not in still_owed]
    return Known(
        [*owed, *paid],
        virtual=_signs(SignKind.VIRTUAL, {p.virtual for p in payments}),
        codes=_signs(SignKind.CODE, {p.code for p in payments}),
        names=names_of(debtors, {comparable(p.name) for p in payments if p.name}),
        bears=dict(PaymentTerms.objects.values_list("customer", "bank_fee_at_most")),
    )


def _payables() -> Iterable[Payable]:
    for pk, number, debtor, owed, due_on in Invoice.objects.open().as_payables():
        yield Payable(pk, number, debtor, owed, due_on)


def _named(payments: Sequence[Incoming]) -> Iterable[Payable]:
    """Invoices that payers name and of which nothing is open: whoever pays twice is known by them."""
    tokens = {re.sub(r"[\-_/.]", "", token) for p in payments for token in TOKEN.findall(p.edi.upper())}
    for pk, number, debtor, _owed, due_on in Invoice.objects.issued().with_numbers(tokens).as_payables():
        yield Payable(pk, number, debtor, 0, due_on)


def _signs(kind: str, values: set[str]) -> dict[str, int]:
    known = PayerSign.objects.known(kind, values - {""})
    return dict(known.values_list("value", "customer"))


def names_of(debtors: Iterable[int], wanted: set[str]) -> dict[str, list[int]]:
    """Which customers have these names, as banks write them or as payments have taught."""
    names: dict[str, list[int]] = {}
    for pk, kana in Customer.objects.among(list(debtors)).values_list("pk", "name_kana"):
        if (name := comparable(kana)) in wanted:
            names.setdefault(name, []).append(pk)
    for value, pk in PayerSign.objects.known(SignKind.NAME, wanted).values_list("value", "customer"):
        if pk not in names.setdefault(value, []):
            names[value].append(pk)
    return names


@dataclass(frozen=True)
class Suggestion:
    """A customer from whom a payment may come: why, what it would pay, and what would be left or lacking."""

    customer: Customer
    why: Words
    pays: tuple[tuple[Invoice, int], ...]
    rest: int

    @property
    def owed(self) -> int:
        """What would stay open of the invoices that it pays."""
        return sum(invoice.open_amount - amount for invoice, amount in self.pays)


def suggestions(receipt: Receipt) -> list[Suggestion]:
    """Who may have paid, the likeliest first: named, of the same or a like name, or owing exactly so much."""
    payment = of_receipt(receipt)
    known = known_for([payment])
    name = comparable(payment.name) if payment.name else ""
    found: dict[int, Words] = {}
    named = known.named(payment.edi)
    lost = dict(Invoice.objects.written_off().among(named).values_list("pk", "number"))
    for invoice, debtor in named.items():
        found.setdefault(debtor, _named_by_payer(lost.get(invoice)))
    for debtor in known.names.get(name, ()):
        found.setdefault(debtor, _of_the_name(payment, known.of(debtor)))
    exact = Invoice.objects.open().open_for(payment.amount).as_payables()
    for _pk, number, debtor, _open, _due in exact[:SUGGESTED]:
        found.setdefault(debtor, said(_("{invoice} is open for exactly this amount."), invoice=number))
    exactly_lost = Invoice.objects.written_off().open_for(payment.amount).as_payables()
    for _pk, number, debtor, _open, _due in exactly_lost[:SUGGESTED]:
        sentence = _("{invoice}, which was written off, is open for exactly this amount: take it up again first.")
        found.setdefault(debtor, said(sentence, invoice=number))
    for debtor in _like(name):
        found.setdefault(debtor, _("The name begins in the same way."))
    customers = {customer.pk: customer for customer in Customer.objects.among(list(found)[:SUGGESTED])}
    return [_suggestion(customers[pk], why, payment, known) for pk, why in found.items() if pk in customers]


def _named_by_payer(written_off: str | None) -> Words:
    if written_off is None:
        return _("The payer names an invoice of this customer.")
    return said(_("The payer names {invoice}, which was written off: take it up again first."), invoice=written_off)


def given_up(receipt: Receipt) -> list[Invoice]:
    """What was written off of whose payment this is, while something is left of it: it may be for that (G33)."""
    if receipt.state != State.MATCHED or not receipt.rest:
        return []
    return list(Invoice.objects.written_off().owed_by(receipt.customer).oldest_due_first()[:SUGGESTED])


def _of_the_name(payment: Incoming, owed: Sequence[Payable]) -> Words:
    """A customer of the name, and how the amount fits what is owed."""
    if fitting(payment.amount, owed, payment.value_on, FEE_AT_MOST):
        return _("Same name; short by no more than a bank's fee.")
    return _("Same name; the amount fits no sum of what is owed.") if owed else _("Same name; nothing is owed.")


def _like(name: str) -> list[int]:
    """Debtors whose names begin like this one."""
    if len(name) < ALIKE:
        return []
    debtors = Invoice.objects.open().order_by().debtors()
    alike = Customer.objects.among(debtors).values_list("pk", "name_kana")
    return [pk for pk, kana in alike if comparable(kana)[:ALIKE] == name[:ALIKE]][:SUGGESTED]


def _suggestion(customer: Customer, why: Words, payment: Incoming, known: Known) -> Suggestion:
    owed = known.of(customer.pk)
    named = [one for one, debtor in known.named(payment.edi).items() if debtor == customer.pk]
    pays = allot(payment.amount, owed, named)
    invoices = {invoice.pk: invoice for invoice in Invoice.objects.among(pays)}
    ordered = [one.id for one in in_order(owed) if one.id in pays]
    return Suggestion(
        customer, why, tuple((invoices[pk], pays[pk]) for pk in ordered), payment.amount - sum(pays.values())
    )
