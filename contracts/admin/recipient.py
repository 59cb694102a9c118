"""The list of recipients: subsidiaries, those who work for the company, authorities; and statistics told to them."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from contracts import disclosing
from contracts.catalogue.purposes import ANALYSIS, IMPROVING, PROVIDING, RELATED
from contracts.models import Disclosure, Recipient
from iijiot import clock
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.fields import SentencesField
from iijiot.console.history import show_history

DISCLOSE = "contracts.disclose_information"


class StatisticForm(forms.Form):
    """What it tells, and of how many."""

    what = SentencesField(label=_("What it tells"), rows=3)
    lines = forms.IntegerField(
        label=_("Lines that it counts"), min_value=0, max_value=100_000_000, widget=UnfoldAdminIntegerFieldWidget
    )
    customers = forms.IntegerField(
        label=_("Customers whose lines these are"),
        min_value=0,
        max_value=100_000_000,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[(purpose.code, purpose.words) for purpose in (PROVIDING, IMPROVING, RELATED, ANALYSIS)],
        widget=UnfoldAdminSelectWidget,
    )
    why = SentencesField(label=_("What it is needed for"), max_length=300)


class DiscloseStatistic(ConsoleAction):
    """統計情報の提供の記録 (G38.2)"""

    slug, label, permission, clause = "disclose-statistic", _("Disclose a statistic"), DISCLOSE, "G38.2"
    form = StatisticForm
    help = _("Only one that identifies nobody. Statistics of few are refused.")
    done = _("The statistic is in the log of disclosures.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What was disclosed to this recipient."""
        return [self.obj.disclosures.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Disclosure:
        """Write it down."""
        return disclosing.disclose_statistic(self.obj, **data, at=clock.now(), actor=self.actor)

    def after(self, result: Disclosure) -> str:
        """To the log."""
        return change_url(result)


@admin.register(Recipient)
class RecipientAdmin(ConsoleAdmin):
    """To whom information of customers can be given."""

    list_display: ClassVar = [
        "name",
        "standing",
        "sees_communications",
        "sees_usage",
        "sees_personal",
        "sees_secrets",
        "is_active",
    ]
    further_columns: ClassVar = ["contract_seen_on"]
    list_filter: ClassVar = ["standing", "is_active"]
    search_fields: ClassVar = ["name__startswith"]
    search_help_text = _("Beginning of the name")
    fields: ClassVar = [
        "name",
        "standing",
        "contract_seen_on",
        "sees_communications",
        "sees_usage",
        "sees_personal",
        "sees_secrets",
        "is_active",
    ]
    dialogs: ClassVar = [DiscloseStatistic]

    def head(self, recipient: Recipient) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("What it is to the company"), recipient.get_standing_display()),
                (_("In use"), _("yes") if recipient.is_active else _("no")),
            ]
        }


show_history("contracts.recipient", lambda recipient: [recipient])
