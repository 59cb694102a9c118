"""The staff's door: lists, forms, dialogs and panels of the billing app."""

from billing.admin import agreed, charge, explained, extra, price

__all__ = ["agreed", "charge", "explained", "extra", "price"]
