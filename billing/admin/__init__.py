"""The staff's door: lists, forms, dialogs and panels of the billing app."""

from billing.admin import agreed, charge, extra, price

__all__ = ["agreed", "charge", "extra", "price"]
