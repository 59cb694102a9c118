"""Direct debits (91): the request that goes to the bank, and what the bank says became of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from billing.zengin.checking import PAID, is_result
from billing.zengin.days import month_day, month_day_of
from billing.zengin.fields import Values
from billing.zengin.layouts import DIRECT_DEBIT
from billing.zengin.reading import BankFile, Batch, Row, Unreadable
from billing.zengin.writing import LineEnd, written


@dataclass(frozen=True)
class Account:
    """An account at a bank, as the files name it; names in half-width kana."""

    bank: str
    branch: str
    kind: str
    number: str
    holder: str
    bank_name: str = ""
    branch_name: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Bank, branch and number: what makes it one account."""
        return self.bank, self.branch, self.number.lstrip("0")


@dataclass(frozen=True)
class Debit:
    """What is to be taken from an account: yen, and the payer's number, which comes back unchanged."""

    account: Account
    amount: int
    payer: str
    newness: str = "0"
    """1 the first time, 2 after a change of account, else 0."""


@dataclass(frozen=True)
class Outcome:
    """What became of one debit."""

    payer: str
    amount: int
    code: str
    debit_on: date
    place: int

    @property
    def is_paid(self) -> bool:
        """Whether the money was taken."""
        return self.code == PAID


def request(creditor: Account, code: str, debit_on: date, debits: Sequence[Debit], *, line_end: str) -> bytes:
    """The file that asks the bank to take these amounts on a day. Raises ValueError for what does not fit."""
    header: Values = {
        "creditor": code,
        "creditor_name": creditor.holder,
        "debit_on": month_day(debit_on),
        **_account(creditor),
    }
    rows: list[Values] = [
        {
            **_account(debit.account),
            "holder": debit.account.holder,
            "amount": debit.amount,
            "newness": debit.newness,
            "payer": debit.payer,
        }
        for debit in debits
    ]
    trailer: Values = {"count": len(debits), "amount": sum(debit.amount for debit in debits)}
    return written(DIRECT_DEBIT, header, rows, trailer, line_end=LineEnd(line_end))


def debit_day(batch: Batch, came_on: date) -> date:
    """The day on which the money is or was taken. Raises Unreadable."""
    try:
        return month_day_of(batch.header.text("debit_on"), came_on)
    except ValueError as error:
        raise Unreadable(str(error)) from None


def outcomes(file: BankFile, came_on: date) -> Iterator[Outcome]:
    """What became of each debit, of a result that was checked; nothing of a request."""
    for batch in file.batches:
        if is_result(batch):
            day = debit_day(batch, came_on)
            yield from (_outcome(row, day) for row in batch.rows)


def _outcome(row: Row, day: date) -> Outcome:
    return Outcome(row.text("payer"), row.number("amount"), row.text("result"), day, row.place)


def _account(account: Account) -> dict[str, str]:
    return {
        "bank": account.bank,
        "bank_name": account.bank_name,
        "branch": account.branch,
        "branch_name": account.branch_name,
        "account_kind": account.kind,
        "account": account.number,
    }
