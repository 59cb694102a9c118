"""The dialogs of payments: for each a lawful record, and what a clerk types."""

from datetime import date
from typing import Any

from billing import banking, refunding
from billing.models import BankAccount, Invoice
from contracts.models import Customer
from iijiot.actors import Actor
from tests.billing.bank_files import credit, notification
from tests.billing.owing import owe, pay
from tests.factories import CustomerFactory, ManagementUnitFactory, SuccessionFactory
from tests.factories.invoices import InvoiceFactory
from tests.factories.payments import (
    BankAccountFactory,
    BankFileFactory,
    LateChargeFactory,
    MandateFactory,
    PayerSignFactory,
    ReceiptFactory,
    RefundFactory,
)

TODAY = date(2026, 11, 25)
WHY = {"because": "お客様のお申し出"}
ACCOUNT = {
    "bank": "9999",
    "bank_name": "テスト",
    "branch": "001",
    "branch_name": "ヒガシ",
    "account_kind": "1",
    "account": "0000001",
    "holder": "カ）アオイ",
}
CLERK = Actor.command("clerk")


def company() -> Any:
    """A customer with a unit."""
    return ManagementUnitFactory().customer


def file_to_book() -> Any:
    """A notification that pays an invoice."""
    BankAccountFactory()
    customer = CustomerFactory()
    owe(customer, 110_000, date(2026, 11, 20), state="overdue")
    return banking.take_in(
        "furikomi.txt", notification(credit(110_000, "ｶ)ｱｵｲｾｲｻｸｼﾖ"), credit(5, "ﾀﾞﾚｶ")), today=TODAY, actor=CLERK
    )


def with_credit() -> Any:
    """A customer who has paid too much."""
    customer = company()
    pay(customer, 10_000, date(2026, 11, 20))
    return customer


def with_credit_and_debt() -> Any:
    """The same, with something owed since."""
    customer = with_credit()
    owe(customer, 3_000, date(2026, 11, 20))
    return customer


def receipt_in_use() -> Any:
    """A payment that pays an invoice."""
    customer = company()
    owe(customer, 3_000, date(2026, 11, 20))
    return pay(customer, 3_000, date(2026, 11, 20))


def receipt_left_over() -> Any:
    """A customer's payment of which nothing is used, and a debt."""
    customer = company()
    receipt = ReceiptFactory(of=customer, value_on=TODAY, booked_on=TODAY, entered_on=TODAY)
    owe(customer, 3_000, date(2026, 11, 20))
    return receipt


def debits_to_make() -> Any:
    """Our account, and an invoice to be debited."""
    mandate = MandateFactory()
    owe(mandate.customer, 3_000, date(2026, 11, 20), method="direct-debit")
    return mandate.creditor


def transfers_to_make() -> Any:
    """Our account, and a refund that waits."""
    ordered()
    return BankAccountFactory()


def ordered() -> Any:
    """A refund out of a customer's credit."""
    account = {**ACCOUNT, "bank_name": "ﾃｽﾄ", "branch_name": "ﾋｶﾞｼ", "holder": "ｶ)ｱｵｲ"}
    return refunding.order(with_credit(), amount=1_000, reason="過払い", today=TODAY, actor=CLERK, **account)


def paid_back() -> Any:
    """A refund that left our account."""
    refund = ordered()
    refunding.were_paid([refund], on=TODAY, today=TODAY, actor=CLERK)
    refund.refresh_from_db()
    return refund


def refunds_with_the_bank() -> Any:
    """A file of transfers whose refunds wait for their payment."""
    refund = ordered()
    plan = refunding.plan_transfers(BankAccountFactory(), date(2026, 11, 26), today=TODAY)
    file = refunding.make_transfers(plan, actor=CLERK)
    assert refund.number
    return file


def long_overdue() -> Any:
    """An invoice on which a late charge accrues."""
    return owe(company(), 1_000_000, date(2026, 11, 2), state="overdue")


def split_debt() -> Any:
    """An invoice of a customer that was split."""
    invoice = owe(company(), 3_000, date(2026, 11, 20))
    SuccessionFactory(predecessor=invoice.customer, kind="split", state="carried-out", debts="全部")
    return invoice


def split_of(invoice: Invoice) -> dict[str, str]:
    """The split, and where its plan says so."""
    return {"succession": invoice.customer.successions.get().number, "reason": "分割計画書 第4条"}


def beside_a_customer() -> Any:
    """A payment of which nobody knows whose it is, and somebody whose it may be."""
    company()
    return ReceiptFactory()


def customer_of(receipt: Any) -> dict[str, str]:
    """Somebody whose it may be."""
    return {"customer": Customer.objects.latest("pk").number}


def beside_our_account() -> Any:
    """A customer, and our account that debits."""
    BankAccountFactory()
    return company()


def mandate_of(customer: Any) -> dict[str, Any]:
    """The account that is debited, and which of ours debits it."""
    return {"creditor": BankAccount.objects.get().pk, "requested_on": "2026-11-24", **ACCOUNT}


REFUSED_THEN: dict[str, Any] = {
    "book-file": (file_to_book, {}),
    "send-file": (lambda: BankFileFactory(transfers=True), {}),
    "call-off-file": (BankFileFactory, WHY),
    "refunds-paid": (refunds_with_the_bank, {"on": "2026-11-25"}),
    "match-receipt": (beside_a_customer, customer_of),
    "dismiss-receipt": (ReceiptFactory, WHY),
    "take-up-receipt": (lambda: ReceiptFactory(dismissed=True), WHY),
    "unmatch-receipt": (lambda: ReceiptFactory(of=CustomerFactory()), WHY),
    "reverse-receipt": (receipt_in_use, WHY),
    "activate-mandate": (lambda: MandateFactory(requested=True), {"since": "2026-11-25"}),
    "return-mandate": (lambda: MandateFactory(requested=True), WHY),
    "stop-mandate": (MandateFactory, WHY),
    "refund-paid": (RefundFactory, {"on": "2026-11-25"}),
    "call-off-refund": (ordered, WHY),
    "refund-came-back": (paid_back, WHY),
    "withdraw-sign": (PayerSignFactory, WHY),
    "waive-late-charge": (LateChargeFactory, WHY),
    "waive-accruing": (long_overdue, WHY),
    "write-off": (long_overdue, WHY),
    "take-up-invoice": (lambda: InvoiceFactory(state="written-off"), WHY),
    "use-credit": (with_credit_and_debt, {}),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "enter-receipt": (company, {"amount": "3000", "value_on": "2026-11-24", "source": "other"}),
    "order-refund": (with_credit, {"amount": "1000", "reason": "過払い", **ACCOUNT}),
    "request-mandate": (beside_our_account, mandate_of),
    "know-payer": (company, {"kind": "virtual", "value": "7654321"}),
    "make-debits": (debits_to_make, {"on": "2026-12-28"}),
    "make-transfers": (transfers_to_make, {"on": "2026-11-26"}),
    "use-receipt": (receipt_left_over, {}),
    "undo-allocations": (receipt_in_use, WHY),
    "pass-debt": (split_debt, split_of),
}
"""Acts that can be taken once more, if somebody wants just that."""
