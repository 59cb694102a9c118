"""Paying back: what a customer has paid too much or was credited goes back to an account of the customer (G33)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from billing import collecting
from billing.models import Allocation, BankAccount, BankFile, Invoice, Receipt, Refund
from billing.models.allocation import How
from billing.models.bank_file import Kind
from billing.models.bank_file import State as FileState
from billing.models.refund import State
from billing.zengin.transfers import Transfer, transfers
from contracts.models import Customer
from iijiot import file_store
from iijiot.actors import Actor
from iijiot.bank_days import is_working_day
from iijiot.bulk import bulk_transition
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, locked
from iijiot.rules import refuse
from iijiot.words import said


def order(customer: Customer, *, amount: int, reason: str, today: date, actor: Actor, **account: object) -> Refund:
    """Take money out of a customer's credit, the oldest first, to be paid back (G33).

    Raises RuleViolation where the credit is less.
    """
    notes = list(Invoice.objects.unused_credit().owed_by(customer).order_by("issued_on", "pk"))
    receipts = list(Receipt.objects.with_credit().of_customer(customer))
    with chapter(actor=actor, reason=reason, clause="G33"), locked(customer, *notes, *receipts) as (held, *sources):
        left = amount
        takes = []
        for source in sources:
            free = source.rest if isinstance(source, Receipt) else -source.open_amount
            if part := min(left, free):
                takes.append((source, part))
                left -= part
        if left:
            raise refuse(
                "G33", said(_("The customer's credit is {credit} yen. Pay back no more."), credit=f"{amount - left:,}")
            )
        refund = Refund(customer=held, amount=amount, ordered_on=today, reason=reason, **account)
        refund.save()
        collecting.post_refund(
            [
                Allocation(
                    receipt=source if isinstance(source, Receipt) else None,
                    credit_note=source if isinstance(source, Invoice) else None,
                    refund=refund,
                    amount=part,
                    value_on=today,
                    made_on=today,
                    how=How.REFUND,
                )
                for source, part in takes
            ],
            today=today,
        )
    return refund


@dataclass(frozen=True)
class TransferPlan:
    """What a file of transfers would pay."""

    account: BankAccount
    transfer_on: date
    refunds: tuple[Refund, ...]
    today: date

    @property
    def amount(self) -> int:
        """Yen in all."""
        return sum(refund.amount for refund in self.refunds)

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint([self.account.pk, self.transfer_on, *((r.pk, r.amount) for r in self.refunds)])


def plan_transfers(account: BankAccount, transfer_on: date, *, today: date) -> TransferPlan:
    """Which refunds wait. Raises RuleViolation where the bank does not transfer on the day."""
    if not account.sender_code or account.closed_on:
        raise refuse("G33", _("The account has no sender code, or is closed. Choose another account."))
    if transfer_on < today or not is_working_day(transfer_on):
        raise refuse("G33", _("Banks do not transfer on that day. Choose the next working day."))
    return TransferPlan(account, transfer_on, tuple(Refund.objects.to_transfer().with_list_data()), today)


def make_transfers(plan: TransferPlan, *, actor: Actor) -> BankFile:
    """Make the file for the bank, as it was shown (G33). Raises Stale where refunds have come or gone meanwhile."""
    if not plan.refunds:
        raise refuse("G33", _("No refund waits."))
    with chapter(actor=actor, clause="G33"), locked(plan.account, *plan.refunds) as (account, *_refunds):
        again = plan_transfers(account, plan.transfer_on, today=plan.today)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        body = _body(again)
        with file_store.placed(body) as key:
            file = BankFile(
                kind=Kind.TRANSFERS,
                account=account,
                name=f"transfer-{plan.transfer_on:%Y%m%d}.txt",
                size=len(body),
                sha256=file_store.digest(body),
                stored_as=key,
                came_on=plan.today,
                debit_on=plan.transfer_on,
                count=len(again.refunds),
                amount=again.amount,
                state=FileState.MADE,
            )
            file.save()
        bulk_transition(Refund.objects.among([r.pk for r in again.refunds]), "hand_over", {"file": file.pk})
    return file


def _body(plan: TransferPlan) -> bytes:
    ordered = [Transfer(refund.as_account, refund.amount, refund.number) for refund in plan.refunds]
    account = plan.account
    try:
        return transfers(account.as_account, account.sender_code, plan.transfer_on, ordered, line_end=account.line_end)
    except ValueError as error:
        raise refuse("G33", str(error)) from None


def were_paid(refunds: Sequence[Refund], *, on: date, today: date, actor: Actor, reason: str = "") -> None:
    """Note on which day refunds left our account (G33)."""
    if on > today:
        raise refuse("G33", _("This day has not come yet. Check the day."))
    files = list(BankFile.objects.among({refund.file_id for refund in refunds if refund.file_id}))
    with chapter(actor=actor, reason=reason, clause="G33"), locked(*files, *refunds) as held:
        for refund in held[len(files) :]:
            refund.was_paid(on)
            refund.save()
        for file in held[: len(files)]:
            if file.state in (FileState.MADE, FileState.SENT) and not file.refunds.in_file(file).exists():
                file.answer()
                file.save()


def call_off(refund: Refund, *, because: str, today: date, actor: Actor) -> None:
    """Do not pay back: the money is the customer's credit again (G33)."""
    with _given_back(refund, because, today, actor) as held:
        held.call_off(because)
        held.save()


def come_back(refund: Refund, *, because: str, today: date, actor: Actor) -> None:
    """Note that the bank did not pay it, or sent it back: the money is the customer's credit again (G33).

    What its file holds still goes out: before the file went to the bank it is called off instead.
    """
    with _given_back(refund, because, today, actor) as held:
        if held.state == State.WITH_BANK and held.file is not None and held.file.state == FileState.MADE:
            raise refuse("G33", _("Its file has not gone to the bank. Call off the file first."))
        held.come_back(because)
        held.save()


@contextmanager
def _given_back(refund: Refund, because: str, today: date, actor: Actor) -> Iterator[Refund]:
    """The refund, held with what it was taken out of, which is credit again afterwards."""
    sources = list(refund.allocations.standing().select_related("receipt", "credit_note"))
    rows = [source.receipt or source.credit_note for source in sources]
    with chapter(actor=actor, reason=because, clause="G33"), locked(refund, *rows) as (held, *_rows):
        yield held
        collecting.take_back([source.pk for source in sources], because=because, today=today)
