"""Lines of a Mobile Access contract: ordered, in service, paused or stopped, ended."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Contract
from iijiot.clauses import Clause
from iijiot.personal import NO, REST
from iijiot.records import Numbered
from iijiot.rules import refuse, transition
from iijiot.states import StateField
from iijiot.words import said
from sims.models.line_rules import (
    contract_not_protected,
    contract_runs,
    end_is_booked,
    has_a_card,
    is_protected,
    leaves_alone,
    may_be_protected,
    not_protected,
    nothing_hinders,
)
from sims.models.line_search import tags_apart
from sims.models.line_set import LineQuerySet
from sims.models.line_state import ALLOWED, Service

if TYPE_CHECKING:
    from sims.models.card import SimCard
    from sims.models.network_policy import NetworkPolicy


LAST_DAY_OVER = _("Its last day is over. Apply for a further line instead.")


class Line(Numbered):
    """One line: its telephone number, since when it is charged, and how it ends; a card and an address belong to it."""

    NUMBER_PREFIX = "L"
    LOCK_RANK = 40
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = {"contract": "MA8.1", "ordered_on": "MA8.1"}
    TOLD = ("contract", "ordered_on", "billing_starts_on")
    PERSONAL: ClassVar = {"msisdn": NO, "label": REST, "tags": REST, "ends_under": NO, "returns_to": NO}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="lines", verbose_name=_("contract"))
    msisdn = models.CharField(_("telephone number"), max_length=14, blank=True)
    label = models.CharField(
        _("label"),
        max_length=100,
        blank=True,
        help_text=_("The customer's own name for the line, such as the device's place."),
    )
    tags = models.CharField(
        _("tags"),
        max_length=200,
        blank=True,
        help_text=_("The customer's own words for sorting lines, blanks between."),
    )
    ordered_on = models.DateField(_("ordered on"))
    billing_starts_on = models.DateField(_("billing start date"), null=True, blank=True, editable=False)
    activated_on = models.DateField(_("in service since"), null=True, blank=True, editable=False)
    ends_on = models.DateField(_("last day"), null=True, blank=True, editable=False)
    ends_under = models.CharField(_("ends under"), max_length=12, blank=True, editable=False)
    leaves_with = models.ForeignKey(
        "sims.LineChange",
        models.PROTECT,
        related_name="lines",
        verbose_name=_("ends with the reduction"),
        null=True,
        blank=True,
        editable=False,
    )
    protected = models.BooleanField(_("protected against termination"), default=False, editable=False)
    returns_to = models.CharField(_("goes back to"), max_length=8, blank=True, editable=False)
    state = StateField(pgettext_lazy("of a line", "service"), default=Service.ORDERED, choices=Service)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = pgettext_lazy("records", "lines")
        ordering: ClassVar = ["number"]
        permissions: ClassVar = [
            ("activate_line", _("Can put lines into service")),
            ("pause_line", _("Can pause and resume lines")),
            ("end_line", _("Can end single lines")),
            ("protect_line", _("Can protect lines against termination")),
        ]
        indexes: ClassVar = [
            models.Index(OpClass("msisdn", name="varchar_pattern_ops"), name="line_msisdn", condition=~Q(msisdn="")),
            models.Index(
                OpClass(Reverse("msisdn"), name="varchar_pattern_ops"),
                name="line_msisdn_from_behind",
                condition=~Q(msisdn=""),
            ),
            models.Index(fields=["contract", "state", "id"], name="line_contract_state"),
            models.Index(fields=["contract", "number"], name="line_contract_number"),
            models.Index(fields=["state", "number"], name="line_state_number"),
            models.Index(fields=["ordered_on", "id"], condition=Q(state="ordered"), name="line_to_activate"),
            models.Index(
                fields=["ends_on", "id"], condition=Q(ends_on__isnull=False) & ~Q(state="ended"), name="line_end"
            ),
            models.Index(fields=["number"], condition=Q(protected=True), name="line_protected"),
            GinIndex(tags_apart(), name="line_tags", condition=~Q(tags="")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="line_state_known",
                condition=Q(state__in=Service.values),
                violation_error_code="MA8.1",
                violation_error_message=_("This is no state of a line."),
            ),
            models.UniqueConstraint(
                fields=["msisdn"],
                condition=~Q(msisdn="") & ~Q(state="ended"),
                name="one_living_line_per_number",
                violation_error_code="MA8.1",
                violation_error_message=_("Another living line has this telephone number."),
            ),
            models.CheckConstraint(
                name="line_number_well_formed",
                condition=Q(msisdn="") | Q(msisdn__regex=r"^0[0-9]{10}([0-9]{3})?$"),
                violation_error_code="MA8.1",
                violation_error_message=_("A telephone number is stored as 11 or 14 digits that begin with 0."),
            ),
            models.CheckConstraint(
                name="line_goes_back_where_it_was",
                condition=Q(state="stopped", returns_to__in=["active", "paused"])
                | (~Q(state="stopped") & Q(returns_to="")),
                violation_error_code="G26.1",
                violation_error_message=_("A stopped line knows the state to which it goes back, and only such a one."),
            ),
            models.CheckConstraint(
                name="line_end_has_a_day_and_a_clause",
                condition=(Q(ends_on=None, ends_under="") & ~Q(state="ended"))
                | (Q(ends_on__isnull=False) & ~Q(ends_under="")),
                violation_error_code="MA9.2",
                violation_error_message=_("An end has its day and the clause that makes it that day."),
            ),
            models.CheckConstraint(
                name="line_in_service_since_a_day",
                condition=~Q(state__in=["active", "paused", "stopped"]) | Q(activated_on__isnull=False),
                violation_error_code="G3",
                violation_error_message=_("A line in service says since when."),
            ),
            models.CheckConstraint(
                name="line_charged_from_its_order_on",
                condition=Q(billing_starts_on=None) | Q(billing_starts_on__gte=F("ordered_on")),
                violation_error_code="G3",
                violation_error_message=_("A line is charged from a day that is not before its order."),
            ),
            models.CheckConstraint(
                name="protected_line_has_no_end",
                condition=Q(protected=False) | Q(ends_on=None) | Q(state="ended"),
                violation_error_code="MA8.1",
                violation_error_message=_(
                    "The line is protected against termination. Switch the protection off first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.msisdn}".strip()

    @property
    def customer(self) -> Any:
        """Whose line it is."""
        return self.contract.customer

    @property
    def card(self) -> "SimCard | None":
        """The card that it has now; a list reads it with its rows."""
        read = getattr(self, "live_cards", None)
        return (read[0] if read else None) if read is not None else self.cards.live().first()

    @property
    def address(self) -> str:
        """The address that it has now; a list reads it with its rows."""
        read = getattr(self, "current_uses", None)
        use = self.address_uses.current().first() if read is None else next(iter(read), None)
        return use.address if use else ""

    @property
    def last_day(self) -> date | None:
        """Its last day, its own or that of its contract, whichever comes first."""
        days = [day for day in (self.ends_on, self.contract.ends_on) if day]
        return min(days, default=None)

    @property
    def network_policy(self) -> "NetworkPolicy | None":
        """What the network does with it now, a block before a throttle; None where it is normal."""
        read = getattr(self, "policies_now", None)
        return (read[0] if read else None) if read is not None else self.network_policies.in_force().first()

    @transition(
        field=state,
        allowed=ALLOWED,
        target=Service.ACTIVE,
        clause="G3",
        label=_("Put into service"),
        conditions=[contract_runs, has_a_card, nothing_hinders],
    )
    def activate(self, on: date) -> None:
        """Open the line in the network; its address is given in the same act (MA5.2)."""
        self.activated_on = on
        self.billing_starts_on = self.billing_starts_on or on

    @transition(field=state, allowed=ALLOWED, target=Service.PAUSED, clause="MA8.2", label=_("Pause"))
    def pause(self) -> None:
        """Pause it at the customer's wish; fees go on (G30.3)."""

    @transition(
        field=state,
        allowed=ALLOWED,
        target=Service.ACTIVE,
        clause="MA8.2",
        label=_("Resume"),
        conditions=[has_a_card, nothing_hinders],
    )
    def resume(self) -> None:
        """End the pause."""

    @transition(field=state, allowed=ALLOWED, target=Service.STOPPED, clause="G26.1", label=_("Stop with the contract"))
    def stop(self) -> None:
        """Stop it with its suspended contract, remembering where it was; fees go on (G30.3)."""
        self.returns_to = self.state

    @transition(field=state, allowed=ALLOWED, target=Service.ACTIVE, clause="G26.1", label=_("Give back to service"))
    def release(self) -> None:
        """Give the use back to a line that was in service."""
        self._back_to(Service.ACTIVE)

    @transition(field=state, allowed=ALLOWED, target=Service.PAUSED, clause="G26.1", label=_("Give back to its pause"))
    def release_paused(self) -> None:
        """Give the use back to a line that the customer had paused."""
        self._back_to(Service.PAUSED)

    def _back_to(self, state: str) -> None:
        if self.returns_to != state:
            raise refuse("G26.1", _("The line goes back to the state in which it was stopped."))
        self.returns_to = ""

    @transition(
        field=state,
        allowed=ALLOWED,
        clause="MA8.1",
        label=_("Schedule the line's end"),
        conditions=[not_protected, contract_not_protected, leaves_alone],
    )
    def schedule_end(self, on: date, under: str) -> None:
        """Set the last day of this line alone (MA8.1, MA10.1)."""
        if self.contract.ends_on is not None and on > self.contract.ends_on:
            raise refuse(
                under, said(_("Its contract ends on {day} already. Choose an earlier day."), day=self.contract.ends_on)
            )
        if on < self.ordered_on:
            raise refuse(under, said(_("The line was ordered on {day}; it cannot end before."), day=self.ordered_on))
        self.ends_on, self.ends_under = on, Clause(under).id

    @transition(
        field=state,
        allowed=ALLOWED,
        clause="MA8.1",
        label=_("Lift the line's end"),
        conditions=[end_is_booked, leaves_alone],
    )
    def lift_end(self, today: date) -> None:
        """Let the line go on, until its last day is over."""
        if self.ends_on is not None and self.ends_on < today:
            raise refuse("MA8.1", LAST_DAY_OVER)
        self.ends_on, self.ends_under, self.leaves_with = None, "", None

    @transition(field=state, allowed=ALLOWED, target=Service.ENDED, clause="MA9.2", label=_("End the line"))
    def end(self) -> None:
        """Close it on the day after its last one, or with its contract."""
        self.returns_to = ""

    @transition(
        field=state,
        allowed=ALLOWED,
        clause="MA8.1",
        label=_("Protect against termination"),
        conditions=[may_be_protected],
    )
    def protect(self, today: date) -> None:
        """Keep the line from being ended alone, which lifts an end already booked until its last day is over."""
        if self.ends_on is not None and self.ends_on < today:
            raise refuse("MA8.1", LAST_DAY_OVER)
        self.protected = True
        self.ends_on, self.ends_under, self.leaves_with = None, "", None

    @transition(
        field=state, allowed=ALLOWED, clause="MA8.1", label=_("Take the protection away"), conditions=[is_protected]
    )
    def unprotect(self) -> None:
        """Let the line be ended again."""
        self.protected = False
