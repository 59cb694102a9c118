"""Whose a payment is, and what it pays: decided from what is known, without asking the database. Pure.

In this order: the virtual account, the invoice that the payer names, the payer's code, then name and exact amount.
Money goes by itself only where exactly one customer, and for a name exactly one sum, fits.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import date
from enum import StrEnum
from string import ascii_uppercase

from billing.zengin.kana import comparable

SEPARATORS = r"[\-_/.]"
TOKEN = re.compile(r"[0-9A-Z]+(?:[\-_/.][0-9A-Z]+)*")


class By(StrEnum):
    """By what it was known whose a payment is."""

    VIRTUAL = "virtual"
    INVOICE = "invoice"
    CODE = "code"
    NAME = "name"


@dataclass(frozen=True)
class Payable:
    """An invoice of which something is open: yen, tax included, and when it was due."""

    id: int
    number: str
    debtor: int
    open: int
    due_on: date


@dataclass(frozen=True)
class Incoming:
    """What a bank says of a payment."""

    amount: int
    value_on: date
    name: str = ""
    code: str = ""
    virtual: str = ""
    edi: str = ""


@dataclass
class Known:
    """By what customers are known, and what they owe; what a match pays is no longer owed to the next one."""

    payables: InitVar[Iterable[Payable]]
    virtual: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, Collection[int]] = field(default_factory=dict)
    """Names as they are compared; several customers can have one."""
    bears: Mapping[int, int] = field(default_factory=dict)
    """Up to how many yen of a bank's fee we bear for a customer."""

    def __post_init__(self, payables: Iterable[Payable]) -> None:
        self._owed: dict[int, dict[int, Payable]] = {}
        self._numbers: dict[str, tuple[int, int]] = {}
        self._digits: dict[str, tuple[int, int]] = {}
        for payable in payables:
            self._owed.setdefault(payable.debtor, {})[payable.id] = payable
            self._numbers[payable.number] = (payable.debtor, payable.id)
            self._digits[payable.number.lstrip(ascii_uppercase)] = (payable.debtor, payable.id)

    def of(self, debtor: int) -> list[Payable]:
        """What a customer owes, the oldest due first."""
        return in_order(payable for payable in self._owed.get(debtor, {}).values() if payable.open)

    def named(self, note: str) -> dict[int, int]:
        """The invoices whose numbers, or the digits of them, stand in a payer's note, each with its debtor."""
        return self.named_in_full(note) | _found(note, self._digits)

    def named_in_full(self, note: str) -> dict[int, int]:
        """Those whose numbers stand there with their letter."""
        return _found(note, self._numbers)

    def payers(self, payment: "Incoming") -> set[int]:
        """Whom the payer's code and name mean."""
        by_code = [self.codes[payment.code]] if payment.code in self.codes else []
        return {*by_code, *(self.names.get(comparable(payment.name), ()) if payment.name else ())}

    def pay(self, match: "Match") -> None:
        """Count what a match pays as paid."""
        owed = self._owed.get(match.debtor, {})
        for invoice, amount in [*match.pays.items(), *match.forgiven.items()]:
            owed[invoice] = replace(owed[invoice], open=owed[invoice].open - amount)


def _found(note: str, numbers: Mapping[str, tuple[int, int]]) -> dict[int, int]:
    """Which of these numbers stand in a note; hyphens and letter case do not matter."""
    tokens = (re.sub(SEPARATORS, "", token) for token in TOKEN.findall(note.upper()))
    found = [numbers[token] for token in tokens if token in numbers]
    return {invoice: debtor for debtor, invoice in found}


@dataclass(frozen=True)
class Match:
    """Whose a payment is, by what that is known, and what it pays; the rest is the customer's credit."""

    debtor: int
    by: By
    pays: Mapping[int, int]
    forgiven: Mapping[int, int] = field(default_factory=dict)
    """What stays unpaid of an invoice and is ours to bear: the bank's fee."""


def in_order(payables: Iterable[Payable]) -> list[Payable]:
    """The oldest due first (Civil Code art. 488.4)."""
    return sorted(payables, key=lambda one: (one.due_on, one.number, one.id))


def allot(amount: int, payables: Sequence[Payable], named: Collection[int] = ()) -> dict[int, int]:
    """How money is spread: over the invoices that the payer names (art. 488.1), then over the oldest due."""
    ordered = in_order(payables)
    spread: dict[int, int] = {}
    for payable in [p for p in ordered if p.id in named] + [p for p in ordered if p.id not in named]:
        part = min(amount, payable.open)
        if part > 0:
            spread[payable.id] = part
            amount -= part
    return spread


