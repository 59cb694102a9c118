"""What many customers are told at once: one text, a notice for each of them, and how far the sending is."""

from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.discontinuation import Discontinuation
from contracts.models.measure import Measure
from contracts.models.terms import TermsVersion
from iijiot.clauses import Clause
from iijiot.personal import NO
from iijiot.records import Numbered, RecordedQuerySet

Source = Measure | Discontinuation | TermsVersion
"""What is announced."""


class AnnouncementQuerySet(RecordedQuerySet["Announcement"]):
    """Announcements by what is to be done."""

    def about_other(self, other: str, key: int) -> "AnnouncementQuerySet":
        """Those about something of an app to the right, by what it is called and its key."""
        return self.filter(other=other, other_id=key)

    def unsent(self) -> "AnnouncementQuerySet":
        """Those of which notices still wait, by the day on which the last must have gone."""
        notices = apps.get_model("contracts.Notice")._base_manager
        waiting = notices.filter(announcement=OuterRef("pk"), state__in=["to-send", "failed"])
        return self.filter(Exists(waiting)).order_by(F("due_by").asc(nulls_last=True), "pk")


class Announcement(Numbered):
    """One text to all customers whom a measure, a discontinuation or new terms touch (G2.2, G25.2, G27.2)."""

    NUMBER_PREFIX = "B"
    LOCK_RANK = 8
    FIXED: ClassVar = {"subject": "G12.2.1", "body": "G12.2.1", "measure": "G25.2", "discontinuation": "G27.2"}
    TOLD = ("subject", "recipients")
    PERSONAL: ClassVar = {"clause": NO, "subject": NO, "body": NO}

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="announcements", verbose_name=_("measure"), null=True, blank=True
    )
    discontinuation = models.ForeignKey(
        Discontinuation,
        models.PROTECT,
        related_name="announcements",
        verbose_name=_("discontinuation"),
        null=True,
        blank=True,
    )
    terms = models.ForeignKey(
        TermsVersion, models.PROTECT, related_name="announcements", verbose_name=_("terms"), null=True, blank=True
    )
    other = models.CharField(
        _("about something else"),
        max_length=10,
        choices=[("prices", _("Change of prices"))],
        blank=True,
        editable=False,
    )
    other_id = models.BigIntegerField(_("its key"), null=True, blank=True, editable=False)
    wording = models.ForeignKey(
        "contracts.Wording",
        models.PROTECT,
        related_name="announcements",
        verbose_name=_("written by"),
        null=True,
        blank=True,
        editable=False,
    )
    clause = models.CharField(_("clause"), max_length=12)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    due_by = models.DateField(_("to be sent by"), null=True, blank=True)
    recipients = models.PositiveIntegerField(_("customers told"))

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="announcement_of_one_thing",
                condition=Q(measure__isnull=False, discontinuation=None, terms=None, other="", other_id=None)
                | Q(measure=None, discontinuation__isnull=False, terms=None, other="", other_id=None)
                | Q(measure=None, discontinuation=None, terms__isnull=False, other="", other_id=None)
                | (Q(measure=None, discontinuation=None, terms=None, other_id__isnull=False) & ~Q(other="")),
                violation_error_code="G12.2.1",
                violation_error_message=_(
                    "An announcement is about one thing: a measure, a discontinuation, new terms or new prices."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def clause_value(self) -> Clause:
        """The clause under which it is made."""
        return Clause(self.clause)

    @property
    def source(self) -> Any:
        """What it is about."""
        return self.measure or self.discontinuation or self.terms or self._other()

    def _other(self) -> Any:
        """What it is about, of an app to the right."""
        model = next(model for model in apps.get_models() if getattr(model, "ANNOUNCED_AS", "") == self.other)
        return model._base_manager.get(pk=self.other_id)

    def progress(self) -> dict[str, int]:
        """How many notices are in each state."""
        counted: Any = self.notices.order_by().values_list("state").annotate(Count("pk"))
        return dict(counted)
