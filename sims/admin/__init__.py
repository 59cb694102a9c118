"""The staff's door: lists, forms, dialogs and panels of the sims app."""

from sims.admin import (
    address,
    bulk_cards,
    bulk_lines,
    care,
    device,
    explained,
    explained_usage,
    files,
    line,
    network,
    pool,
    reconciliation,
    sighting,
    throttling,
    usage,
)

__all__ = [
    "address",
    "bulk_cards",
    "bulk_lines",
    "care",
    "device",
    "explained",
    "explained_usage",
    "files",
    "line",
    "network",
    "pool",
    "reconciliation",
    "sighting",
    "throttling",
    "usage",
]
