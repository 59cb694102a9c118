"""Three months of the invented world, closed, issued and paid for: in time, late, in part or not at all; and a credit note.

What happens on a day is done by the acts of the back office, with the clock standing on that day.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from billing import banking, booking, closing, deciding, due, issuing, mandating
from billing.models import BankAccount, BillingRun, Invoice, InvoiceLine, Mandate, SetAside
from billing.models.invoice_line import LineKind
from billing.months import Month
from billing.zengin.fields import Values
from billing.zengin.kana import account_name
from billing.zengin.layouts import CREDITS
from billing.zengin.writing import written
from contracts.models import Customer
from iijiot import clock, company, roles
from iijiot.bank_days import working_day_from
from iijiot.daily import Tally
from iijiot.records import chapter
from iijiot.worlds import Told, clerk

MONTHS = 3
NUMBER = "T8999900000001"
"""Invented, with a right check digit: no registry office has the code 9999."""
GOODWILL = 500
LATE = 28
"""So many days after the due day the late payer pays."""
PAPERS_AT_ONCE = 200
"""Of so many documents at most the PDFs are made here; of more the workers make them."""
IN_TIME, LATE_PAYER, PARTLY, NEVER = range(4)


def live_through(today: date, told: Told) -> None:
    """The month ends before a day: each is closed and issued on the first working day after it, and then paid."""
    month = Month.of(today)
    for _n in range(MONTHS):
        month = month.previous
    account, first = _open_for_business(month.first), month
    payments: dict[date, list[Invoice]] = {}
    day = month.first
    while day <= today:
        with _on(day, today):
            for step in (due.mark_overdue, due.remind_of_debts) if day > first.next.last else ():
                step(day, Tally())
            if paid := payments.pop(day, None):
                _pay(account, paid, day)
            if month.last < day == working_day_from(month.next.first) and month < Month.of(today):
                for invoice in _close(month, day):
                    payments.setdefault(_pays_on(invoice, first), []).append(invoice)
                month = month.next
                told(1 - (Month.of(today).first - month.first).days / 100)
            if day == working_day_from(first.next.first) + timedelta(9):
                _give_goodwill(day)
                _ask_for_a_mandate(account, day)
        day += timedelta(1)


@contextmanager
def _on(day: date, today: date) -> Iterator[None]:
    """The clock stands on a day in the afternoon; today it stands where it does."""
    if day >= today:
        yield
        return
    with clock.working_on(day), clock.standing_still(datetime.combine(day, time(16), clock.TOKYO)):
        yield


def _open_for_business(day: date) -> BankAccount:
    """What invoices say of the company, and the account to which they are paid."""
    values = {
        "name": "株式会社インターネットイニシアティブ",
        "desk": "IIJ IoT サポート窓口",
        "postal_code": "000-0000",
        "address": "見本県架空市例町1-1（見本）",
        "phone": "00-0000-0000",
        "invoice_number": NUMBER,
        "registered_on": date(2023, 10, 1),
        "bank_account": "見本銀行 本店 普通 1234567 カ）ミホンツウシン",
    }
    with clock.working_on(day), clock.standing_still(datetime.combine(day, time(10), clock.TOKYO)):
        company.record(values, actor=clerk(roles.OPERATOR), reason="請求書の発行準備")
        account = BankAccount(
            name="見本銀行 本店 普通", bank="9999", bank_name="ﾐﾎﾝ", branch="999", branch_name="ﾎﾝﾃﾝ", account_kind="1",
            number="1234567", holder="ｶ)ﾐﾎﾝﾂｳｼﾝ", creditor_code="9999999999", sender_code="9999999998",
        )  # fmt: skip
        with chapter(actor=clerk(roles.OPERATOR), reason="入金口座の登録", clause="G33"):
            account.save()
    return account


def _close(month: Month, day: date) -> Sequence[Invoice]:
    """Close a month, look at what was set aside for its size, close what is left, and issue it; the invoices."""
    billing = clerk(roles.BILLING)
    run = closing.begin(month, actor=billing)
    closing.work(run)
    seen = [aside for aside in SetAside.objects.open().of_run(run) if not closing.why_not_let_through(aside)]
    for aside in seen:
        closing.let_through(aside, reason="見本のため確認済み", actor=billing)
    if seen:
        closing.work(closing.begin(month, actor=billing))
    if not Invoice.objects.drafts().of_run(run).exists():
        return []
    issued = issuing.issue(issuing.plan_issue(BillingRun.objects.get(pk=run.pk), day), actor=billing)
    if len(issued) <= PAPERS_AT_ONCE:
        issuing.make_papers(issued)
    return list(Invoice.objects.among(issued).open().select_related("customer").order_by("pk"))


def _how(invoice: Invoice) -> int:
    """How a customer pays: most in time; of ten one late, one in part, and one not at all."""
    return {3: LATE_PAYER, 5: PARTLY, 8: NEVER}.get(invoice.customer_id % 10, IN_TIME)


def _pays_on(invoice: Invoice, first: Month) -> date:
    """The day on which money comes for an invoice; the late ones are late with the first month alone."""
    assert invoice.due_on is not None  # noqa: S101 - an issued invoice has its day
    late = LATE if _how(invoice) == LATE_PAYER and Month.of(invoice.month) == first else -2
    return working_day_from(invoice.due_on + timedelta(late))


def _pay(account: BankAccount, invoices: Sequence[Invoice], day: date) -> None:
    """The bank's notification of a day, taken in and booked: a credit for each invoice that is paid."""
    rows: list[Values] = [
        {
            "reference": f"{place:06d}",
            "amount": invoice.total // 2 if _how(invoice) == PARTLY else invoice.total,
            "payer": account_name(invoice.customer.name, invoice.customer.name_kana)[:48],
            "booked_on": day,
            "value_on": day,
            "edi": invoice.number,
        }
        for place, invoice in enumerate(invoices, 1)
        if _how(invoice) != NEVER
    ]
    if not rows:
        return
    header: Values = {
        "bank": account.bank, "bank_name": account.bank_name, "branch": account.branch, "branch_name": account.branch_name,
        "account_kind": account.account_kind, "account": account.number, "account_name": account.holder,
        "made_on": day, "first_on": day, "last_on": day,
    }  # fmt: skip
    sums = {
        "count": len(rows),
        "amount": sum(int(str(row["amount"])) for row in rows),
        "reversed_count": 0,
        "reversed_amount": 0,
    }
    body = written(CREDITS, header, rows, sums)
    record = banking.take_in(f"nyukin-{day:%Y%m%d}.txt", body, today=day, actor=clerk(roles.BILLING))
    booking.book(booking.plan_booking(record, today=day), actor=clerk(roles.BILLING))


