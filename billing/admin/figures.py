"""Money in figures: revenue by service and month, arrears by age, the latest run; pictures beside tables of the same."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing import arrears, charting, closing
from billing.admin.reminder import by_age
from billing.models import BillingRun, Invoice
from billing.months import Month
from iijiot import clock

MONTHS = 12


def figures_view(admin: Any, request: HttpRequest) -> HttpResponse:
    """The page of figures; only reads."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405)
    today = clock.business_day()
    latest = BillingRun.objects.with_list_data().newest()
    last = Month.of(latest.month) if latest else Month.of(today)
    ages = arrears.ageing(today)
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Figures"),
        "opts": admin.opts,
        "day": today,
        "revenue": charting.revenue(last, MONTHS),
        "register": reverse("admin:billing_invoice_changelist"),
        "ages": by_age(ages),
        "owed": sum(age.total for age in ages),
        "run": latest,
        "told": closing.statement(latest) if latest else None,
        "drafts": Invoice.objects.drafts().count(),
    }
    return TemplateResponse(request, "console/figures.html", context)
