"""The staff's door: lists, forms, dialogs and panels of the sims app."""

from sims.admin import address, care, device, explained, pool, sighting

__all__ = ["address", "care", "device", "explained", "pool", "sighting"]
"""The staff's door to cards, lines and addresses."""

from sims.admin import files as files
from sims.admin import reconciliation as reconciliation
"""The staff's door to cards, lines and addresses."""

from sims.admin import bulk as bulk
"""The staff's door: lists, forms, dialogs and panels of cards, lines and their usage."""

from sims.admin import explained_usage, network, throttling, usage

__all__ = ["explained_usage", "network", "throttling", "usage"]
