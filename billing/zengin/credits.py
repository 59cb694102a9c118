"""What came into an account: of a credit notification (01) and of a statement (03), in one form."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from billing.zengin.checking import INTO, is_reversal
from billing.zengin.layouts import CREDITS, STATEMENT
from billing.zengin.reading import BankFile, Batch, Row


@dataclass(frozen=True)
class Credit:
    """One credit, or the reversal of one. The value date is what counts for late charges (G35)."""

    account: tuple[str, str, str]
    """Bank, branch, number without leading zeros."""
    reference: str
    booked_on: date
    value_on: date
    amount: int
    payer: str
    payer_code: str
    edi: str
    remark: str
    bank_name: str
    branch_name: str
    is_reversal: bool
    place: int
    turn: int
    """Which one of its booking day it is in the file, from 1 on."""

    @property
    def key(self) -> str:
        """What tells it from every other: account, booking day and the bank's reference, or its turn where there is none.

        A reversal can bear the reference of the credit that it takes back.
        """
        own = self.reference if self.reference.strip("0") else f"#{self.turn}"
        return ":".join([*self.account, self.booked_on.isoformat(), own, *(["R"] if self.is_reversal else [])])


def credits_in(file: BankFile) -> Iterator[Credit]:
    """Every credit of a file that was checked; what went out of the account is left out."""
    read = {CREDITS.code: _of_notification, STATEMENT.code: _of_statement}.get(file.layout.code)
    for batch in file.batches if read else ():
        turns: dict[date, int] = {}
        for row in batch.rows:
            booked_on = row.day("booked_on")
            assert booked_on is not None and read is not None  # noqa: S101, PT018 - no bank may leave it out
            turns[booked_on] = turns.get(booked_on, 0) + 1
            if credit := read(batch, row, booked_on, turns[booked_on]):
                yield credit


def account_of(batch: Batch) -> tuple[str, str, str]:
    """Bank, branch and number of the account that a batch is of."""
    header = batch.header
    return header.text("bank"), header.text("branch"), header.text("account").lstrip("0")


def _of_notification(batch: Batch, row: Row, booked_on: date, turn: int) -> Credit:
    return _credit(batch, row, booked_on, turn, is_reversal=is_reversal(row))


def _of_statement(batch: Batch, row: Row, booked_on: date, turn: int) -> Credit | None:
    if row.text("way") != INTO:
        return None
    return _credit(batch, row, booked_on, turn, is_reversal=False, remark=row.text("remark"))


def _credit(batch: Batch, row: Row, booked_on: date, turn: int, *, is_reversal: bool, remark: str = "") -> Credit:
    return Credit(
        account=account_of(batch),
        reference=row.text("reference"),
        booked_on=booked_on,
        value_on=row.day("value_on") or booked_on,
        amount=row.number("amount"),
        payer=row.text("payer"),
        payer_code=_code(row.text("payer_code")),
        edi=row.text("edi"),
        remark=remark,
        bank_name=row.text("bank_name"),
        branch_name=row.text("branch_name"),
        is_reversal=is_reversal,
        place=row.place,
        turn=turn,
    )


def _code(written: str) -> str:
    """A payer's code; zeros alone are none."""
    return written if written.strip("0") else ""
