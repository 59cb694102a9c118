"""Any past month computed once more by the facts as they are now, beside what its documents say."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from billing import recomputing
from billing.admin.charge import said_of
from billing.admin.fields import MonthField
from billing.months import Month
from contracts.models import Contract, ManagementUnit
from iijiot import clock
from iijiot.console.errors import cite
from iijiot.console.fields import PlainTextField
from iijiot.searching import Query

MOST = 200
"""Contracts of a management unit that are computed at once."""


class RecomputeForm(forms.Form):
    """Of what, and which month."""

    of = PlainTextField(
        label=_("Contract or management unit"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("By number, such as K0000012 or M0000012."),
    )
    month = MonthField(label=_("Month"))

    def clean_of(self) -> Any:
        """The contract or management unit. Raises ValidationError where there is none."""
        query = Query(self.cleaned_data["of"])
        for model in (Contract, ManagementUnit):
            number = query.numbered(model.NUMBER_PREFIX)
            found = model.objects.numbered(number).first() if number else None
            if found is not None:
                return found
        raise ValidationError(_("There is no contract or management unit of this number. Check it."), code="invalid")

    def clean_month(self) -> Month:
        """A month that has begun."""
        month: Month = self.cleaned_data["month"]
        if month.first > clock.business_day():
            raise ValidationError(_("This month has not begun yet."), code="G30.2")
        return month


def recompute_url(number: str, month: date) -> str:
    """The page with a contract or management unit and a month filled in."""
    return f"{reverse('admin:billing_invoice_recompute')}?{urlencode({'of': number, 'month': f'{month:%Y-%m}'})}"


def recompute_view(admin: Any, request: HttpRequest) -> HttpResponse:
    """What documents say of a month, what is owed of it now, and the difference; nothing is written."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405)
    if not admin.has_view_permission(request):
        raise PermissionDenied
    form = RecomputeForm(request.GET) if "of" in request.GET else RecomputeForm()
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "title": _("Compute a month once more"),
        "form": form,
        "opts": admin.opts,
    }
    if form.is_bound and form.is_valid():
        context |= _recomputed(form.cleaned_data["of"], form.cleaned_data["month"])
    cite(form)
    return TemplateResponse(request, "console/recompute.html", context)


def _recomputed(subject: Any, month: Month) -> dict[str, Any]:
    if isinstance(subject, Contract):
        contracts, further = [subject], 0
    else:
        rows = Contract.objects.of_unit(subject)
        contracts = list(rows[:MOST])
        further = max(0, rows.count() - MOST) if len(contracts) == MOST else 0
    found = recomputing.recompute(contracts, month)
    shown = [one for one in found if one.items or one.unpriced]
    return {
        "subject": subject,
        "month": month,
        "further": further,
        "found": [
            {"one": one, "items": [{"item": item, "what": said_of(item.item)} for item in one.items]} for one in shown
        ],
        "was": sum(one.was for one in shown),
        "owed": sum(one.owed for one in shown),
        "amount": sum(one.amount for one in shown),
    }