def _give_goodwill(day: date) -> None:
    """One customer gets a little of a fee back for the trouble it had: the next closing makes the credit note."""
    lines = InvoiceLine.objects.in_order().filter(kind=LineKind.MONTHLY, amount__gte=2 * GOODWILL)
    if line := lines.first():
        why = {"text": "障害のお詫び（見本）", "reason": "お問い合わせ対応（見本）"}
        deciding.give_goodwill(line, GOODWILL, **why, on=day, actor=clerk(roles.BILLING))


def _ask_for_a_mandate(account: BankAccount, day: date) -> None:
    """One customer pays by direct debit from now on; another's request is with the bank."""
    customers = Customer.objects.filter(pk__in=Invoice.objects.issued().values("customer")).order_by("pk")
    for place, customer in enumerate(customers[:2], 1):
        given: dict[str, Any] = {
            "bank": "9999", "bank_name": "ﾐﾎﾝ", "branch": "001", "branch_name": "ﾋｶﾞｼ", "account_kind": "1",
            "account": f"{place:07d}", "holder": account_name(customer.name, customer.name_kana)[:30], "requested_on": day,
        }  # fmt: skip
        asked: Mandate = mandating.request_mandate(customer, account, actor=clerk(roles.BILLING), **given)
        if place == 1:
            mandating.activate(asked, since=day + timedelta(1), actor=clerk(roles.BILLING), reason="銀行の受理")
