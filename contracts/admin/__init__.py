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
    termination,
    terms,
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
    "termination",
    "terms",
]
