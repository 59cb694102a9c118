"""Booking files of credits: each entry once, matched where exactly one customer and sum fits; the rest waits for people (G33)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from billing import arrears, banking, collecting, debiting, forgiving
from billing.collecting import Use
from billing.debiting import ResultPlan
from billing.knowing import incoming, known_for
from billing.matching import By, Match, match
from billing.models import BankAccount, BankFile, Invoice, Receipt
from billing.models.allocation import How
from billing.models.bank_file import Kind
from billing.models.receipt import Source, State
from billing.zengin.credits import Credit, credits_in
from contracts.models import Customer
from iijiot.actors import Actor
from iijiot.bulk import bulk_add
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter
from iijiot.rules import require

HOW = {By.VIRTUAL: How.PAYER, By.INVOICE: How.NAMED, By.CODE: How.PAYER, By.NAME: How.EXACT}
LEFT_OUT = 200
"""Entries left out that the file's page names."""


@dataclass(frozen=True)
class Entry:
    """One credit of a file: is it in the books, whose is it, what does it pay, or which payment does it take back."""

    credit: Credit
    is_there: bool = False
    match: Match | None = None
    takes_back: Receipt | None = None
    taken_back_by: Credit | None = None
    """The reversal in the same file."""

    @property
    def is_new(self) -> bool:
        """Whether a payment is entered."""
        return not self.is_there and not self.credit.is_reversal


@dataclass(frozen=True)
class BookingPlan:
    """What booking a file would do."""

    file: BankFile
    entries: tuple[Entry, ...]
    today: date

    @property
    def new(self) -> list[Entry]:
        """Payments that would be entered."""
        return [entry for entry in self.entries if entry.is_new]

    @property
    def matched(self) -> list[Entry]:
        """Those of which the customer is known."""
        return [entry for entry in self.new if entry.match and not entry.taken_back_by]

    @property
    def to_match(self) -> list[Entry]:
        """Those of which it is not."""
        return [entry for entry in self.new if not entry.match and not entry.taken_back_by]

    @property
    def there(self) -> list[Entry]:
        """Entries that are in the books already."""
        return [entry for entry in self.entries if entry.is_there]

    @property
    def reversals(self) -> list[Entry]:
        """Payments that the bank took back."""
        return [e for e in self.entries if not e.is_there and (e.takes_back or e.taken_back_by)]

    @property
    def lost(self) -> list[Entry]:
        """Reversals of which nobody knows what they take back; people look at them."""
        gone = {id(entry.taken_back_by) for entry in self.entries if entry.taken_back_by}
        return [
            e
            for e in self.entries
            if e.credit.is_reversal and not e.is_there and not e.takes_back and id(e.credit) not in gone
        ]

    @property
    def amount(self) -> int:
        """What would be entered, in yen."""
        return sum(entry.credit.amount for entry in self.new)

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint(
            [
                self.file.pk,
                *(
                    (
                        e.credit.key,
                        e.is_there,
                        e.match and (e.match.debtor, sorted(e.match.pays.items()), sorted(e.match.forgiven.items())),
                        e.takes_back and e.takes_back.pk,
                        e.taken_back_by and e.taken_back_by.key,
                    )
                    for e in self.entries
                ),
            ]
        )


def plan_booking(record: BankFile, *, today: date) -> BookingPlan | ResultPlan:
    """What booking a file would do; reads only. Raises RuleViolation where it was booked, and file_store.Lost."""
    require(record.book)
    file = banking.read_again(record)
    if record.kind == Kind.DEBIT_RESULT:
        return debiting.plan_result(record, file, today=today)
    return BookingPlan(record, tuple(_entries(record.account, list(credits_in(file)))), today)


def _entries(account: BankAccount, rows: Sequence[Credit]) -> Iterator[Entry]:
    there = Receipt.objects.keys_among([credit.key for credit in rows])
    taken_back = dict(_within(rows, there))
    new = [c for c in rows if c.key not in there and not c.is_reversal and c.key not in taken_back]
    known = known_for([incoming(credit, account) for credit in new])
    used: set[int] = set()
    within = {id(reversal) for reversal in taken_back.values()}
    for credit in rows:
        if credit.key in there:
            yield Entry(credit, is_there=True)
        elif credit.is_reversal:
            receipt = None if id(credit) in within else _reversed(account, credit, used)
            yield Entry(credit, takes_back=receipt)
        elif credit.key in taken_back:
            yield Entry(credit, taken_back_by=taken_back[credit.key])
        else:
            found = match(incoming(credit, account), known)
            if found:
                known.pay(found)
            yield Entry(credit, match=found)


