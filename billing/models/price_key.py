"""What a price is for: which fee of which service, for what unit; shared by the list and by what was agreed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing import months
from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Service
from iijiot.words import Words
from sims.models.charge_event import Cause as Cause

MOST_YEN = 1_000_000_000
KEY = ("service_code", "item", "kind", "unit", "cause")
"""The fields that say which fee a price is of."""

PriceKey = tuple[str, str, str, str, str]


class FeeKind(models.TextChoices):
    """When the obligation to pay arises."""

    INITIAL = months.Kind.INITIAL.value, pgettext_lazy("fee", "Initial fee")
    MONTHLY = months.Kind.MONTHLY.value, pgettext_lazy("fee", "Monthly fee")
    ONE_TIME = months.Kind.ONE_TIME.value, pgettext_lazy("fee", "One-time fee")


class Unit(models.TextChoices):
    """What the price is for one of."""

    CONTRACT = months.Unit.CONTRACT.value, pgettext_lazy("unit of a price", "per contract")
    LINE = months.Unit.LINE.value, pgettext_lazy("unit of a price", "per line")
    CASE = months.Unit.CASE.value, pgettext_lazy("unit of a price", "per case")


class Tax(models.TextChoices):
    """Whether the consumption tax is on it; the rate is that of the day of supply (G37)."""

    STANDARD = "standard", pgettext_lazy("of tax", "Taxed at the standard rate")
    OUTSIDE = "outside", pgettext_lazy("of tax", "Outside the tax")


class Keyed(models.Model):
    """A price for one fee."""

    service_code = models.CharField(_("service"), max_length=30, choices=[(s.code, s.name) for s in SERVICES.values()])
    item = models.CharField(_("item"), max_length=20, blank=True, help_text=_("For Mobile Access: TypeD."))
    kind = models.CharField(_("kind"), max_length=10, choices=FeeKind, default=FeeKind.MONTHLY)
    unit = models.CharField(pgettext_lazy("of a price", "unit"), max_length=10, choices=Unit, default=Unit.CONTRACT)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause, blank=True, help_text=_("Of a one-time fee."))
    yen = models.PositiveIntegerField(
        _("yen without tax"), validators=[MaxValueValidator(MOST_YEN)], help_text=_("For one unit; a whole month.")
    )
    tax = models.CharField(_("consumption tax"), max_length=10, choices=Tax, default=Tax.STANDARD)

    class Meta:
        abstract = True

    @property
    def key(self) -> PriceKey:
        """Which fee it is of."""
        return (self.service_code, self.item, self.kind, self.unit, self.cause)

    @property
    def service(self) -> Service:
        """The provision's declaration."""
        return SERVICES[self.service_code]

    @property
    def taxable(self) -> bool:
        """Whether tax comes on top."""
        return self.tax == Tax.STANDARD

    @property
    def what(self) -> Words:
        """The fee in words."""
        of = [self.service.name, self.item, labels(FeeKind, self.kind), labels(Cause, self.cause)]
        return " ".join(str(word) for word in of if word)

    def clean(self) -> None:
        """Each part of the key fits the others; told at the field that is wrong."""
        super().clean()
        errors: dict[str, ValidationError] = {}
        if self.service_code in SERVICES:
            items = [item.code for item in self.service.items]
            if self.item not in (items or [""]):
                words = _("Mobile Access has the item TypeD; other services have none.")
                errors["item"] = ValidationError(words, code="MA2")
        if (self.kind == FeeKind.ONE_TIME) != bool(self.cause):
            words = _("A one-time fee has its cause, and only such a fee.")
            errors["cause"] = ValidationError(words, code="MA13.1")
        if errors:
            raise ValidationError(errors)


def labels(choices: Any, value: str) -> Words:
    """The words of a choice."""
    return choices(value).label if value else ""


def key_checks(of: str) -> list[models.CheckConstraint]:
    """The constraints on the fields of a key, for the table of this name."""
    return [
        models.CheckConstraint(
            name=f"{of}_of_a_known_fee",
            condition=Q(service_code__in=list(SERVICES), kind__in=FeeKind.values, tax__in=Tax.values),
            violation_error_code="G30.1",
            violation_error_message=_("Choose one of the services, kinds and taxes offered."),
        ),
        models.CheckConstraint(
            name=f"{of}_names_its_item",
            condition=Q(service_code="mobile-access", item="TypeD") | (~Q(service_code="mobile-access") & Q(item="")),
            violation_error_code="MA2",
            violation_error_message=_("Mobile Access has the item TypeD; other services have none."),
        ),
        models.CheckConstraint(
            name=f"{of}_for_a_unit_that_there_is",
            condition=Q(kind="one-time", unit="case")
            | Q(kind__in=["initial", "monthly"], unit="contract")
            | Q(kind__in=["initial", "monthly"], unit="line", service_code="mobile-access"),
            violation_error_code="G30.1",
            violation_error_message=_(
                "One-time fees are per case, other fees per contract, or per line where a service has lines."
            ),
        ),
        models.CheckConstraint(
            name=f"{of}_has_a_cause_if_one_time",
            condition=Q(kind="one-time", cause__in=Cause.values) | (~Q(kind="one-time") & Q(cause="")),
            violation_error_code="MA13.1",
            violation_error_message=_("A one-time fee has its cause, and only such a fee."),
        ),
        models.CheckConstraint(
            name=f"{of}_of_a_sum_that_can_be",
            condition=Q(yen__lte=MOST_YEN),
            violation_error_code="G30.1",
            violation_error_message=_("This is more than a billion yen. Check the sum."),
        ),
    ]
