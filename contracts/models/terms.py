"""Versions of the terms."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from iijiot.clauses import PROVISIONS, provision_name
from iijiot.days import fullday
from iijiot.records import RecordedModel, RecordedQuerySet


class TermsVersionQuerySet(RecordedQuerySet["TermsVersion"]):
    """Versions by provision and day."""

    def in_force(self, provision: str, on: date) -> "TermsVersion | None":
        """The version of a provision that applies on a day: the latest one effective by then (G2.1)."""
        return self.filter(provision=provision, effective_on__lte=on).order_by("-effective_on").first()


class TermsVersion(RecordedModel):
    """The text of one provision from one day on (G2.1); it applies to all contracts from that day."""

    provision = models.CharField(
        _("provision"), max_length=5, choices=[(code, provision_name(code)) for code in PROVISIONS]
    )
    effective_on = models.DateField(_("effective on"))
    text = models.TextField(_("text"), blank=True, help_text=_("Loaded by the operator from the published terms."))

    objects = TermsVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms version")
        verbose_name_plural = _("terms versions")
        ordering: ClassVar = ["provision", "-effective_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provision", "effective_on"],
                name="one_terms_version_per_provision_and_day",
                violation_error_message=_("This provision has a version of this day already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provision_display()} {fullday(self.effective_on)}"
