"""Care of SIM cards: violations by a card, and consents to subleases, on the pages of contract and card (MA9.1)."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from contracts.admin.shared import ReasonForm, linked
from contracts.models.violation import BY_CARD
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField, PlainTextField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.offering import offer_on
from iijiot.console.panels import Panel, show_on
from sims import caring
from sims.admin.picking import CardField, has_lines, page_link
from sims.models import CardViolation, SubleaseConsent

RECORD, CONSENT = "sims.record_cardviolation", "sims.consent_sublease"
SHOWN = 20


class ByCardForm(forms.Form):
    """Which duty was violated, and what happened."""

    breach = forms.ChoiceField(
        label=_("Kind of violation"),
        choices=[(breach.value, breach.label) for breach in BY_CARD],
        widget=UnfoldAdminSelectWidget,
    )
    found_on = ConsoleDateField(label=_("Found on"))
    what = SentencesField(label=_("What happened"), rows=3)


class ByCardOfContractForm(ByCardForm):
    """The same with the card."""

    card = CardField(label="ICCID")
    field_order = ["card", "breach", "found_on", "what"]

    def __init__(self, *args: Any, contract: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["card"].contract = contract  # type: ignore[attr-defined]


class RecordByCard(ConsoleAction):
    """SIMカードの取扱い違反の記録、契約の画面から (MA9.1)"""

    slug, label, permission, clause = "record-card-violation", _("Violation by a SIM card"), RECORD, "MA9.1.9"
    form: ClassVar[type[forms.Form]] = ByCardOfContractForm
    tone = "danger"
    help = _("The duties stay for a card that is lost. A sublease with our consent is no violation.")
    done = _("The violation is recorded.")

    @classmethod
    def fits(cls, obj: Any) -> bool:
        """Only contracts with lines, and what stands on one."""
        return has_lines(obj)

    def form_kwargs(self) -> dict[str, Any]:
        """The contract whose card it is."""
        return {"contract": self.obj}

    def initial(self) -> dict[str, Any]:
        """Found today."""
        return {"found_on": self.today}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The violations of the customer."""
        return [self.obj.customer.violations.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Record it."""
        given = dict(data)
        return caring.record_violation(given.pop("card"), given.pop("breach"), actor=self.actor, **given)


class RecordByThisCard(RecordByCard):
    """SIMカードの取扱い違反の記録、カードの画面から (MA9.1)"""

    slug, form = "record-violation-by-card", ByCardForm

    def form_kwargs(self) -> dict[str, Any]:
        """Nothing more: the card is known."""
        return {}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The violations by this card."""
        return [self.obj.violations.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Record it."""
        given = dict(data)
        return caring.record_violation(self.obj, given.pop("breach"), actor=self.actor, **given)


class ConsentForm(forms.Form):
    """To whom, from when until when, and how consent was given."""

    to_whom = PlainTextField(label=_("Subleased to"), max_length=100, widget=UnfoldAdminTextInputWidget)
    since = ConsoleDateField(label=_("From"))
    until = ConsoleDateField(label=_("Until"), required=False, help_text=_("Empty: until it is ended."))
    reference = PlainTextField(
        label=_("How consent was given"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Such as the letter or the document, with its day."),
    )


class ConsentOfContractForm(ConsentForm):
    """The same for one card, or all."""

    card = CardField(label="ICCID", required=False)
    field_order = ["to_whom", "card", "since", "until", "reference"]

    def __init__(self, *args: Any, contract: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["card"].contract = contract  # type: ignore[attr-defined]


class Consent(ConsoleAction):
    """転貸の承諾の記録 (MA9.1.4)"""

    slug, label, permission, clause = "consent-sublease", _("Consent to a sublease"), CONSENT, "MA9.1.4"
    form = ConsentOfContractForm
    help = _("For one card, or without an ICCID for all cards of the contract. What it covers is no violation.")
    done = _("The consent is recorded.")

    @classmethod
    def fits(cls, obj: Any) -> bool:
        """Only contracts with lines, and what stands on one."""
        return has_lines(obj)

    def form_kwargs(self) -> dict[str, Any]:
        """The contract whose cards are lent on."""
        return {"contract": self.obj}

    def initial(self) -> dict[str, Any]:
        """From today on."""
        return {"since": self.today}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The consents of the contract."""
        return [self.obj.sublease_consents.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> SubleaseConsent:
        """Record it."""
        return caring.consent(self.obj, actor=self.actor, **data)


class EndForm(ReasonForm):
    """The last day of the consent."""

    on = ConsoleDateField(label=_("Last day"))
    field_order = ["on", "reason"]


class EndConsent(ConsoleAction):
    """転貸の承諾の終了 (MA9.1.4)"""

    slug, label, permission, clause = "end-consent", _("End the consent"), CONSENT, "MA9.1.4"
    form, tone = EndForm, "danger"
    help = _("A sublease that goes on afterwards is a violation.")
    done = _("The consent has a last day.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": self.today}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """End it."""
        caring.end_consent(self.obj, actor=self.actor, **data)


@admin.register(CardViolation)
class CardViolationAdmin(ReadOnlyAdmin):
    """By which cards duties of care were violated."""

    list_display: ClassVar = ["card", "violation", "customer"]
    list_filter: ClassVar = ["violation__breach"]
    fields: ClassVar = ["card", "violation"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CardViolation]:
        """With what a list shows of each."""
        return CardViolation.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("customer"))
    def customer(self, by: CardViolation) -> str:
        """Whose card it was."""
        return str(by.violation.customer)

    def head(self, by: CardViolation) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("SIM card"), page_link(by.card)),
                (_("Violation"), linked(by.violation)),
                (_("Customer"), linked(by.violation.customer)),
            ]
        }