def match(payment: Incoming, known: Known) -> Match | None:
    """Whose a payment is and what it pays, or None where a person has to look."""
    named = _surely_named(payment, known)
    owners = set(named.values())
    payers = known.payers(payment)
    for by, debtor in (
        (By.VIRTUAL, known.virtual.get(payment.virtual) if payment.virtual else None),
        (By.INVOICE, owners.pop() if len(owners) == 1 else None),
        (By.CODE, known.codes.get(payment.code) if payment.code else None),
    ):
        if debtor is not None:
            if by == By.INVOICE and payers and debtor not in payers:
                return None
            own = {invoice for invoice, owner in named.items() if owner == debtor}
            return _of(debtor, by, payment, known, own)
    return _by_name(payment, known)


def _surely_named(payment: Incoming, known: Known) -> dict[int, int]:
    """The invoices that a payer names: by their whole numbers, or by digits that a second sign confirms.

    Digits alone can be anything, such as the payer's own number: the payer is known to be the debtor, or where nobody is
    known the amount is exactly what is open.
    """
    full = known.named_in_full(payment.edi)
    payers = known.payers(payment)
    digits = {invoice: debtor for invoice, debtor in known.named(payment.edi).items() if invoice not in full}
    owed = {payable.id: payable.open for debtor in set(digits.values()) for payable in known.of(debtor)}
    fits = not payers and payment.amount == sum(owed.get(invoice, 0) for invoice in digits)
    return full | {invoice: debtor for invoice, debtor in digits.items() if debtor in payers or fits}


def sums(payables: Sequence[Payable], day: date) -> Mapping[str, frozenset[int]]:
    """The sums that a customer is likely to pay: each invoice, all that are due, all."""
    likely = {f"one {payable.id}": frozenset([payable.id]) for payable in payables}
    due = frozenset(payable.id for payable in payables if payable.due_on <= day)
    return likely | ({"due": due} if due else {}) | ({"all": frozenset(p.id for p in payables)} if payables else {})


def fitting(amount: int, payables: Sequence[Payable], day: date, bears: int = 0) -> list[frozenset[int]]:
    """The sets of invoices whose open amounts are exactly so much together, or short by no more than the fee we bear."""
    by_id = {payable.id: payable.open for payable in payables}
    found = {ids for ids in sums(payables, day).values() if 0 <= sum(by_id[one] for one in ids) - amount <= bears}
    return sorted(found, key=sorted)


def _by_name(payment: Incoming, known: Known) -> Match | None:
    """Exactly one customer of the name, and exactly one sum of what is owed."""
    name = comparable(payment.name) if payment.name else ""
    fits = []
    for debtor in sorted(set(known.names.get(name, ()))) if name else ():
        for ids in fitting(payment.amount, known.of(debtor), payment.value_on, known.bears.get(debtor, 0)):
            fits.append((debtor, ids))
    if len({debtor for debtor, _ids in fits}) != 1:
        return None
    debtor = fits[0][0]
    chosen = _oldest(fits, known.of(debtor))
    return _of(debtor, By.NAME, payment, known, chosen)


def _oldest(fits: Sequence[tuple[int, frozenset[int]]], payables: Sequence[Payable]) -> frozenset[int]:
    """Of several sets of the same sum the one that was due first."""
    place = {payable.id: index for index, payable in enumerate(payables)}
    return min((ids for _debtor, ids in fits), key=lambda ids: sorted(place[one] for one in ids))


def _of(debtor: int, by: By, payment: Incoming, known: Known, named: Collection[int]) -> Match:
    payables = known.of(debtor)
    pays = allot(payment.amount, payables, named)
    return Match(debtor, by, pays, forgiven(pays, payment, payables, named, known.bears.get(debtor, 0)))


def forgiven(
    pays: Mapping[int, int], payment: Incoming, payables: Sequence[Payable], named: Collection[int], bears: int
) -> dict[int, int]:
    """The bank's fee by which a payment is short of exactly what it was for, where we bear it."""
    by_id = {payable.id: payable for payable in payables}
    open_ones = frozenset(one for one in named if one in by_id)
    wanted = [open_ones] if named else fitting(payment.amount, payables, payment.value_on, bears)
    for ids in wanted:
        short = sum(by_id[one].open for one in ids) - payment.amount
        if 0 < short <= bears and set(pays) == set(ids):
            return {one: by_id[one].open - pays[one] for one in ids if by_id[one].open > pays[one]}
    return {}
