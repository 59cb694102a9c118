"""SIM products: which cards there are, and how their numbers are made."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from sims.identifiers import NumberClass, Profile


class FormFactor(models.TextChoices):
    """The size of a card."""

    STANDARD = "2ff", _("Standard")
    MICRO = "3ff", _("Micro")
    NANO = "4ff", _("Nano")
    CHIP = "mff2", _("Chip, soldered")


class SimProductQuerySet(RecordedQuerySet["SimProduct"]):
    """Products by what they are wanted for."""

    def offered(self) -> "SimProductQuerySet":
        """Those of which cards are still taken in."""
        return self.filter(is_offered=True).order_by("code")

    def coded(self, code: str) -> "SimProduct | None":
        """The one of this code."""
        return self.filter(code=code).first()

    def lenders(self) -> list[str]:
        """The host carriers that lend us cards."""
        return list(self.order_by("lender").values_list("lender", flat=True).distinct())


class SimProduct(RecordedModel):
    """A kind of card that a host carrier lends us: its issuer, how its numbers are made, what numbers its lines have."""

    LOCK_RANK = 6
    FIXED: ClassVar = {"code": "MA1"}
    TOLD = ("code", "name")
    PERSONAL: ClassVar = {"code": NO, "name": NO, "lender": NO}
    STAFF_ONLY = frozenset({"*"})

    code = models.CharField(
        _("code"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+$", _("Small letters, digits, hyphens."))],
    )
    name = models.CharField(_("name"), max_length=60)
    lender = models.CharField(_("lent by"), max_length=40, help_text=_("The host carrier that lends us the cards."))
    prefixes = ArrayField(
        models.CharField(
            max_length=10, validators=[RegexValidator(r"^8981[0-9]*$", _("Digits that begin with 8981."))]
        ),
        verbose_name=_("ICCIDs begin with"),
        size=10,
    )
    iccid_length = models.PositiveSmallIntegerField(_("digits of an ICCID"), default=19)
    checks_luhn = models.BooleanField(
        _("the last digit must be the check digit"),
        default=True,
        help_text=_("If not, an ICCID whose check digit does not fit is taken with a warning."),
    )
    number_class = models.CharField(
        _("numbers of its lines"),
        max_length=5,
        default="m2m",
        choices=[
            ("m2m", _("For machines (020)")),
            ("voice", pgettext_lazy("kind of number", "Voice type (060 to 090)")),
        ],
    )
    is_offered = models.BooleanField(_("taken in"), default=True)

    objects = SimProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("SIM product")
        verbose_name_plural = _("SIM products")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sim_product_numbers_its_cards",
                condition=Q(iccid_length__in=[19, 20], number_class__in=[c.value for c in NumberClass]),
                violation_error_code="MA1",
                violation_error_message=_("An ICCID has 19 or 20 digits; numbers are for machines or of voice type."),
            ),
            models.CheckConstraint(
                name="sim_product_has_prefixes",
                condition=Q(prefixes__len__gte=1),
                violation_error_code="MA1",
                violation_error_message=_("Give at least one prefix of its ICCIDs."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def profile(self) -> Profile:
        """How its cards are numbered."""
        return Profile(tuple(self.prefixes), self.iccid_length, self.checks_luhn)