@admin.register(SubleaseConsent)
class SubleaseConsentAdmin(ReadOnlyAdmin):
    """Our consents to subleases; recorded on the page of the contract."""

    list_display: ClassVar = ["contract", "card", "to_whom", "since", "until"]
    further_columns: ClassVar = ["reference"]
    fields: ClassVar = ["to_whom", "since", "until", "reference"]
    dialogs: ClassVar = [EndConsent]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubleaseConsent]:
        """With what a list shows of each."""
        return SubleaseConsent.objects.with_list_data().order_by("-pk")

    def head(self, consent: SubleaseConsent) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Customer"), linked(consent.contract.customer)),
                (_("Contract"), linked(consent.contract)),
                (_("SIM card"), page_link(consent.card) if consent.card else _("all cards of the contract")),
                (_("Subleased to"), consent.to_whom),
                (_("From"), consent.since),
                (_("Until"), consent.until),
                (_("How consent was given"), consent.reference),
            ]
        }


def care_panel(
    violations: Callable[[Any], QuerySet[CardViolation]], consents: Callable[[Any], QuerySet[SubleaseConsent]]
) -> Panel:
    """Violations by a card or by those of a contract, and what was consented to."""
    return Panel(
        _("Care of SIM cards"),
        "console/panel_care.html",
        lambda request, record: {"violations": violations(record)[:SHOWN], "consents": consents(record)[:SHOWN]},
        "care",
        67,
        fits=has_lines,
    )


show_on(
    "sims.simcard",
    care_panel(lambda card: CardViolation.objects.of_cards([card.pk]), lambda card: card.sublease_consents.all()),
)
show_on("contracts.contract", care_panel(CardViolation.objects.of_contract, SubleaseConsent.objects.of_contract))
offer_on("contracts.contract", RecordByCard, Consent)
offer_on("sims.simcard", RecordByThisCard)
show_history("sims.cardviolation", lambda by: [by])
show_history("sims.subleaseconsent", lambda consent: [consent])
