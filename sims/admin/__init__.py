"""The staff's door: lists, forms, dialogs and panels of cards, lines and their usage."""

from sims.admin import explained_usage, network, throttling, usage

__all__ = ["explained_usage", "network", "throttling", "usage"]
