"""Care of SIM cards: violations of it, card by card, and our consent to subleases (MA9.1)."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Violation
from iijiot.personal import NO, REST
from iijiot.records import RecordedModel, RecordedQuerySet
from sims.models.card import SimCard


class CardViolationQuerySet(RecordedQuerySet["CardViolation"]):
    """Violations by their cards."""

    def of_cards(self, cards: Any) -> "CardViolationQuerySet":
        """Those of these cards, the latest first."""
        return self.filter(card__in=cards).order_by("-pk").select_related("violation", "card")

    def of_contract(self, contract: Contract) -> "CardViolationQuerySet":
        """Those of the cards of a contract, the latest first."""
        return self.filter(violation__contract=contract).order_by("-pk").select_related("violation", "card")

    def with_list_data(self) -> "CardViolationQuerySet":
        """With what a list shows of each."""
        return self.select_related("violation__customer", "card")


class CardViolation(RecordedModel):
    """By which card a duty of care was violated; duties stay for one that is lost (MA9.1, MA10.2.2)."""

    LOCK_RANK = 45
    CUSTOMER = "violation__customer"
    FIXED: ClassVar = {"violation": "MA9.1", "card": "MA9.1"}
    TOLD = ("violation", "card")
    STAFF_ONLY = frozenset({"*"})

    violation = models.OneToOneField(Violation, models.PROTECT, related_name="by_card", verbose_name=_("violation"))
    card = models.ForeignKey(SimCard, models.PROTECT, related_name="violations", verbose_name=_("SIM card"))

    objects = CardViolationQuerySet.as_manager()

    class Meta:
        verbose_name = _("violation by a SIM card")
        verbose_name_plural = _("violations by SIM cards")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("record_cardviolation", _("Can record violations by SIM cards"))]

    def __str__(self) -> str:
        return f"{self.card.iccid} {self.violation}"


class SubleaseConsentQuerySet(RecordedQuerySet["SubleaseConsent"]):
    """Consents by when they hold."""

    def holding(self, card: SimCard, on: date) -> "SubleaseConsentQuerySet":
        """Those that cover a card on a day, by itself or with all of its contract."""
        held = self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)
        return held.filter(Q(card=card) | Q(card=None, contract__lines__cards=card)).distinct()

    def of_contract(self, contract: Contract) -> "SubleaseConsentQuerySet":
        """Those of a contract, the latest first."""
        return self.filter(contract=contract).order_by("-since", "-pk").select_related("card")

    def with_list_data(self) -> "SubleaseConsentQuerySet":
        """With what a list shows of each."""
        return self.select_related("contract__customer", "card")


class SubleaseConsent(RecordedModel):
    """Our consent that a customer lends a card, or all those of a contract, on to somebody (MA9.1.4)."""

    LOCK_RANK = 45
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = {"contract": "MA9.1.4", "card": "MA9.1.4", "to_whom": "MA9.1.4", "since": "MA9.1.4"}
    TOLD = ("contract", "card", "to_whom", "since")
    PERSONAL: ClassVar = {"to_whom": REST, "reference": NO}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="sublease_consents", verbose_name=_("contract"))
    card = models.ForeignKey(
        SimCard,
        models.PROTECT,
        related_name="sublease_consents",
        verbose_name=_("SIM card"),
        null=True,
        blank=True,
        help_text=_("Empty: all cards of the contract."),
    )
    to_whom = models.CharField(_("subleased to"), max_length=100)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    reference = models.CharField(
        _("how consent was given"), max_length=100, help_text=_("Such as the letter or the document, with its day.")
    )

    objects = SubleaseConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to a sublease")
        verbose_name_plural = _("consents to subleases")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("consent_sublease", _("Can record consents to subleases"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sublease_consent_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_code="MA9.1.4",
                violation_error_message=_("A consent ends on the day on which it begins, or later."),
            ),
            models.CheckConstraint(
                name="sublease_consent_is_documented",
                condition=~Q(to_whom="") & ~Q(reference=""),
                violation_error_code="MA9.1.4",
                violation_error_message=_("Say to whom the cards are lent on, and how consent was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card.iccid if self.card else self.contract.number} → {self.to_whom}"

    def clean(self) -> None:
        """A card is one of the contract."""
        if self.card is not None and (self.card.line is None or self.card.line.contract_id != self.contract_id):
            raise ValidationError(
                {"card": ValidationError(_("This card belongs to no line of the contract."), code="MA9.1.4")}
            )
