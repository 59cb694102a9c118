"""What the invented bank writes: notifications of credits, and what became of debits that were asked for."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from billing import banking, booking
from billing.models import BankAccount, BankFile, Invoice
from billing.zengin.fields import Values
from billing.zengin.kana import account_name
from billing.zengin.layouts import CREDITS, DIRECT_DEBIT
from billing.zengin.writing import written
from contracts.models import Customer
from iijiot import roles
from iijiot.bank_days import working_day_from
from iijiot.worlds import clerk


def next_working_day(day: date) -> date:
    """The first working day of the banks after a day."""
    return working_day_from(day + timedelta(1))


def payer(customer: Customer) -> str:
    """How the bank names a customer that pays."""
    return account_name(customer.name, customer.name_kana)[:48]


def credit(invoice: Invoice, amount: int, **other: str) -> Values:
    """A transfer of a customer that names its invoice, unless something else is said."""
    return {"amount": amount, "payer": payer(invoice.customer), "edi": invoice.number, **other}


def notify(account: BankAccount, credits_of_day: Sequence[Values], day: date, *, came_on: date) -> BankFile:
    """The bank's notification of the credits of a day, taken in and not booked yet."""
    rows: list[Values] = [
        {"reference": f"{place:06d}", "booked_on": day, "value_on": day, **row}
        for place, row in enumerate(credits_of_day, 1)
    ]
    header: Values = {
        "bank": account.bank, "bank_name": account.bank_name, "branch": account.branch, "branch_name": account.branch_name,
        "account_kind": account.account_kind, "account": account.number, "account_name": account.holder,
        "made_on": day, "first_on": day, "last_on": day,
    }  # fmt: skip
    sums: Values = {"count": len(rows), "amount": _sum(rows), "reversed_count": 0, "reversed_amount": 0}
    body = written(CREDITS, header, rows, sums)
    return banking.take_in(f"nyukin-{day:%Y%m%d}.txt", body, today=came_on, actor=clerk(roles.BILLING))


def answer(request: BankFile, codes: Mapping[str, str], *, today: date) -> None:
    """Book what the bank says of a request: a code for each payer's number, else debited."""
    (batch,) = banking.read_again(request).batches
    rows: list[Values] = [{**row.values, "result": codes.get(row.text("payer"), "0")} for row in batch.rows]
    paid, failed = [r for r in rows if r["result"] == "0"], [r for r in rows if r["result"] != "0"]
    trailer: Values = {
        **batch.trailer.values, "paid_count": len(paid), "paid_amount": _sum(paid), "failed_count": len(failed),
        "failed_amount": _sum(failed),
    }  # fmt: skip
    body = written(DIRECT_DEBIT, batch.header.values, rows, trailer)
    result = banking.take_in(f"kekka-{request.debit_on:%Y%m%d}.txt", body, today=today, actor=clerk(roles.BILLING))
    book(result, today)


def book(file: BankFile, day: date) -> None:
    """Book a file as it is shown."""
    booking.book(booking.plan_booking(file, today=day), actor=clerk(roles.BILLING))


def _sum(rows: Sequence[Values]) -> int:
    return sum(int(str(row["amount"])) for row in rows)
