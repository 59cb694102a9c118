"""Transfers (21): the file by which the bank pays money back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.zengin.days import month_day
from billing.zengin.debits import Account
from billing.zengin.fields import Values
from billing.zengin.layouts import TRANSFERS
from billing.zengin.writing import LineEnd, written

BY_WIRE = "7"


@dataclass(frozen=True)
class Transfer:
    """What is paid to an account: yen, and our own number of it."""

    account: Account
    amount: int
    number: str


def transfers(sender: Account, code: str, on: date, ordered: Sequence[Transfer], *, line_end: str) -> bytes:
    """The file that asks the bank to pay these amounts on a day. Raises ValueError for what does not fit."""
    header: Values = {
        "sender": code,
        "sender_name": sender.holder,
        "transfer_on": month_day(on),
        "bank": sender.bank,
        "bank_name": sender.bank_name,
        "branch": sender.branch,
        "branch_name": sender.branch_name,
        "account_kind": sender.kind,
        "account": sender.number,
    }
    rows: list[Values] = [
        {
            "bank": transfer.account.bank,
            "bank_name": transfer.account.bank_name,
            "branch": transfer.account.branch,
            "branch_name": transfer.account.branch_name,
            "account_kind": transfer.account.kind,
            "account": transfer.account.number,
            "holder": transfer.account.holder,
            "amount": transfer.amount,
            "customer": transfer.number,
            "urgency": BY_WIRE,
        }
        for transfer in ordered
    ]
    trailer: Values = {"count": len(ordered), "amount": sum(transfer.amount for transfer in ordered)}
    return written(TRANSFERS, header, rows, trailer, line_end=LineEnd(line_end))
