"""Disclosures: made on the page of the customer or contract, and kept in a log that nobody changes."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from contracts import disclosing
from contracts.admin.recipient import DISCLOSE
from contracts.admin.shared import CustomerField, cited, linked, searched_by_number
from contracts.catalogue.disclosures import OF_ITS_OWN, Ground, Information, Scope
from contracts.catalogue.purposes import PURPOSES
from contracts.disclosing import Asked
from contracts.models import Contract, Customer, Disclosure, Recipient, StartCondition
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.rules import Unmet

VIEW = "contracts.view_disclosure"


class ForForm(forms.Form):
    """To whom, on which ground, what for."""

    recipient = forms.ModelChoiceField(
        label=_("Recipient"), queryset=Recipient.objects.in_use(), widget=UnfoldAdminSelectWidget
    )
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[(g.value, g.label) for g in Ground if g not in (Ground.CONNECTION, Ground.NONE_NEEDED)],
        widget=UnfoldAdminSelectWidget,
    )
    requester = PlainTextField(
        label=_("Requester"),
        required=False,
        max_length=200,
        help_text=_("Where it is requested under law: who, of which office, with the reference."),
        widget=UnfoldAdminTextInputWidget,
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[(code, purpose.words) for code, purpose in PURPOSES.items()],
        widget=UnfoldAdminSelectWidget,
    )
    why = SentencesField(label=_("What it is needed for"), max_length=300)


class DisclosureForm(ForForm):
    """The same, and what."""

    information = forms.ChoiceField(
        label=_("Kind of information"),
        choices=[(i.value, i.label) for i in Information if i not in (*OF_ITS_OWN, Information.SECRET)],
        widget=UnfoldAdminSelectWidget,
    )
    what = SentencesField(
        label=_("What exactly"),
        help_text=_("Which records, of which lines, from when to when; no contents."),
        rows=3,
    )
    scope = forms.ChoiceField(label=_("Scope"), choices=Scope.choices, widget=UnfoldAdminSelectWidget)
    field_order = ("information", "what", "scope", "recipient", "ground", "requester", "purpose", "why")


class Disclose(ConsoleAction):
    """第三者への開示の記録 (G38.2)"""

    slug, label, permission, clause = "disclose", _("Disclose to somebody"), DISCLOSE, "G38.2"
    form, tone = DisclosureForm, "danger"
    help = _("Only on a ground of the terms, only what is needed. Write it down here before anything leaves the house.")
    done = _("The disclosure is in the log. Now it may leave the house.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What was disclosed of this customer."""
        return [self.obj.disclosures.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Disclosure:
        """Write it down."""
        return disclosing.disclose(self.obj, Asked(**data), at=clock.now(), actor=self.actor)


class SettingsForm(forms.Form):
    """Which settings, to which customer, why."""

    listed = forms.ModelMultipleChoiceField(
        label=_("Settings to disclose"),
        queryset=StartCondition.objects.none(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    peer = CustomerField(label=_("Connected customer"))
    connection = SentencesField(
        label=_("How the two are connected"),
        max_length=300,
        help_text=_(
            "Which services, lines or addresses meet, and by what you know it. No record of the system says so."
        ),
    )
    why = SentencesField(label=_("Why the service needs it"), max_length=300)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["listed"].queryset = contract.conditions.all()  # type: ignore[attr-defined]


class DiscloseSettings(ConsoleAction):
    """接続先の契約者への設定情報の開示 (G41)"""

    slug, label, permission, clause = (
        "disclose-settings",
        _("Disclose settings to a connected customer"),
        DISCLOSE,
        "G41",
    )
    form = SettingsForm
    help = _(
        "Only between customers whose services are connected, and only what the service needs. Nothing else shows."
    )
    done = _("The disclosure is in the log. Its page shows what was disclosed.")

    def why_not(self) -> Sequence[Unmet]:
        """Only where there are settings."""
        if self.obj.conditions.exists():
            return []
        return [Unmet(Clause("G41"), _("No settings are recorded for this contract."))]

    def form_kwargs(self) -> dict[str, Any]:
        """The contract whose settings these are."""
        return {"contract": self.obj}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What was disclosed of this contract."""
        return [self.obj.disclosures.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Disclosure:
        """Write it down."""
        return disclosing.disclose_settings(
            self.obj,
            data["peer"],
            list(data["listed"]),
            connection=data["connection"],
            why=data["why"],
            at=clock.now(),
            actor=self.actor,
        )

    def after(self, result: Disclosure) -> str:
        """To the disclosure, which shows the settings."""
        return change_url(result)


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyAdmin):
    """The log of disclosures."""

    list_display: ClassVar = ["number", "at", "customer", "information", "to", "ground", "by"]
    further_columns: ClassVar = ["purpose", "why", "requester", "scope", "what"]
    list_filter: ClassVar = ["information", "ground"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer", "recipient", "peer"]
    fields: ClassVar = ["what", "why"]

    @admin.display(description=_("to whom"))
    def to(self, disclosure: Disclosure) -> str:
        """Who got it."""
        return str(disclosure.to)

    def head(self, disclosure: Disclosure) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Number"), disclosure.number),
                (_("Customer"), linked(disclosure.customer)),
                (_("Kind of information"), disclosure.get_information_display()),
                (_("Scope"), disclosure.get_scope_display()),
                (_("How many it counts"), disclosure.counted),
                (_("To whom"), linked(disclosure.to)),
                (_("Ground"), disclosure.get_ground_display()),
                (_("Clause"), cited(disclosure.clause)),
                (_("How the two are connected"), disclosure.connection),
                (_("Purpose"), disclosure.get_purpose_display()),
                (_("Requester"), disclosure.requester),
                (_("Consent"), disclosure.consent),
                (_("Information handed over"), linked(disclosure.document)),
                (_("Contract"), linked(disclosure.contract)),
                (_("Disclosed at"), disclosure.at),
                (_("Disclosed by"), disclosure.by),
            ]
        }


def disclosed(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """The latest disclosures, for whoever may see the log."""
    may = request.user.has_perm(VIEW)
    return {"may": may, "disclosures": customer.disclosures.newest()[:5] if may else []}


show_on("contracts.customer", Panel(_("Disclosures"), "console/panel_disclosures.html", disclosed, "disclosures", 64))
show_on(
    "contracts.disclosure",
    Panel(
        _("Settings disclosed"),
        "console/panel_settings.html",
        lambda request, disclosure: {"settings": disclosure.settings_shown()},
    ),
)
show_history("contracts.disclosure", lambda disclosure: [disclosure])
