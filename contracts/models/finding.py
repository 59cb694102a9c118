"""What the screening of an application looks at: the grounds of article 14, and documents asked for."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from iijiot.clauses import Clause
from iijiot.personal import REST
from iijiot.records import RecordedModel, RecordedQuerySet


class Ground(models.TextChoices):
    """Grounds on which an application may be refused; the value is the clause."""

    REQUIREMENT = "G14.1.1", _("A requirement for the service is not met")
    TECHNICAL = "G14.1.2", _("Technically very difficult")
    PAYMENT = "G14.1.3", _("Payment is at risk")
    PAST_DEFAULT = "G14.1.4", _("Default or tort under an IIJ IoT contract, now or before")
    FALSE_STATEMENT = "G14.1.5", _("A false statement in the application")
    ILLEGAL_USE = "G14.1.6", _("Risk of illegal or harmful use")
    OTHER = "G14.1.7", _("Not suitable for another reason")
    DOCUMENTS = "G42.2.1", _("Documents asked for were not delivered")


SCREENED = [ground for ground in Ground if ground != Ground.DOCUMENTS]
"""The grounds that every screening looks at."""


class Finding(RecordedModel):
    """What the examination of one ground for refusal has shown (G14.1)."""

    LOCK_RANK = 15
    CUSTOMER = "application__customer"
    FIXED: ClassVar = {"application": "G14.1", "ground": "G14.1"}
    TOLD = ("result",)
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"text": REST}

    class Result(models.TextChoices):
        """What was found."""

        OPEN = "open", _("Not examined yet")
        CLEAR = "clear", _("Does not apply")
        FOUND = "found", _("Applies")

    application = models.ForeignKey(
        "contracts.Application", models.PROTECT, related_name="findings", verbose_name=_("application")
    )
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    result = models.CharField(_("finding"), max_length=10, choices=Result, default=Result.OPEN)
    text = models.TextField(_("facts"), blank=True)
    told = models.BooleanField(_("tell the applicant"), default=False)
    by_rule = models.BooleanField(_("proposed by rule"), default=False, editable=False)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering: ClassVar = ["ground"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "ground"],
                name="one_finding_per_ground",
                violation_error_code="G14.1",
                violation_error_message=_("This ground has its finding already. Change that one."),
            ),
            models.CheckConstraint(
                name="finding_result_known",
                condition=Q(result__in=["open", "clear", "found"]),
                violation_error_code="G14.1",
                violation_error_message=_("Choose one of the findings offered."),
            ),
            models.CheckConstraint(
                name="finding_ground_known",
                condition=Q(ground__in=Ground.values),
                violation_error_code="G14.1",
                violation_error_message=_("Choose one of the grounds offered."),
            ),
            models.CheckConstraint(
                name="finding_found_with_facts",
                condition=~Q(result="found") | ~Q(text=""),
                violation_error_code="G14.1.7",
                violation_error_message=_("Write down the facts on which the ground rests."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()}: {self.get_result_display()}"

    @property
    def clause(self) -> Clause:
        """The clause that names the ground."""
        return Clause(self.ground)


class DocumentRequestQuerySet(RecordedQuerySet["DocumentRequest"]):
    """Documents asked for."""

    def of_key(self, pk: int) -> "DocumentRequest | None":
        """The one with this key among them."""
        return self.filter(pk=pk).select_related("application").first()

    def of_applications(self, ids: Sequence[int]) -> "DocumentRequestQuerySet":
        """Those of these applications."""
        return self.filter(application__in=ids)

    def missing(self, what: str) -> "DocumentRequest | None":
        """The one among them that was asked for in these words and has not arrived."""
        return self.filter(what=what, arrived_on=None).select_related("application").first()

    def awaited(self) -> "DocumentRequestQuerySet":
        """Those that applications wait for, the first asked for first (G42.2.1)."""
        waiting = self.filter(arrived_on=None, application__state="on-hold")
        return waiting.select_related("application__changes").order_by("asked_on", "pk")


class DocumentRequest(RecordedModel):
    """A document that the applicant was asked for (G42.2.1)."""

    LOCK_RANK = 15
    CUSTOMER = "application__customer"
    FIXED: ClassVar = {"application": "G42.2.1"}
    TOLD = ("asked_on",)
    PERSONAL: ClassVar = {"what": REST}

    application = models.ForeignKey(
        "contracts.Application", models.PROTECT, related_name="document_requests", verbose_name=_("application")
    )
    what = models.CharField(_("document"), max_length=200)
    asked_on = models.DateField(_("asked on"))
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)

    objects = DocumentRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("document asked for")
        verbose_name_plural = _("documents asked for")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="document_arrives_after_it_was_asked",
                condition=Q(arrived_on=None) | Q(arrived_on__gte=F("asked_on")),
                violation_error_code="G42.2.1",
                violation_error_message=_("A document cannot arrive before it was asked for."),
            ),
        ]

    def __str__(self) -> str:
        return self.what
