"""The staff's door: lists, forms, dialogs and panels of the sims app."""

from sims.admin import address, care, device, explained, files, pool, reconciliation, sighting

__all__ = ["address", "care", "device", "explained", "files", "pool", "reconciliation", "sighting"]
