"""How invoices are found: by what is to be done, month, day of issue and sum, whoever they are for (電子帳簿保存法)."""

from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.invoice_set import NUMBER_PREFIX, InvoiceQuerySet
from billing.months import Month
from contracts.admin.shared import QueueFilter, customers_found
from iijiot.console.ranges import DayRange, TypedFilter, YenRange
from iijiot.searching import Query


class InvoiceQueue(QueueFilter):
    """Documents by what is to be done."""

    queues: ClassVar = {
        "drafts": (pgettext_lazy("of invoices", "To be issued"), lambda rows: rows.drafts()),
        "issued": (pgettext_lazy("of invoices", "Issued"), lambda rows: rows.issued()),
        "open": (pgettext_lazy("of invoices", "Open"), lambda rows: rows.open()),
        "overdue": (pgettext_lazy("of invoices", "Overdue"), lambda rows: rows.overdue()),
        "credit": (_("Credit not used up"), lambda rows: rows.unused_credit()),
        "no-paper": (_("PDF not made yet"), lambda rows: rows.without_paper()),
    }


class MonthFilter(TypedFilter):
    """By the month that was closed when they were made."""

    title = _("month")
    parameter_names = ("of_month",)
    labels = (_("Month"),)
    rows = "of_month"

    def read(self, typed: str) -> date:
        """Its first day."""
        return Month.written(typed).first

    def unread(self) -> Any:
        """How months are written."""
        return _("Write a month as 2026-11.")

    def shown(self, value: Any) -> str:
        """As months are written."""
        return f"{value:%Y-%m}"


class IssuedRange(DayRange):
    """By the day of issue."""

    title = _("issued on")
    parameter_names = ("issued_from", "issued_to")
    rows = "issued_between"


class TotalRange(YenRange):
    """By the total."""

    title = _("total, tax included")
    parameter_names = ("total_from", "total_to")
    rows = "of_totals"


def searched(rows: InvoiceQuerySet, query: Query) -> QuerySet[Any]:
    """The document of this number; where there is none, those of the customers found by what was typed."""
    number = query.numbered(NUMBER_PREFIX)
    same = rows.numbered(number) if number else rows.none()
    return same if same.exists() else rows.of_party(customers_found(query))
