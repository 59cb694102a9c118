"""The staff's door: lists, forms, dialogs and panels of the sims app."""

from sims.admin import address, bulk, care, device, explained, files, pool, reconciliation, sighting

__all__ = ["address", "bulk", "care", "device", "explained", "files", "pool", "reconciliation", "sighting"]
