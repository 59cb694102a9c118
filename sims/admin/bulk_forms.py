"""What is asked for an act on many lines or cards at once."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from iijiot import clock
from iijiot.console.fields import ConsoleDateField, PlainTextField, SentencesField
from sims import stocking
from sims.models import SimProduct

WHOLE = "whole"


class WhyForm(forms.Form):
    """Why."""

    reason = SentencesField(label=_("Reason"), required=False, max_length=300)


class EndForm(forms.Form):
    """The last day, and why."""

    on = ConsoleDateField(label=_("Last day"))
    reason = SentencesField(label=_("Reason"), max_length=300)

    def clean_on(self) -> date:
        """Not a day that is over."""
        on: date = self.cleaned_data["on"]
        if on < clock.business_day():
            raise ValidationError(_("This day is over. Choose today or a later day."), code="MA8.1")
        return on


class DayForm(forms.Form):
    """The day, which has come, and a note."""

    on = ConsoleDateField(label=_("On"))
    reason = SentencesField(label=_("Note"), required=False, max_length=300)

    def clean_on(self) -> date:
        """A day that has come."""
        on: date = self.cleaned_data["on"]
        if on > clock.business_day():
            raise ValidationError(_("This day has not come yet."), code="MA9.2")
        return on


class CardForm(forms.Form):
    """Which cards, each kind with how many are in stock."""

    form_factor = forms.ChoiceField(label=_("Form factor"), widget=UnfoldAdminSelectWidget)
    product = forms.ModelChoiceField(
        label=_("SIM product"),
        queryset=SimProduct.objects.none(),
        required=False,
        empty_label=_("Any"),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_factor"].choices = stocking.choices()  # type: ignore[attr-defined]
        self.fields["product"].queryset = SimProduct.objects.offered()  # type: ignore[attr-defined]


class GiveUpForm(WhyForm):
    """Where the customers were shown the price, and why."""

    price_shown = PlainTextField(
        label=_("Price shown beforehand"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Where and when the customer was shown the price."),
    )
    field_order = ["price_shown", "reason"]


class ShipForm(forms.Form):
    """The day and the shipment."""

    on = ConsoleDateField(label=_("Shipped on"))
    shipment = PlainTextField(
        label=_("Shipment"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The number of the delivery note, by which it is found again."),
    )
    extent = forms.ChoiceField(
        label=_("What is sent"),
        choices=[(WHOLE, _("All of them, or none")), ("possible", _("Those that can be sent"))],
        initial=WHOLE,
        widget=UnfoldAdminSelectWidget,
    )
