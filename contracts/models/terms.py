"""Versions of the terms."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.clauses import PROVISIONS, Clause, provision_name
from iijiot.clock import tokyo_day
from iijiot.days import fullday
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField
from iijiot.words import Words, said


class State(models.TextChoices):
    """Where a version is."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    CONFIRMED = "confirmed", pgettext_lazy("of terms", "Takes effect")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a measure", "Withdrawn")


TONES: dict[str, str] = {
    State.DRAFT: "default",
    State.ANNOUNCED: "info",
    State.CONFIRMED: "success",
    State.WITHDRAWN: "default",
}

ALLOWED: Allowed = {
    "announce": [State.DRAFT],
    "confirm": [State.ANNOUNCED],
    "withdraw": [State.DRAFT, State.ANNOUNCED],
}
"""What is allowed when."""


class TermsVersionQuerySet(RecordedQuerySet["TermsVersion"]):
    """Versions by provision and day."""

    def in_force(self, provision: str, on: date) -> "TermsVersion | None":
        """The version of a provision that applies on a day: the latest one effective by then (G2.1)."""
        effective = self.filter(provision=provision, effective_on__lte=on, state=State.CONFIRMED)
        return effective.order_by("-effective_on").first()

    def all_in_force(self, on: date) -> "TermsVersionQuerySet":
        """Of each provision the version that applies on a day (G2.1)."""
        confirmed = self.filter(effective_on__lte=on, state=State.CONFIRMED)
        return confirmed.order_by("provision", "-effective_on").distinct("provision").defer("text")

    def shown_to_customers(self) -> "TermsVersionQuerySet":
        """Those that hold, held or were announced; a draft is nobody's yet."""
        return self.filter(state__in=[State.CONFIRMED, State.ANNOUNCED])

    def of_key(self, pk: int) -> "TermsVersion | None":
        """The one with this key among them."""
        return self.filter(pk=pk).first()

    def announced(self) -> "TermsVersionQuerySet":
        """Told to the customers and not confirmed yet, the next first."""
        return self.filter(state=State.ANNOUNCED).order_by("effective_on", "pk")

    def open(self) -> "TermsVersionQuerySet":
        """Prepared or announced, the next first."""
        return self.filter(state__in=[State.DRAFT, State.ANNOUNCED]).order_by("effective_on", "pk")

    def of_provisions(self, codes: list[str]) -> "TermsVersionQuerySet":
        """Versions of these provisions."""
        return self.filter(provision__in=codes)

    def to_confirm(self, day: date) -> "TermsVersionQuerySet":
        """Announced versions whose day has come."""
        return self.announced().filter(effective_on__lte=day)


class TermsVersion(RecordedModel):
    """The text of one provision from one day on (G2.1); it applies to all contracts from that day."""

    LOCK_RANK = 6
    TOLD = ("provision", "effective_on")
    PERSONAL: ClassVar = {"text": NO, "changes": NO}

    provision = models.CharField(
        _("provision"), max_length=5, choices=[(code, provision_name(code)) for code in PROVISIONS]
    )
    effective_on = models.DateField(_("effective on"))
    text = models.TextField(_("text"), blank=True, help_text=_("Loaded by the operator from the published terms."))
    changes = models.TextField(
        _("what changes"), blank=True, help_text=_("As the customers are told (article 2, paragraph 2).")
    )
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True, editable=False)
    state = StateField(_("state"), default=State.DRAFT, choices=State, db_index=True)

    objects = TermsVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms version")
        verbose_name_plural = _("terms versions")
        ordering: ClassVar = ["provision", "-effective_on"]
        permissions: ClassVar = [("carry_out_termsversion", _("Can announce and confirm versions of the terms"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="terms_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a version of the terms."),
            ),
            models.CheckConstraint(
                name="terms_say_what_changes",
                condition=~Q(state="announced") | (~Q(changes="") & Q(announced_at__isnull=False)),
                violation_error_code="G2.2",
                violation_error_message=_("The customers are told what changes."),
            ),
            models.UniqueConstraint(
                fields=["provision", "effective_on"],
                condition=~Q(state="withdrawn"),
                name="one_terms_version_per_provision_and_day",
                violation_error_message=_("This provision has a version of this day already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provision_display()} {fullday(self.effective_on)}"

    @property
    def scope(self) -> str:
        """What changes, in words."""
        return str(self.get_provision_display())

    @property
    def clause_value(self) -> Clause:
        """The clause under which it is announced."""
        return Clause("G2.2")

    def fixed(self) -> dict[str, str]:
        """What the customers were told stands."""
        return {"changes": "G2.2", "effective_on": "G2.2", "provision": "G2.2"} if self.announced_at else {}

    def latest_notice(self) -> date | None:
        """None: any day before the version takes effect will do."""
        return None

    def warnings(self, today: date) -> list[Words]:
        """What to look at before it is announced."""
        return []

    def in_time(self, at: datetime) -> None:
        """Raises RuleViolation where an announcement at this moment comes too late, with the day that would have done."""
        if not self.changes.strip():
            raise refuse("G2.2", _("Say what changes: the customers are told the content."))
        if tokyo_day(at) >= self.effective_on:
            raise refuse(
                "G2.2",
                said(_("The customers are told before {day}. Choose a later effective day."), day=self.effective_on),
            )

    @transition(field=state, allowed=ALLOWED, target=State.ANNOUNCED, clause="G2.2", label=_("Announce"))
    def announce(self, at: datetime) -> None:
        """Tell the customers before the day on which it takes effect (G2.2)."""
        self.in_time(at)
        self.announced_at = at

    @transition(field=state, allowed=ALLOWED, target=State.CONFIRMED, clause="G2.2", label=_("Confirm"))
    def confirm(self) -> None:
        """Let it take effect on its day: every customer whom it touches was told before (G2.2)."""

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="G2.1",
        label=pgettext_lazy("a measure", "Withdraw"),
    )
    def withdraw(self) -> None:
        """Do without it."""
