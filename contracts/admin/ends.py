"""What every dialog that ends something shares: the reason, and other days designated in the plan."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from contracts.ending import Designated
from iijiot.console.fields import PlainTextField, read_date


class PlanForm(forms.Form):
    """The reason that stands in the history."""

    reason = PlainTextField(
        label=_("Reason or remark"), required=False, max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )


def designated(posted: Mapping[str, str]) -> list[Designated]:
    """The other days that were typed into the plan, for contracts that end with what they rest on."""
    wishes = []
    for name, value in posted.items():
        kind, _dash, pk = name.partition("-day-")
        if kind == "designated" and pk.isascii() and pk.isdigit() and value.strip():
            reason = posted.get(f"designated-reason-{pk}", "")
            agrees = posted.get(f"designated-agrees-{pk}") == "on"
            wishes.append(Designated(int(pk), read_date(value), reason.strip(), agrees))
    return wishes
