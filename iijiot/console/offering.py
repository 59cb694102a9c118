"""Dialogs that apps offer on pages of apps to their left, which know nothing of them."""

from collections import defaultdict
from collections.abc import Sequence

from iijiot.console.actions import ConsoleAction

Dialogs = list[type[ConsoleAction]]

_dialogs: dict[str, Dialogs] = defaultdict(list)


def offer_on(model_label: str, *dialogs: type[ConsoleAction]) -> None:
    """Offer dialogs on the page of each object of a model ("contracts.contract"), after the page's own."""
    _dialogs[model_label].extend(dialogs)


def with_own(model_label: str, own: Sequence[type[ConsoleAction]]) -> Dialogs:
    """The dialogs of a model's page: its own, and those that others offer on it, now or later."""
    _dialogs[model_label][:0] = own
    return _dialogs[model_label]
