"""The staff's door: lists, forms, dialogs and panels of the contracts app."""

from contracts.admin import (
    application,
    contact,
    contract,
    customer,
    explained,
    external,
    home,
    notice,
    search,
    settings,
    suspension,
    termination,
    terms,
    violation,
)

__all__ = [
    "application",
    "contact",
    "contract",
    "customer",
    "explained",
    "external",
    "home",
    "notice",
    "search",
    "settings",
    "suspension",
    "termination",
    "terms",
    "violation",
]
