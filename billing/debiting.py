"""Direct debits: the request for a debit day, and what the bank answers (G33).

The day of the debit is the day of payment. What is with the bank is never asked for twice; what failed stays owed, with
late charges from the due day regardless, and is asked for again next time or paid by transfer.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from billing import arrears, collecting, passing
from billing.collecting import Use
from billing.models import BankAccount, BankFile, Debit, DebitPart, Invoice, Mandate, Receipt
from billing.models.allocation import How
from billing.models.bank_file import Kind
from billing.models.bank_file import State as FileState
from billing.models.debit import BREAKS_MANDATE, Result
from billing.models.debit import State as DebitState
from billing.models.mandate import State as MandateState
from billing.models.receipt import Source
from billing.models.receipt import State as ReceiptState
from billing.zengin import debits
from billing.zengin.debits import Outcome, outcomes
from billing.zengin.reading import BankFile as Read
from contracts.models import Customer
from iijiot import file_store
from iijiot.actors import Actor
from iijiot.bank_days import is_working_day, working_days_before
from iijiot.bulk import Each, bulk_add, bulk_transition
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, locked
from iijiot.rules import refuse
from iijiot.words import said

FIRST, CHANGED, KNOWN = "1", "2", "0"


@dataclass(frozen=True)
class Asked:
    """One sum that is asked for: from which account, for which invoices."""

    mandate: Mandate
    invoices: tuple[Invoice, ...]
    newness: str

    @property
    def amount(self) -> int:
        """Yen."""
        return sum(invoice.open_amount for invoice in self.invoices)


@dataclass(frozen=True)
class RequestPlan:
    """What a request for a debit day would ask for, and which invoices it leaves out for want of a mandate."""

    account: BankAccount
    debit_on: date
    asked: tuple[Asked, ...]
    without_mandate: tuple[Invoice, ...]
    today: date

    @property
    def amount(self) -> int:
        """Yen in all."""
        return sum(one.amount for one in self.asked)

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint(
            [
                self.account.pk,
                self.debit_on,
                *((a.mandate.pk, a.newness, [(i.pk, i.open_amount) for i in a.invoices]) for a in self.asked),
            ]
        )


def latest_day(account: BankAccount, debit_on: date) -> date:
    """By when the bank wants the file for a debit day."""
    return working_days_before(debit_on, account.cutoff_days)


def plan_request(account: BankAccount, debit_on: date, *, today: date) -> RequestPlan:
    """What can be debited on a day: open invoices due by then, of customers with a mandate (G33).

    Raises RuleViolation where the bank does not debit on the day, or wants the file earlier.
    """
    if not account.creditor_code or account.closed_on:
        raise refuse("G33", _("The account has no creditor code, or is closed. Choose another account."))
    if not is_working_day(debit_on):
        raise refuse("G33", _("Banks do not debit on that day. Choose the next working day."))
    if today > (latest := latest_day(account, debit_on)):
        raise refuse("G33", said(_("The bank wants the file by {day}. Choose a later debit day."), day=latest))
    invoices = list(Invoice.objects.to_debit(debit_on).select_related("customer", "passed_to"))
    mandates = {m.customer_id: m for m in Mandate.objects.in_force_on(debit_on).of_creditor(account).with_list_data()}
    by_mandate: dict[int, list[Invoice]] = {}
    for invoice in invoices:
        mandate = mandates.get(invoice.debtor.pk)
        by_mandate.setdefault(mandate.pk if mandate else 0, []).append(invoice)
    without = by_mandate.pop(0, [])
    newness = _newness([m for m in mandates.values() if m.pk in by_mandate])
    asked = [
        Asked(m, tuple(by_mandate[m.pk]), newness[m.pk])
        for m in sorted(mandates.values(), key=lambda one: one.pk)
        if m.pk in by_mandate
    ]
    return RequestPlan(account, debit_on, tuple(asked), tuple(without), today)


def _newness(mandates: Sequence[Mandate]) -> Mapping[int, str]:
    """Whether the bank sees an account for the first time, after a change of account, or knows it."""
    debited = Debit.objects.standing().of_customer([m.customer_id for m in mandates])
    known: dict[int, set[int]] = {}
    for customer, mandate in debited.values_list("mandate__customer", "mandate"):
        known.setdefault(customer, set()).add(mandate)
    return {
        m.pk: KNOWN if m.pk in known.get(m.customer_id, ()) else CHANGED if known.get(m.customer_id) else FIRST
        for m in mandates
    }


def make_request(plan: RequestPlan, *, actor: Actor) -> BankFile:
    """Make the file that asks the bank, as it was shown (G33). Raises Stale where invoices have moved meanwhile."""
    if not plan.asked:
        raise refuse("G33", _("There is nothing to debit on that day."))
    invoices = [invoice for one in plan.asked for invoice in one.invoices]
    mandates = [one.mandate for one in plan.asked]
    with chapter(actor=actor, clause="G33"), locked(plan.account, *mandates, *invoices) as (account, *_rest):
        again = plan_request(account, plan.debit_on, today=plan.today)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        body = _body(again)
        with file_store.placed(body) as key:
            file = _record(again, body, key)
        made = [
            Debit(mandate=a.mandate, request=file, amount=a.amount, debit_on=plan.debit_on, newness=a.newness)
            for a in again.asked
        ]
        bulk_add(made)
        bulk_add(
            [
                DebitPart(debit=debit, invoice=invoice, amount=invoice.open_amount)
                for debit, one in zip(made, again.asked, strict=True)
                for invoice in one.invoices
            ]
        )
    return file


def _body(plan: RequestPlan) -> bytes:
    asked = [debits.Debit(a.mandate.as_account, a.amount, a.mandate.payer_number, a.newness) for a in plan.asked]
    account = plan.account
    try:
        return debits.request(
            account.as_account, account.creditor_code, plan.debit_on, asked, line_end=account.line_end
        )
    except ValueError as error:
        raise refuse("G33", str(error)) from None


def _record(plan: RequestPlan, body: bytes, key: str) -> BankFile:
    file = BankFile(
        kind=Kind.DEBIT_REQUEST,
        account=plan.account,
        name=f"debit-{plan.debit_on:%Y%m%d}.txt",
        size=len(body),
        sha256=file_store.digest(body),
        stored_as=key,
        came_on=plan.today,
        debit_on=plan.debit_on,
        count=len(plan.asked),
        amount=plan.amount,
        state=FileState.MADE,
    )
    file.save()
    return file


@dataclass(frozen=True)
class Answer:
    """What the bank says of one debit, and the debit that it means; None where we asked for no such."""

    outcome: Outcome
    debit: Debit | None

    @property
    def is_there(self) -> bool:
        """Whether it was booked before."""
        return self.debit is not None and self.debit.state != DebitState.ASKED

    @property
    def meaning(self) -> str:
        """The answer in words."""
        return str(Result(self.outcome.code).label)


@dataclass(frozen=True)
class ResultPlan:
    """What booking a result would do."""

    file: BankFile
    answers: tuple[Answer, ...]
    today: date

    @property
    def new(self) -> list[Answer]:
        """Answers to debits that have none."""
        return [a for a in self.answers if a.debit is not None and not a.is_there]

    @property
    def paid(self) -> list[Answer]:
        """Debits that brought money."""
        return [answer for answer in self.new if answer.outcome.is_paid]

    @property
    def failed(self) -> list[Answer]:
        """Debits that did not."""
        return [answer for answer in self.new if not answer.outcome.is_paid]

    @property
    def there(self) -> list[Answer]:
        """Answers that were booked before."""
        return [answer for answer in self.answers if answer.is_there]

    @property
    def lost(self) -> list[Answer]:
        """Answers to what nobody asked for."""
        return [answer for answer in self.answers if answer.debit is None]

    @property
    def amount(self) -> int:
        """What came, in yen."""
        return sum(answer.outcome.amount for answer in self.paid)

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint(
            [self.file.pk, *((a.outcome, a.debit and (a.debit.pk, a.debit.state)) for a in self.answers)]
        )


def plan_result(record: BankFile, file: Read, *, today: date) -> ResultPlan:
    """What booking a result would do; reads only.

    Two requests can ask for equal sums of one account on one day: each answer is that of one debit, the oldest without
    an answer first.
    """
    requests = BankFile.objects.requests_for(record.account, record.debit_on)
    asked: dict[tuple[str, int], deque[Debit]] = defaultdict(deque)
    for debit in Debit.objects.standing().of_requests(requests).unanswered_first().with_list_data():
        asked[debit.mandate.payer_number, debit.amount].append(debit)
    told = [(one, asked[one.payer, one.amount]) for one in outcomes(file, record.came_on)]
    return ResultPlan(record, tuple(Answer(one, same.popleft() if same else None) for one, same in told), today)


def book_result(plan: ResultPlan, file: Read, *, actor: Actor) -> BankFile:
    """Book what the bank answers, as it was shown (G33). Raises Stale where it moved meanwhile."""
    answered = [answer.debit for answer in plan.new if answer.debit]
    mandates = [answer.debit.mandate for answer in plan.failed if answer.debit and _breaks(answer)]
    debtors = DebitPart.objects.of_debits([debit.pk for debit in answered]).debtors()
    customers = Customer.objects.among({*_payers(answered).values(), *debtors})
    requests = list(BankFile.objects.among({debit.request_id for debit in answered}))
    with (
        chapter(actor=actor, reason=str(plan.file), clause="G33"),
        collecting.books_of(customers, *mandates, plan.file, *requests, *answered) as (owed, rest),
    ):
        record = next(row for row in rest if isinstance(row, BankFile) and row.pk == plan.file.pk)
        again = plan_result(record, file, today=plan.today)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        _book_paid(again, owed)
        _book_failed(again)
        for row in rest:
            if isinstance(row, Mandate):
                _break(row, again)
        for request in rest:
            if isinstance(request, BankFile) and request.pk != record.pk and not request.debits.asked().exists():
                request.answer()
                request.save()
        record.book(
            {
                "booked": len(again.new),
                "there_before": len(again.there),
                "left_out": [_left_out(answer) for answer in again.lost],
            }
        )
        record.save()
    return record


def _book_paid(plan: ResultPlan, owed: Sequence[Invoice]) -> None:
    paid = [answer.debit for answer in plan.paid if answer.debit]
    payers = _payers(paid)
    receipts = [
        Receipt(
            customer_id=payers[debit.pk],
            source=Source.DIRECT_DEBIT,
            amount=debit.amount,
            value_on=debit.debit_on,
            booked_on=debit.debit_on,
            entered_on=plan.today,
            account_id=plan.file.account_id,
            file=plan.file,
            key=f"debit:{debit.pk}",
            payer=debit.mandate.holder,
            payer_code=debit.mandate.payer_number,
            from_bank=f"{debit.mandate.bank_name} {debit.mandate.branch_name}",
            state=ReceiptState.MATCHED,
        )
        for debit in paid
    ]
    bulk_add(receipts)
    by_debit = {debit.pk: receipt for debit, receipt in zip(paid, receipts, strict=True)}
    left = {invoice.pk: invoice.open_amount for invoice in owed}
    uses = []
    for part in DebitPart.objects.of_debits(by_debit):
        amount = min(part.amount, left.get(part.invoice_id, 0))
        if amount:
            left[part.invoice_id] -= amount
            receipt = by_debit[part.debit_id]
            uses.append(Use(part.invoice_id, amount, receipt.value_on, How.DEBIT, receipt=receipt.pk))
    collecting.post(uses, today=plan.today)
    if by_debit:
        keys = {pk: receipt.pk for pk, receipt in by_debit.items()}
        bulk_transition(
            Debit.objects.among(keys),
            "was_paid",
            {"answer": plan.file.pk, "result": Result.PAID.value, "receipt": Each(keys)},
        )
    if paid:
        customers = sorted({*payers.values(), *collecting.owed_by_all(owed)})
        arrears.settle_measures(dict.fromkeys(customers, paid[0].debit_on), today=plan.today)


def _payers(debits: Sequence[Debit]) -> dict[int, int]:
    """Whose the money of each debit is, by their keys: a merger can have come between the request and the answer (G17)."""
    followed = passing.successors(debit.mandate.customer_id for debit in debits)
    return {debit.pk: followed.get(debit.mandate.customer_id, debit.mandate.customer_id) for debit in debits}


def _book_failed(plan: ResultPlan) -> None:
    codes = {answer.debit.pk: answer.outcome.code for answer in plan.failed if answer.debit}
    if codes:
        bulk_transition(Debit.objects.among(codes), "fail", {"answer": plan.file.pk, "result": Each(codes)})


def _breaks(answer: Answer) -> bool:
    return answer.outcome.code in BREAKS_MANDATE


def _break(mandate: Mandate, plan: ResultPlan) -> None:
    """Debit an account no more that the bank does not know, or that was stopped: somebody has to see to it."""
    if mandate.state != MandateState.ACTIVE:
        return
    answer = next(a for a in plan.failed if a.debit and a.debit.mandate_id == mandate.pk and _breaks(a))
    with translation.override("ja"):
        because = answer.meaning
    mandate.break_off(plan.today, because)
    mandate.save()


def _left_out(answer: Answer) -> dict[str, object]:
    outcome = answer.outcome
    return {"place": outcome.place, "amount": outcome.amount, "payer": outcome.payer, "reference": outcome.code}
