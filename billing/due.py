"""What the clock does here, in order, after contracts and lines have turned."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from billing import reminding
from billing.models import Invoice
from contracts.models import Customer
from iijiot.actors import Actor
from iijiot.bulk import bulk_transition
from iijiot.daily import Step, Tally, in_parts
from iijiot.records import chapter

LETTERS = 500
"""Customers who are written to in one transaction."""


def mark_overdue(day: date, tally: Tally) -> None:
    """Mark invoices whose effective due day is over as overdue (G35.1)."""

    def act(ids: Sequence[int]) -> None:
        with chapter(actor=Actor.clock("mark-invoices-overdue"), clause="G35.1"):
            bulk_transition(Invoice.objects.among(ids).falling_overdue(day), "fall_overdue")

    in_parts(Invoice.objects.falling_overdue(day), act, tally)


def remind_of_debts(day: date, tally: Tally) -> None:
    """Remind customers of overdue invoices, so many days after the due day as staff have set (G33)."""

    def act(ids: Sequence[int]) -> None:
        reminding.remind(ids, on=day, actor=Actor.clock("remind-of-debts"))

    in_parts(Customer.objects.among(reminding.to_remind(day)), act, tally, LETTERS)


STEPS = [
    Step("mark-invoices-overdue", _("Mark invoices overdue whose due day is over"), mark_overdue),
    Step("remind-of-debts", _("Remind of overdue invoices"), remind_of_debts),
]
