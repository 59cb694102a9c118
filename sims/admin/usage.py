"""Daily usage on the pages of lines and customers, and the loads by which it came.

Who may not see daily figures sees the sums of months, which are open to all (G38.1).
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.models import Customer
from iijiot import clock
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from sims import charting
from sims.admin.network import line_link
from sims.charting import Chart, volume
from sims.models import AlertWish, ContractUsage, Line, NetworkPolicy, UsageLoad

DAILY = "sims.view_dailyusage"
STRETCHES = (30, 90)
MONTHS = 3
HEAVIEST = 10


def asked_days(request: HttpRequest) -> int:
    """How many days are to be shown."""
    return STRETCHES[1] if request.GET.get("usage") == str(STRETCHES[1]) else STRETCHES[0]


def shown(request: HttpRequest, chart: Chart | None, months: Sequence[tuple[Any, int]]) -> dict[str, Any]:
    """What both panels have in common: the picture with its figures, where they may be seen, and the months."""
    return {
        "chart": chart,
        "newest_first": list(reversed(chart.days)) if chart else [],
        "many": asked_days(request),
        "stretches": STRETCHES,
        "months": [(first, volume(many)) for first, many in months],
    }


def of_line(request: HttpRequest, line: Line) -> dict[str, Any]:
    """The usage of one line."""
    today = clock.business_day()
    chart = charting.of_line(line, today, asked_days(request)) if request.user.has_perm(DAILY) else None
    return shown(request, chart, charting.months_of_line(line, today, MONTHS))


def of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """The usage of all lines of a customer, from the sums of its contracts; the heaviest lines of the latest day."""
    today = clock.business_day()
    contracts = charting.contracts_with_lines(customer)
    if not contracts:
        return {"nothing": True}
    may = request.user.has_perm(DAILY)
    latest = ContractUsage.objects.of_contracts(contracts).latest_day() if may else None
    chart = charting.of_contracts(contracts, today, asked_days(request)) if may else None
    top = charting.heaviest(contracts, latest, HEAVIEST) if latest else []
    return shown(request, chart, charting.months_of_contracts(contracts, today, MONTHS)) | {
        "latest": latest,
        "heaviest": [(line_link(line), volume(day), volume(month)) for line, day, month in top],
        "throttled": NetworkPolicy.objects.throttles().in_force().of_contracts(contracts).count(),
        "throttled_url": f"{reverse('admin:sims_networkpolicy_changelist')}?queue=throttled&q={customer.number}",
        "wish": AlertWish.objects.of_customer(customer).first(),
    }


@admin.register(UsageLoad)
class UsageLoadAdmin(ReadOnlyAdmin):
    """Loads of usage."""

    list_display: ClassVar = [
        "source",
        "loaded_on",
        "first_day",
        "last_day",
        "rows",
        "added",
        "corrected",
        "told_before",
    ]
    fields: ClassVar = ["source"]

    def head(self, load: UsageLoad) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Source"), load.source),
                (_("Loaded on"), load.loaded_on),
                (_("First day"), load.first_day),
                (_("Last day"), load.last_day),
                (_("Rows"), f"{load.rows:,}"),
                (_("New"), f"{load.added:,}"),
                (_("Corrected"), f"{load.corrected:,}"),
                (_("Throttles and alerts of corrected days, which stay as they are"), f"{load.told_before:,}"),
            ]
        }


show_on("sims.line", Panel(_("Usage"), "console/panel_usage.html", of_line, "usage", 40))
show_on("contracts.customer", Panel(_("Usage"), "console/panel_usage.html", of_customer, "usage", 45))
show_history("sims.usageload", lambda load: [load])