def _within(rows: Sequence[Credit], there: set[str]) -> Iterator[tuple[str, Credit]]:
    """Credits that a reversal in the same file takes back: of the same payer and amount, the nearest before it."""
    taken: set[str] = set()
    for place, reversal in enumerate(rows):
        if not reversal.is_reversal or reversal.key in there:
            continue
        for credit in reversed(rows[:place]):
            same = (credit.payer, credit.amount) == (reversal.payer, reversal.amount)
            if same and not credit.is_reversal and credit.key not in there and credit.key not in taken:
                taken.add(credit.key)
                yield credit.key, reversal
                break


def _reversed(account: BankAccount, credit: Credit, used: set[int]) -> Receipt | None:
    """The payment in the books that a reversal takes back; None for people where part of it was paid back since."""
    like = Receipt.objects.like(account=account, payer=credit.payer, amount=credit.amount, until=credit.booked_on)
    found = next((receipt for receipt in like if receipt.pk not in used), None)
    if found is None or found.allocations.standing().to_refunds().exists():
        return None
    used.add(found.pk)
    return found


def book(plan: BookingPlan | ResultPlan, *, actor: Actor) -> BankFile:
    """Book a file as it was shown (G33). Raises Stale where the books have moved meanwhile."""
    if isinstance(plan, ResultPlan):
        return debiting.book_result(plan, banking.read_again(plan.file), actor=actor)
    reason = str(plan.file)
    customers = list(Customer.objects.among({e.match.debtor for e in plan.entries if e.match}))
    receipts = [entry.takes_back for entry in plan.entries if entry.takes_back]
    paid = list(Invoice.objects.paid_by(receipts))
    with (
        chapter(actor=actor, reason=reason, clause="G33"),
        collecting.books_of(customers, plan.file, *paid, *receipts) as (_owed, (held, *_rest)),
    ):
        booked: BankFile = held
        again = plan_booking(booked, today=plan.today)
        if again.fingerprint != plan.fingerprint or not isinstance(again, BookingPlan):
            raise Stale(again)
        _enter(again)
        for entry in again.reversals:
            if entry.takes_back:
                collecting.reverse(
                    entry.takes_back, because=reason, today=plan.today, actor=actor, key=entry.credit.key
                )
        booked.book(
            {
                "booked": len(again.new),
                "there_before": len(again.there),
                "to_match": len(again.to_match),
                "left_out": [_left_out(entry) for entry in again.lost[:LEFT_OUT]],
            }
        )
        booked.save()
    return booked


def _enter(plan: BookingPlan) -> None:
    """Enter the payments and use them, set-based, whatever the size of the file."""
    receipts = [_receipt(entry, plan) for entry in plan.new]
    bulk_add(receipts)
    uses = [
        Use(invoice, amount, receipt.value_on, HOW[entry.match.by], receipt=receipt.pk)
        for entry, receipt in zip(plan.new, receipts, strict=True)
        if entry.match and not entry.taken_back_by
        for invoice, amount in entry.match.pays.items()
    ]
    collecting.post(uses, today=plan.today)
    short = {
        invoice: (yen, entry.credit.value_on)
        for entry in plan.matched
        if entry.match
        for invoice, yen in entry.match.forgiven.items()
    }
    forgiving.forgive(short, today=plan.today)
    paid_on: dict[int, date] = {}
    for entry in plan.matched:
        if entry.match:
            day = entry.credit.value_on
            paid_on[entry.match.debtor] = max(paid_on.get(entry.match.debtor, day), day)
    arrears.settle_measures(paid_on, today=plan.today)


def _receipt(entry: Entry, plan: BookingPlan) -> Receipt:
    credit, back = entry.credit, entry.taken_back_by
    matched = entry.match is not None and back is None
    return Receipt(
        customer_id=entry.match.debtor if entry.match and matched else None,
        source=Source.TRANSFER,
        amount=credit.amount,
        value_on=credit.value_on,
        booked_on=credit.booked_on,
        entered_on=plan.today,
        account_id=plan.file.account_id,
        file=plan.file,
        key=credit.key,
        payer=credit.payer,
        payer_code=credit.payer_code,
        edi=credit.edi,
        remark=credit.remark,
        from_bank=f"{credit.bank_name} {credit.branch_name}".strip(),
        state=State.REVERSED if back else State.MATCHED if matched else State.UNMATCHED,
        reversal_key=back.key if back else "",
        why=str(plan.file) if back else "",
    )


def _left_out(entry: Entry) -> dict[str, object]:
    credit = entry.credit
    return {"place": credit.place, "amount": credit.amount, "payer": credit.payer, "reference": credit.reference}
