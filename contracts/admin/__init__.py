"""The staff's door: lists, forms, dialogs and panels of the contracts app."""

from contracts.admin import application, contract, customer, external, home, notice, settings, termination

__all__ = ["application", "contract", "customer", "external", "home", "notice", "settings", "termination"]
