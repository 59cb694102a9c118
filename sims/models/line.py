"""Lines of a Mobile Access contract: ordered, in service, paused or stopped, ended."""

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Exists, F, Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from iijiot.clauses import Clause
from iijiot.lookups import many
from iijiot.personal import NO, REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import refuse, transition
from iijiot.states import StateField
from iijiot.words import said
from sims.models.card_state import Custody
from sims.models.line_rules import contract_runs, has_a_card, not_protected, nothing_hinders
from sims.models.line_state import ALLOWED, Service
from sims.models.many import ManyLines, cards_of_line, open_reports

if TYPE_CHECKING:
    from sims.models.card import SimCard


class LineQuerySet(ManyLines, RecordedQuerySet["Line"]):
    """Lines by what people ask of them."""

    def living(self) -> "LineQuerySet":
        """Those that have not ended."""
        return self.filter(state__in=Service.living())

    def contracts(self) -> Any:
        """The contracts of these lines, with their customers."""
        ids = self.order_by().values("contract")
        return Contract.objects.among(ids).select_related("customer").order_by("pk")

    def of_contracts(self, ids: Any) -> "LineQuerySet":
        """Those of these contracts."""
        return self.filter(contract__in=ids)

    def without_card(self) -> "LineQuerySet":
        """Living lines that wait for a card, the first ordered first (G13.2).

        One whose card was found again after its loss waits for the procedure instead (MA10.1).
        """
        waiting = self.living().filter(~Exists(cards_of_line(Custody.live())), ~Exists(open_reports()))
        return waiting.order_by("ordered_on", "pk")

    def ready(self) -> "LineQuerySet":
        """Ordered, with a card that was sent out, on a contract that runs, and nothing hindering it (MA1, MA7)."""
        ordered = self.filter(state=Service.ORDERED, contract__state__in=["active", "restricted"])
        return ordered.unhindered().order_by("pk")

    def waiting_for_first_card(self) -> "LineQuerySet":
        """Ordered lines that wait for a card: those that the clerk sees to; a line in service always has one (MA8.1)."""
        return self.filter(state=Service.ORDERED).without_card()

    def free(self) -> "LineQuerySet":
        """Held for us, without those that somebody else holds at this moment."""
        return self.select_for_update(of=("self",), no_key=True, skip_locked=True)

    def unnumbered(self) -> "LineQuerySet":
        """Those without a telephone number."""
        return self.filter(msisdn="")

    def not_charged_yet(self) -> "LineQuerySet":
        """Living lines whose billing start date is still open."""
        return self.living().filter(billing_starts_on=None)

    def going_back_to(self, state: str) -> "LineQuerySet":
        """Stopped lines that go back to a state."""
        return self.filter(returns_to=state)

    def count_by_contract(self, ids: list[int]) -> dict[int, int]:
        """How many living lines these contracts have; those without any are left out."""
        rows = self.living().of_contracts(ids).order_by().values_list("contract")
        return dict(rows.annotate(models.Count("pk")))

    def to_activate(self) -> "LineQuerySet":
        """Ordered, and not in service yet."""
        return self.filter(state=Service.ORDERED).order_by("ordered_on", "pk")

    def over(self, on: date) -> "LineQuerySet":
        """Living lines with an end of their own whose last day is before this day."""
        return self.filter(state__in=Service.living(), ends_on__lt=on)

    def ending(self) -> "LineQuerySet":
        """Living lines with an end of their own to come, the next first."""
        return self.filter(state__in=Service.living(), ends_on__isnull=False).order_by("ends_on", "pk")

    def chosen_for(self, change: Any) -> "LineQuerySet":
        """Those that go with a reduction."""
        return self.filter(leaves_with=change)

    def spans_by_number(self, msisdns: list[str]) -> dict[str, list[tuple[int, date, date]]]:
        """Which lines had these telephone numbers, each from when until when; a number can go to another line later."""
        spans: dict[str, list[tuple[int, date, date]]] = defaultdict(list)
        rows = self.filter(msisdn__any_of=many(msisdns)).order_by("pk")
        for msisdn, pk, begins, ends in rows.values_list("msisdn", "pk", "ordered_on", "ends_on"):
            spans[msisdn].append((pk, begins, ends or date.max))
        return spans

    def with_list_data(self) -> "LineQuerySet":
        """With what a list shows of each."""
        return self.select_related("contract__customer")


class Line(Numbered):
    """One line: its telephone number, since when it is charged, and how it ends; a card and an address belong to it."""

    NUMBER_PREFIX = "L"
    LOCK_RANK = 40
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = {"contract": "MA8.1", "ordered_on": "MA8.1"}
    TOLD = ("contract", "ordered_on", "billing_starts_on")
    PERSONAL: ClassVar = {"msisdn": NO, "label": REST, "ends_under": NO, "returns_to": NO}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="lines", verbose_name=_("contract"))
    msisdn = models.CharField(_("telephone number"), max_length=14, blank=True)
    label = models.CharField(
        _("label"),
        max_length=100,
        blank=True,
        help_text=_("The customer's own name for the line, such as the device's place."),
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
    state = StateField(_("service"), default=Service.ORDERED, choices=Service)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
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
            models.Index(fields=["ends_on", "id"], condition=Q(ends_on__isnull=False), name="line_end"),
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
        field=state, allowed=ALLOWED, clause="MA8.1", label=_("Schedule the line's end"), conditions=[not_protected]
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

    @transition(field=state, allowed=ALLOWED, clause="MA8.1", label=_("Lift the line's end"))
    def lift_end(self) -> None:
        """Let the line go on."""
        self.ends_on, self.ends_under, self.leaves_with = None, "", None

    @transition(field=state, allowed=ALLOWED, target=Service.ENDED, clause="MA9.2", label=_("End the line"))
    def end(self) -> None:
        """Close it on the day after its last one, or with its contract."""
        self.returns_to = ""

    @transition(field=state, allowed=ALLOWED, clause="MA8.1", label=_("Protect against termination"))
    def protect(self) -> None:
        """Keep the line from being ended alone, which lifts an end already booked."""
        if self.protected:
            raise refuse("MA8.1", _("The line is protected already."))
        self.protected = True
        self.ends_on, self.ends_under, self.leaves_with = None, "", None

    @transition(field=state, allowed=ALLOWED, clause="MA8.1", label=_("Take the protection away"))
    def unprotect(self) -> None:
        """Let the line be ended again."""
        if not self.protected:
            raise refuse("MA8.1", _("The line is not protected."))
        self.protected = False
