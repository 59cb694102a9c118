"""The price list: versions with their days for new and for existing contracts, and the prices of each."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Announcement
from contracts.models.announcement import AnnouncementQuerySet
from iijiot.clauses import Clause
from iijiot.clock import tokyo_day
from iijiot.periods import latest_notice_days
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField
from iijiot.words import Words, said


class State(models.TextChoices):
    """Where a version is."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    PUBLISHED = "published", pgettext_lazy("of prices", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("of prices", "Withdrawn")


TONES: dict[str, str] = {
    State.DRAFT: "default",
    State.ANNOUNCED: "info",
    State.PUBLISHED: "success",
    State.WITHDRAWN: "default",
}

ALLOWED: Allowed = {
    "announce": [State.DRAFT],
    "publish": [State.DRAFT, State.ANNOUNCED],
    "withdraw": [State.DRAFT, State.ANNOUNCED, State.PUBLISHED],
}
"""What is allowed when."""


class PriceVersionQuerySet(RecordedQuerySet["PriceVersion"]):
    """Versions by what is to be done with them."""

    def drafts(self) -> "PriceVersionQuerySet":
        """Those whose prices can still be changed, the next first."""
        return self.filter(state=State.DRAFT).order_by("new_from", "pk")

    def open(self) -> "PriceVersionQuerySet":
        """Prepared or announced, the next first."""
        return self.filter(state__in=[State.DRAFT, State.ANNOUNCED]).order_by("new_from", "pk")

    def to_change_after(self, day: date) -> "PriceVersionQuerySet":
        """Those of which customers were told, and whose day for existing contracts is later than this."""
        told = self.filter(state__in=[State.ANNOUNCED, State.PUBLISHED], announced_at__isnull=False)
        return told.filter(existing_from__gt=day).order_by("existing_from", "pk")


class PriceVersion(RecordedModel):
    """Prices that change together: from one day for new contracts, and from another for existing ones (G30.1, G30.4)."""

    LOCK_RANK = 6
    ANNOUNCED_AS = "prices"
    TOLD = ("name", "new_from", "existing_from")
    PERSONAL: ClassVar = {"name": NO, "changes": NO, "day_reason": NO, "withdrawn_because": NO}

    name = models.CharField(pgettext_lazy("of prices", "name"), max_length=60, unique=True)
    new_from = models.DateField(
        _("for new contracts from"), help_text=_("Applications received from this day on are shown these prices.")
    )
    existing_from = models.DateField(
        _("for existing contracts from"),
        null=True,
        blank=True,
        help_text=_("Empty: contracts that exist keep what they pay. Otherwise each customer is told before this day."),
    )
    day_reason = models.CharField(
        _("why not from the 1st"),
        max_length=200,
        blank=True,
        help_text=_("Only where existing contracts change inside a month: they pay both prices by days."),
    )
    changes = models.TextField(_("what changes"), blank=True, help_text=_("As the customers are told."))
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True, editable=False)
    published_on = models.DateField(_("published on"), null=True, blank=True, editable=False)
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.DRAFT, choices=State, db_index=True)

    objects = PriceVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("price version")
        verbose_name_plural = _("price versions")
        ordering: ClassVar = ["-new_from", "-pk"]
        permissions: ClassVar = [
            ("announce_priceversion", _("Can tell customers of new prices")),
            ("publish_priceversion", _("Can publish and withdraw prices")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="price_version_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G30.4",
                violation_error_message=_("This is no state of a price version."),
            ),
            models.CheckConstraint(
                name="price_version_for_existing_not_before_new",
                condition=Q(existing_from=None) | Q(existing_from__gte=F("new_from")),
                violation_error_code="G30.4",
                violation_error_message=_("Existing contracts do not change before new ones have the prices."),
            ),
            models.CheckConstraint(
                name="price_version_inside_a_month_for_a_reason",
                condition=Q(existing_from=None) | Q(existing_from__day=1) | ~Q(day_reason=""),
                violation_error_code="G30.2.3",
                violation_error_message=_(
                    "Existing contracts change on the 1st of a month. Give the reason for another day."
                ),
            ),
            models.CheckConstraint(
                name="price_version_announced_says_what_changes",
                condition=~Q(state="announced")
                | (~Q(changes="") & Q(announced_at__isnull=False, existing_from__isnull=False)),
                violation_error_code="G30.4",
                violation_error_message=_("The customers are told what changes, and from when."),
            ),
            models.CheckConstraint(
                name="price_version_published_on_a_day",
                condition=~Q(state="published") | Q(published_on__isnull=False),
                violation_error_code="G30.4",
                violation_error_message=_("Published prices say since when they are."),
            ),
            models.CheckConstraint(
                name="price_version_withdrawn_for_a_reason",
                condition=(Q(state="withdrawn") & ~Q(withdrawn_because=""))
                | (~Q(state="withdrawn") & Q(withdrawn_because="")),
                violation_error_code="G30.4",
                violation_error_message=_("Prices that are withdrawn say why."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def clause_value(self) -> Clause:
        """The clause under which prices change."""
        return Clause("G30.4")

    @property
    def scope(self) -> str:
        """What it is about, in words."""
        return self.name

    @property
    def effective_on(self) -> date | None:
        """From when on existing contracts change."""
        return self.existing_from

    def fixed(self) -> dict[str, str]:
        """What the customers were told stands, and what is published."""
        told = {"changes": "G30.4", "existing_from": "G30.4"} if self.announced_at else {}
        return told | ({"new_from": "G30.1", "existing_from": "G30.4"} if self.state == State.PUBLISHED else {})

    @property
    def is_draft(self) -> bool:
        """Whether its prices can still be changed."""
        return self.state == State.DRAFT

    @property
    def announcements(self) -> AnnouncementQuerySet:
        """By which customers were told of it."""
        return Announcement.objects.about_other(self.ANNOUNCED_AS, self.pk)

    def latest_notice(self) -> date | None:
        """The last day on which customers can be told."""
        return latest_notice_days(self.existing_from, 1) if self.existing_from else None

    def warnings(self, today: date) -> list[Words]:
        """What to look at before it is announced."""
        return []

    def in_time(self, at: datetime) -> None:
        """Raises RuleViolation where there is nobody to tell, nothing said, or the day is not to come."""
        if self.existing_from is None:
            raise refuse("G30.4", _("It changes nothing for existing contracts. There is nobody to tell."))
        if not self.changes.strip():
            raise refuse("G30.4", _("Say what changes: the customers are told the content."))
        if tokyo_day(at) >= self.existing_from:
            raise refuse(
                "G30.4",
                said(_("The customers are told before {day}. Choose a later day."), day=self.existing_from),
            )

    @transition(field=state, allowed=ALLOWED, target=State.ANNOUNCED, clause="G30.4", label=_("Announce"))
    def announce(self, at: datetime) -> None:
        """Tell the customers before the day from which existing contracts change (G30.4)."""
        self.in_time(at)
        self.announced_at = at

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.PUBLISHED,
        clause="G30.4",
        label=pgettext_lazy("prices", "Publish"),
    )
    def publish(self, on: date) -> None:
        """Let the prices hold from their days on (G30.1, G30.4)."""
        self.published_on = on

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="G30.4",
        label=pgettext_lazy("prices", "Withdraw"),
    )
    def withdraw(self, because: str, on: date) -> None:
        """Do without prices that hold for nobody yet (G30.4)."""
        if self.published_on and on >= self.new_from:
            raise refuse(
                "G30.1",
                said(
                    _("Since {day} applicants are shown these prices. Publish other ones instead."), day=self.new_from
                ),
            )
        self.withdrawn_because, self.published_on = because, None
