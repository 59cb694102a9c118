"""Reminders of debts that went out, and beside them what is owed by age, as figures and as a picture of the same figures."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from billing import arrears
from billing.models import Reminder
from contracts.admin.shared import linked, or_of_customers
from iijiot import clock
from iijiot.amounts import yen
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.searching import Query
from iijiot.words import Words

COLUMNS = (_("Not due"), _("1 to 30 days"), _("31 to 60 days"), _("61 to 90 days"), _("Over 90 days"))
WIDEST = 100
"""Hundredths that the longest bar takes."""


def searched(rows: Any, query: Query) -> QuerySet[Reminder]:
    """Those of the customers found by what was typed."""
    return or_of_customers(rows.none(), rows, query)


def by_age(ages: Sequence[arrears.Age]) -> list[tuple[Words, int, int]]:
    """What all customers owe: of each column its words, the sum, and how long its bar is."""
    sums = [sum(age.sums[place] for age in ages) for place in range(len(COLUMNS))]
    most = max([1, *sums])
    return [(label, part, WIDEST * part // most) for label, part in zip(COLUMNS, sums, strict=True)]


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """Reminders of debts."""

    list_display: ClassVar = ["on", "customer", "sum", "notice"]
    search_fields: ClassVar = ["customer__name"]
    searched = staticmethod(searched)
    search_help_text = _("The customer by name, kana or number")
    list_before_template = "console/reminders_before.html"
    page_related: ClassVar = ["customer", "notice"]
    fields: ClassVar = ["on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reminder]:
        """With what a list shows of each."""
        return Reminder.objects.with_list_data().order_by("-pk")

    def get_urls(self) -> list[Any]:
        """What is owed by age."""
        view = self.admin_site.admin_view(self.ageing_view)
        return [path("ageing/", view, name="billing_reminder_ageing"), *super().get_urls()]

    def ageing_view(self, request: HttpRequest) -> HttpResponse:
        """What is owed on the business day, by customer and age."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405)
        if not self.has_view_permission(request):
            raise PermissionDenied
        ages = arrears.ageing(clock.business_day())
        context = {
            **self.admin_site.each_context(request),
            "title": _("What is owed, by age"),
            "day": clock.business_day(),
            "columns": COLUMNS,
            "ages": [(linked(age.customer), [yen(part) for part in age.sums], yen(age.total)) for age in ages],
            "sums": by_age(ages),
            "owed": sum(age.total for age in ages),
            "opts": self.opts,
        }
        return TemplateResponse(request, "console/ageing.html", context)

    @admin.display(description=_("overdue in all"), ordering="amount")
    def sum(self, reminder: Reminder) -> str:
        """What was overdue."""
        return yen(reminder.amount)

    def head(self, reminder: Reminder) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Customer"), linked(reminder.customer)),
                (_("Reminded on"), reminder.on),
                (_("Overdue in all"), yen(reminder.amount)),
                (_("Notice"), linked(reminder.notice)),
            ]
        }


def reminded(request: HttpRequest, reminder: Reminder) -> dict[str, Any]:
    """The invoices whose turn it was."""
    return {"reminded": reminder.reminded.with_list_data()}


show_on("billing.reminder", Panel(_("Invoices"), "console/panel_reminded.html", reminded, "reminded"))
show_history("billing.reminder", lambda reminder: [reminder])
