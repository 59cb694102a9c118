"""Where a card is, and what is allowed when: custody says nothing of the service of its line."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.rules import Allowed


class Custody(models.TextChoices):
    """Where a card is. There is no state in which it is sold: cards are lent (MA1)."""

    IN_STOCK = "in-stock", _("In stock")
    ASSIGNED = "assigned", pgettext_lazy("of a card", "Assigned to a line")
    SHIPPED = "shipped", _("Shipped")
    ON_LOAN = "on-loan", _("On loan")
    FAULTY = "faulty", _("Fault reported")
    LOST = "lost", _("Loss reported")
    DUE_BACK = "due-back", _("Due back")
    OVERDUE = "overdue", pgettext_lazy("of a card", "Overdue")
    RETURNED = "returned", pgettext_lazy("of a card", "Returned")
    NOT_RETURNED = "not-returned", _("Closed as not returned")
    WRITTEN_OFF = "written-off", _("Lost, procedure done")
    FOUND = "found", _("Found after its loss")
    DISPOSED = "disposed", pgettext_lazy("of a card", "Disposed of")
    MISTAKEN = "mistaken", _("Entered by mistake")

    @classmethod
    def live(cls) -> list[str]:
        """Custody of the card that a line has now; a line has one such card."""
        return [cls.ASSIGNED, cls.SHIPPED, cls.ON_LOAN, cls.FAULTY, cls.LOST]

    @classmethod
    def lent(cls) -> list[str]:
        """Held by a customer, or on the way there or back."""
        return [cls.SHIPPED, cls.ON_LOAN, cls.FAULTY, cls.LOST, cls.DUE_BACK, cls.OVERDUE]

    @classmethod
    def awaited(cls) -> list[str]:
        """To come back by a day."""
        return [cls.DUE_BACK, cls.OVERDUE]

    @classmethod
    def came_from(cls) -> list[str]:
        """From where a card can come back to us."""
        return [cls.SHIPPED, cls.ON_LOAN, cls.FAULTY, cls.DUE_BACK, cls.OVERDUE, cls.NOT_RETURNED]


TONES: dict[str, str] = {
    Custody.IN_STOCK: "default",
    Custody.ASSIGNED: "info",
    Custody.SHIPPED: "info",
    Custody.ON_LOAN: "success",
    Custody.FAULTY: "warning",
    Custody.LOST: "warning",
    Custody.DUE_BACK: "warning",
    Custody.OVERDUE: "danger",
    Custody.RETURNED: "success",
    Custody.NOT_RETURNED: "danger",
    Custody.WRITTEN_OFF: "default",
    Custody.FOUND: "default",
    Custody.DISPOSED: "default",
    Custody.MISTAKEN: "default",
}

ALLOWED: Allowed = {
    "assign": [Custody.IN_STOCK],
    "put_back": [Custody.ASSIGNED],
    "ship": [Custody.ASSIGNED],
    "arrive": [Custody.SHIPPED],
    "report_fault": [Custody.SHIPPED, Custody.ON_LOAN],
    "report_loss": [Custody.SHIPPED, Custody.ON_LOAN, Custody.FAULTY],
    "withdraw_report": [Custody.FAULTY],
    "fall_due": [Custody.SHIPPED, Custody.ON_LOAN, Custody.FAULTY],
    "become_overdue": [Custody.DUE_BACK],
    "take_back": Custody.came_from(),
    "undo_to_shipped": [Custody.RETURNED],
    "undo_to_on_loan": [Custody.RETURNED],
    "undo_to_faulty": [Custody.RETURNED],
    "undo_to_due_back": [Custody.RETURNED],
    "undo_to_overdue": [Custody.RETURNED],
    "undo_to_not_returned": [Custody.RETURNED],
    "give_up": [Custody.OVERDUE],
    "write_off": [Custody.LOST, Custody.DUE_BACK, Custody.OVERDUE],
    "find": [Custody.LOST, Custody.WRITTEN_OFF],
    "dispose": [Custody.IN_STOCK, Custody.RETURNED, Custody.FOUND],
    "undo_receipt": [Custody.IN_STOCK],
    "receive_again": [Custody.MISTAKEN],
}
"""What is allowed when."""
