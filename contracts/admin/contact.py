"""Further contact channels, on the customer's page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from contracts import reaching
from contracts.models import ContactChannel, Customer
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.console.panels import Panel, show_on
from iijiot.rules import Unmet

PERMISSION = "contracts.ask_contact_channel"


class AskForm(forms.Form):
    """Which channel, and why."""

    means = forms.ChoiceField(label=_("Means"), choices=ContactChannel.Means.choices, widget=UnfoldAdminSelectWidget)
    why = SentencesField(label=_("Why it is asked for"), max_length=200)


class AskForChannel(ConsoleAction):
    """連絡受領手段の指定 (G12.2.2)"""

    slug, label, permission, clause = "ask-channel", _("Ask for a further channel"), PERMISSION, "G12.2.2"
    form = AskForm
    help = _("Beside the notice address. It is pending until the customer has set it up; contracts run on.")
    seen_at_once = "writes down what is asked for; contracts run on"
    done = _("The channel is asked for.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The channels."""
        return [self.obj.contact_channels.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Ask for it."""
        reaching.ask_for_channel(self.obj, data["means"], data["why"], on=self.today, actor=self.actor)


class SetUpForm(forms.Form):
    """Which channel, and how it is reached."""

    channel = forms.ModelChoiceField(
        label=_("Channel"), queryset=ContactChannel.objects.none(), widget=UnfoldAdminSelectWidget
    )
    detail = PlainTextField(label=_("Number or address"), max_length=300, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = customer.contact_channels.pending()  # type: ignore[attr-defined]


class ChannelSetUp(ConsoleAction):
    """連絡受領手段の確認 (G12.2.2)"""

    slug, label, permission, clause = "channel-set-up", _("Record a channel as set up"), PERMISSION, "G12.2.2"
    form = SetUpForm
    seen_at_once = "writes down a number or address"
    done = _("The channel is recorded.")

    def why_not(self) -> Sequence[Unmet]:
        """Only while one is pending."""
        if self.obj.contact_channels.pending().exists():
            return []
        return [Unmet(Clause("G12.2.2"), _("No further channel is asked for."))]

    def form_kwargs(self) -> dict[str, Any]:
        """The customer whose channels are asked."""
        return {"customer": self.obj}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The channels."""
        return [self.obj.contact_channels.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        reaching.record_channel(data["channel"], data["detail"], on=self.today, actor=self.actor)


show_on(
    "contracts.customer",
    Panel(
        _("Ways to reach the customer"),
        "console/panel_channels.html",
        lambda request, customer: {"customer": customer, "channels": customer.contact_channels.all()},
    ),
)
