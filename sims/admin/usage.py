"""Daily usage on the pages of lines, customers, throttles and alerts.

Who may not see daily figures sees the sums of months, which are open to all; who looks at them stands in the access log
(G38.1).
"""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Customer
from iijiot import access_log, clock
from iijiot.console.panels import Panel, show_on
from iijiot.models import AccessEvent
from sims import charting
from sims.admin.network import line_link
from sims.charting import Chart, volume
from sims.models import AlertWish, ContractUsage, Line, NetworkPolicy, ThrottlePolicy, UsageAlert
from sims.models.throttle_policy import Counts
from sims.models.usage import DAILY

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
    may = request.user.has_perm(DAILY)
    if may:
        looked_at(request, line)
    chart = charting.of_line(line, today, asked_days(request)) if may else None
    return shown(request, chart, charting.months_of_line(line, today, MONTHS))


def of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """The usage of all lines of a customer, from the sums of its contracts; the heaviest lines of the latest day."""
    today = clock.business_day()
    contracts = charting.contracts_with_lines(customer)
    if not contracts:
        return {"nothing": True}
    may = request.user.has_perm(DAILY)
    if may:
        looked_at(request, customer)
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


def of_throttle(request: HttpRequest, held: NetworkPolicy) -> dict[str, Any]:
    """What a throttle rests on; nothing of a block."""
    if held.policy is None or held.window_first is None or held.window_last is None:
        return {"nothing": True}
    window = (held.window_first, held.window_last)
    per_line = held.policy.counts == Counts.LINE
    return measured(request, held.policy, held.measured or 0, window, held.line if per_line else held.contract)


def of_alert(request: HttpRequest, alert: UsageAlert) -> dict[str, Any]:
    """What an alert rests on."""
    window = alert.policy.window(alert.reached_on)
    return measured(request, alert.policy, alert.measured, window, alert.line or alert.contract)


def measured(
    request: HttpRequest, policy: ThrottlePolicy, many: int, window: tuple[date, date], subject: Line | Contract
) -> dict[str, Any]:
    """The sum that was judged, and the days that make it up as they are stored now; for whoever may see daily figures."""
    told = {"threshold": policy.threshold, "first": window[0], "last": window[1], "may": request.user.has_perm(DAILY)}
    if not told["may"]:
        return told
    looked_at(request, subject)
    days = charting.of_window(subject, *window)
    return told | {"measured": volume(many), "days": days, "is_corrected": sum(day.total for day in days) != many}


def looked_at(request: HttpRequest, subject: Line | Contract | Customer) -> None:
    """Somebody is shown daily figures: that stands in the access log, once a day for each line, contract or customer."""

    def about() -> str:
        owner = subject if isinstance(subject, Customer) else reduce(getattr, subject.CUSTOMER.split("__"), subject)
        return str(owner.number)

    access_log.note_once_a_day(AccessEvent.Kind.LOOKED, request, f"G38.1 {subject.number} daily usage", about)


show_on("sims.line", Panel(_("Usage"), "console/panel_usage.html", of_line, "usage", 40))
show_on("contracts.customer", Panel(_("Usage"), "console/panel_usage.html", of_customer, "usage", 45))
show_on("sims.networkpolicy", Panel(_("What was measured"), "console/panel_measured.html", of_throttle, "measured", 40))
show_on("sims.usagealert", Panel(_("What was measured"), "console/panel_measured.html", of_alert, "measured", 40))
