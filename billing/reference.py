"""What the staff's groups may do with money."""

from typing import Any

from iijiot import roles

READ_PAYMENTS = [
    f"billing.view_{model}"
    for model in (
        "allocation",
        "bankaccount",
        "bankfile",
        "debit",
        "debitpart",
        "latecharge",
        "mandate",
        "payersign",
        "paymentpolicy",
        "paymentterms",
        "receipt",
        "refund",
        "reminded",
        "reminder",
    )
]
READERS_OF_PAYMENTS = (roles.DESK, roles.BILLING, roles.APPROVER, roles.AUDITOR)
"""Accounts, their holders and who paid are for those whose work needs them (G38, G40)."""

SETTINGS_OF_PAYMENTS = [f"billing.view_{model}" for model in ("bankaccount", "paymentpolicy", "paymentterms")]
PAYMENTS = [
    "billing.keep_mandate",
    "billing.book_bankfile",
    "billing.make_bankfile",
    "billing.enter_receipt",
    "billing.match_receipt",
    "billing.reverse_receipt",
    "billing.settle_refund",
    "billing.keep_payersign",
]
PAYMENTS_LEAD = ["billing.order_refund", "billing.waive_latecharge", "billing.write_off_invoice"]
PAYMENTS_SETTINGS = [
    f"billing.{act}_{model}" for act in ("add", "change") for model in ("bankaccount", "paymentpolicy", "paymentterms")
]

READ_INVOICES = [f"billing.view_{model}" for model in ("invoice", "billingrun", "setaside", "exemption")]
INVOICES = [
    "billing.close_month",
    "billing.issue_invoice",
    "billing.discard_invoice",
    "billing.let_through",
    "billing.credit_invoice",
]
INVOICES_LEAD = ["billing.exempt_customer"]

READ_PRICES = [f"billing.view_{model}" for model in ("agreedprice", "extraitem", "price", "priceversion")]
PRICES = [
    "billing.add_priceversion",
    "billing.change_priceversion",
    "billing.add_price",
    "billing.change_price",
    "billing.announce_priceversion",
    "billing.publish_priceversion",
    "billing.add_agreedprice",
    "billing.end_agreedprice",
    "billing.decide_extraitem",
]


def load(**kwargs: Any) -> None:
    """Grant what each group may do; what the operator has changed stays."""
    for group in roles.LABELS:
        roles.grant(group, [*READ_PRICES, *READ_INVOICES])
    for group in READERS_OF_PAYMENTS:
        roles.grant(group, READ_PAYMENTS)
    roles.grant(roles.BILLING, [*PAYMENTS, *PRICES, *INVOICES])
    roles.grant(roles.APPROVER, [*PAYMENTS, *PRICES, *INVOICES, *PAYMENTS_LEAD, *INVOICES_LEAD, *PAYMENTS_SETTINGS])
    roles.grant(roles.OPERATOR, [*SETTINGS_OF_PAYMENTS, *PAYMENTS_SETTINGS])
