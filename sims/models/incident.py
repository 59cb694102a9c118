"""Reports of faults and losses: until the procedure is done, the fees of the card go on (MA10.1, MA13.2)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.periods import latest_notice_months
from iijiot.personal import REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, refuse, rule, transition
from iijiot.states import StateField
from iijiot.words import Words, said
from sims.models.card import SimCard
from sims.models.line import Line


class State(models.TextChoices):
    """Where a report is."""

    OPEN = "open", _("Procedure to be done")
    REPLACED = "replaced", pgettext_lazy("of a report", "Card replaced")
    LINE_ENDS = "line-ends", _("Line ends")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a report", "Withdrawn")


TONES: dict[str, str] = {
    State.OPEN: "warning",
    State.REPLACED: "success",
    State.LINE_ENDS: "default",
    State.WITHDRAWN: "default",
}

ALLOWED: Allowed = {
    "replace": [State.OPEN],
    "end_line": [State.OPEN],
    "withdraw": [State.OPEN],
    "remind": [State.OPEN],
}
"""What is allowed when."""


class Kind(models.TextChoices):
    """What happened to the card."""

    FAULT = "fault", _("Fault")
    LOSS = "loss", _("Loss")


class Channel(models.TextChoices):
    """How it was reported."""

    PHONE = "phone", _("By telephone")
    MAIL = "mail", _("By mail")
    PORTAL = "portal", _("In the portal")
    API = "api", "API"


@rule(
    "MA10.2.1",
    _("A card that was reported as lost stays out of use, even when it is found. Record it as found."),
    helps=lambda incident: [incident.card],
)
def is_a_fault(incident: Any) -> bool:
    """It is about a fault: a card that was lost never comes back into use (MA10.2.1)."""
    return str(incident.kind) == Kind.FAULT


@rule("MA13.2", _("Customers are reminded of lost cards. For a fault, carry out the procedure."))
def is_a_loss(incident: Any) -> bool:
    """It is about a loss (MA13.2)."""
    return str(incident.kind) == Kind.LOSS


class IncidentQuerySet(RecordedQuerySet["Incident"]):
    """Reports by what is to be done."""

    def open(self) -> "IncidentQuerySet":
        """Those whose procedure is still to be done, the oldest first."""
        return self.filter(state=State.OPEN).order_by("reported_on", "pk")

    def losses(self) -> "IncidentQuerySet":
        """Those of lost cards, the latest first."""
        return self.filter(kind=Kind.LOSS).order_by("-pk")

    def to_remind(self, day: date) -> Any:
        """Losses whose procedure is not done and whose customer has heard nothing for a month, as of `heard_on` (MA13.2)."""
        heard = self.open().filter(kind=Kind.LOSS).annotate(heard_on=Coalesce("reminded_on", "reported_on"))
        return heard.filter(heard_on__lte=latest_notice_months(day, 1))

    def of_cards(self, ids: Sequence[int]) -> "IncidentQuerySet":
        """Those on these cards."""
        return self.filter(card__in=ids)

    def of_lines(self, lines: Any) -> "IncidentQuerySet":
        """Those on these lines."""
        return self.filter(line__in=lines)

    def with_list_data(self) -> "IncidentQuerySet":
        """With what a list shows of each."""
        return self.select_related("card", "line__contract__customer")


class Incident(Numbered):
    """A fault or loss of one card, as it was reported, and how its procedure ended."""

    NUMBER_PREFIX = "I"
    LOCK_RANK = 43
    CUSTOMER = "line__contract__customer"
    FIXED: ClassVar = {"card": "MA10.1", "line": "MA10.1", "kind": "MA10.1"}
    TOLD = ("kind", "card", "reported_on")
    PERSONAL: ClassVar = {"what": REST}

    card = models.ForeignKey(SimCard, models.PROTECT, related_name="incidents", verbose_name=_("SIM card"))
    line = models.ForeignKey(Line, models.PROTECT, related_name="incidents", verbose_name=_("line"))
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel)
    reported_on = models.DateField(_("reported on"))
    what = models.CharField(_("what happened"), max_length=300)
    reminded_on = models.DateField(_("customer reminded on"), null=True, blank=True, editable=False)
    settled_on = models.DateField(_("procedure done on"), null=True, blank=True, editable=False)
    state = StateField(_("state"), default=State.OPEN, choices=State, db_index=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a fault or loss")
        verbose_name_plural = _("reports of faults and losses")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("report_incident", _("Can take reports of faults and losses")),
            ("settle_incident", _("Can carry out the procedure for faults and losses")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incident_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="MA10.1",
                violation_error_message=_("This is no state of a report."),
            ),
            models.CheckConstraint(
                name="incident_of_a_known_kind",
                condition=Q(kind__in=Kind.values, channel__in=Channel.values),
                violation_error_code="MA10.1",
                violation_error_message=_("Choose fault or loss, and how it was reported."),
            ),
            models.CheckConstraint(
                name="incident_settled_on_a_day",
                condition=Q(state="open", settled_on=None) | (~Q(state="open") & Q(settled_on__gte=F("reported_on"))),
                violation_error_code="MA13.2",
                violation_error_message=_("A procedure that is done has its day, not before the report."),
            ),
            models.UniqueConstraint(
                fields=["card"],
                condition=Q(state="open"),
                name="one_open_report_per_card",
                violation_error_code="MA10.1",
                violation_error_message=_("There is an open report on this card already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()} {self.card}"

    @property
    def customer(self) -> Any:
        """Whose card it is."""
        return self.line.contract.customer

    def costs_on(self, today: date) -> Words:
        """That the fees go on while the procedure is not done, and since how many days; else nothing (MA13.2)."""
        if str(self.state) != State.OPEN:
            return ""
        return said(
            _("The fees go on until the procedure is done: {days} days so far."), days=(today - self.reported_on).days
        )

    @transition(field=state, allowed=ALLOWED, target=State.REPLACED, clause="MA10.1", label=_("Settle by a new card"))
    def replace(self, on: date) -> None:
        """The procedure is done: the line has a new card (MA10.1)."""
        self._settle(on)

    @transition(
        field=state, allowed=ALLOWED, target=State.LINE_ENDS, clause="MA10.1", label=_("Settle by the line's end")
    )
    def end_line(self, on: date) -> None:
        """The procedure is done: the line ends, and its fees with it (MA13.2)."""
        self._settle(on)

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="MA10.1",
        label=pgettext_lazy("a report", "Withdraw the report"),
        conditions=[is_a_fault],
    )
    def withdraw(self, on: date) -> None:
        """The card works after all; one that was lost stays out of use, found or not (MA10.2.1)."""
        self._settle(on)

    @transition(
        field=state,
        allowed=ALLOWED,
        clause="MA13.2",
        label=_("Remind the customer of the procedure"),
        conditions=[is_a_loss],
    )
    def remind(self, on: date) -> None:
        """Tell the customer that fees go on until the procedure is done (MA13.2)."""
        if on < self.reported_on:
            raise refuse("MA13.2", _("The customer cannot be reminded before the report. Check the day."))
        self.reminded_on = on

    def _settle(self, on: date) -> None:
        if on < self.reported_on:
            raise refuse("MA13.2", _("The procedure cannot be done before the report. Check the day."))
        self.settled_on = on
