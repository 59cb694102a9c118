"""What a customer allows and has stopped, on the customer's page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import consenting
from contracts.catalogue.purposes import SAID
from contracts.models import Account, Customer, Recipient
from contracts.models.consent import TO_SOMEBODY
from iijiot import clock
from iijiot.console.actions import ConsoleAction
from iijiot.console.fields import SentencesField
from iijiot.console.panels import Panel, show_on

RECORD = "contracts.record_consent"
ANSWERS = [("yes", _("Allows it")), ("no", _("Does not allow it, or stops it"))]


class ConsentForm(forms.Form):
    """What the customer says, how, and by which account."""

    kind = forms.ChoiceField(
        label=_("What it is about"),
        choices=[(code, purpose.words) for code, purpose in SAID.items()],
        widget=UnfoldAdminSelectWidget,
    )
    answer = forms.ChoiceField(label=_("What the customer says"), choices=ANSWERS, widget=UnfoldAdminSelectWidget)
    told = SentencesField(
        label=_("How the customer said it"),
        max_length=300,
        help_text=_("The document, mail or call, with its day. For further use also what exactly was agreed to."),
    )
    account = forms.ModelChoiceField(
        label=_("Account that said it"),
        queryset=Account.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = customer.accounts.usable()  # type: ignore[attr-defined]


class RecordConsent(ConsoleAction):
    """同意・中止の記録 (G40.2.5)"""

    slug, label, permission, clause = "record-consent", _("Record a consent or a stop"), RECORD, "G40.2.5"
    form = ConsentForm
    help = _("Each is said on its own: no consent follows from another. It holds at once.")
    done = _("It is recorded, and holds from now on.")

    def form_kwargs(self) -> dict[str, Any]:
        """The customer whose accounts can have said it."""
        return {"customer": self.obj}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What the customer has said."""
        return [self.obj.consents.all()]

    def given_to(self, data: dict[str, Any]) -> dict[str, Any]:
        """To whom, where that matters."""
        return {}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        consenting.record(
            self.obj,
            data["kind"],
            given=data["answer"] == "yes",
            told=data["told"],
            account=data["account"],
            at=clock.now(),
            actor=self.actor,
            **self.given_to(data),
        )


class ConsentToDiscloseForm(ConsentForm):
    """The same, for one recipient."""

    recipient = forms.ModelChoiceField(
        label=_("Recipient"), queryset=Recipient.objects.in_use(), widget=UnfoldAdminSelectWidget
    )
    field_order = ("kind", "recipient", "answer", "told", "account")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, words) for code, (words, _clause) in TO_SOMEBODY.items()]  # type: ignore[attr-defined]


class ConsentToDisclose(RecordConsent):
    """第三者への開示の同意の記録 (G38.2)"""

    slug, label, clause = "consent-to-disclose", _("Record a consent to disclose"), "G38.2"
    form = ConsentToDiscloseForm
    help = _("To one recipient, for one kind of information. It holds until the customer takes it back.")

    def given_to(self, data: dict[str, Any]) -> dict[str, Any]:
        """To this recipient."""
        return {"recipient": data["recipient"]}


def stands(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """How each use stands, what may be disclosed to whom, and the data processing addendum."""
    said = {consent.kind: consent for consent in customer.consents.without_recipient()}
    uses = [
        {
            "words": purpose.words,
            "clause": purpose.clause,
            "said": said.get(code),
            "allowed": said[code].given if code in said else purpose.by_default,
        }
        for code, purpose in SAID.items()
    ]
    return {
        "uses": uses,
        "to_somebody": customer.consents.to_somebody()[:10],
        "addendum": customer.consents.of_addendum()[:3],
    }


show_on("contracts.customer", Panel(_("Consents"), "console/panel_consents.html", stands, "consents", 63))
