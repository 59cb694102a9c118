"""The staff's door: lists, forms, dialogs and panels of the billing app."""

from billing.admin import (
    agreed,
    arrears,
    bank_account,
    bank_file,
    charge,
    explained,
    extra,
    late,
    mandate,
    paying,
    payment_settings,
    price,
    receipt,
    refund,
    reminder,
)

__all__ = [
    "agreed",
    "arrears",
    "bank_account",
    "bank_file",
    "charge",
    "explained",
    "extra",
    "late",
    "mandate",
    "paying",
    "payment_settings",
    "price",
    "receipt",
    "refund",
    "reminder",
]
