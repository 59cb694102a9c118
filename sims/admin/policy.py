"""How cards are called back: reminders, dunning, when a day is over; what staff have set (MA9.2)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from iijiot.console.admin import ConsoleAdmin
from iijiot.console.history import show_history
from sims.models import ReturnPolicy
from sims.models.card import DAYS_TO_RETURN


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(ConsoleAdmin):
    """The one setting there is; without it cards are called back as the software comes."""

    list_display: ClassVar = ["reminders", "weeks_between", "most_times", "waits_for_working_day"]
    fields: ClassVar = ["reminded_days_before", "weeks_between", "most_times", "waits_for_working_day"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return super().has_add_permission(request) and ReturnPolicy.objects.there() is None

    @admin.display(description=_("reminded so many days before"))
    def reminders(self, policy: ReturnPolicy) -> str:
        """The days, or that there are none."""
        return "、".join(map(str, policy.reminded_days_before)) or str(_("never"))

    def head(self, policy: ReturnPolicy) -> dict[str, Any]:
        """What the terms themselves say."""
        return {"facts": [(_("Days to return a card, by the terms"), str(DAYS_TO_RETURN))]}


show_history("sims.returnpolicy", lambda policy: [policy])
