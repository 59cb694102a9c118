"""Changes of the number of lines: what was asked, from which day, and what became of it (MA8.1)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Application, Contract
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Where a change is."""

    PENDING = "pending", pgettext_lazy("of a change", "Waits for its day")
    DONE = "done", pgettext_lazy("of a change", "Carried out")
    CLOSED = "closed", pgettext_lazy("of a change", "Closed without effect")


TONES: dict[str, str] = {State.PENDING: "info", State.DONE: "success", State.CLOSED: "default"}

ALLOWED: Allowed = {"carry_out": [State.PENDING], "close": [State.PENDING], "shrink": [State.PENDING]}
"""What is allowed when."""


class Kind(models.TextChoices):
    """More lines or fewer."""

    MORE = "more", _("More lines")
    FEWER = "fewer", _("Fewer lines")


class Closed(models.TextChoices):
    """Why a change was closed without effect."""

    ENDS = "ends", _("The contract ends before")
    TAKEN_BACK = "taken-back", pgettext_lazy("of a change", "Taken back")
    PROTECTED = "protected", _("The contract or its lines were protected against termination")


class LineChangeQuerySet(RecordedQuerySet["LineChange"]):
    """Changes by what is to be done."""

    def latest_of(self, contract: Any) -> "LineChangeQuerySet":
        """Those of a contract, what waits first, then the latest."""
        waits = models.Case(models.When(state=State.PENDING, then=0), default=1)
        return self.filter(contract=contract).order_by(waits, "-pk")

    def pending(self) -> "LineChangeQuerySet":
        """Waiting for their day, the next first."""
        return self.filter(state=State.PENDING).order_by("effective_on", "pk")

    def of_contracts(self, ids: list[int]) -> "LineChangeQuerySet":
        """Those of these contracts."""
        return self.filter(contract__in=ids)

    def more(self) -> "LineChangeQuerySet":
        """Those by which lines are ordered."""
        return self.filter(kind=Kind.MORE)

    def fewer(self) -> "LineChangeQuerySet":
        """Those by which lines end."""
        return self.filter(kind=Kind.FEWER)

    def due(self, on: date) -> "LineChangeQuerySet":
        """Pending, and their day has come: more lines are there from it on, fewer have it as their last."""
        return self.pending().filter(Q(kind=Kind.MORE, effective_on__lte=on) | Q(kind=Kind.FEWER, effective_on__lt=on))

    def effective_from(self, on: date) -> "LineChangeQuerySet":
        """Those that take effect on a day or later."""
        return self.filter(effective_on__gte=on)

    def of_contract_called(self, number: str) -> "LineChangeQuerySet":
        """Those of the contract with this number."""
        return self.filter(contract__number=number)

    def taking(self, lines: Any) -> "LineChangeQuerySet":
        """Those with which one of these lines is to go."""
        return self.filter(pk__in=lines.order_by().values("leaves_with"), state=State.PENDING).order_by("pk")

    def lines_to_come(self, ids: Sequence[int]) -> int:
        """How many lines more are accepted for these contracts and not ordered yet (G14.3)."""
        waiting = self.filter(state=State.PENDING, kind=Kind.MORE, contract__in=ids)
        return int(waiting.aggregate(many=models.Sum("quantity"))["many"] or 0)

    def met_by_ends(self, ends: list[int], lifted: list[int]) -> "LineChangeQuerySet":
        """What waits at contracts that are to end, and what was closed because of ends of others that are lifted (L01)."""
        waits, closed = Q(state=State.PENDING, contract__in=ends), Q(closed_because=Closed.ENDS, contract__in=lifted)
        return self.filter(waits | closed)

    def overtaken(self, contract_ids: list[int]) -> "LineChangeQuerySet":
        """Pending changes that would come after the end of their contract (L01)."""
        after = Q(contract__ends_on__isnull=False, effective_on__gt=F("contract__ends_on")) | Q(contract__state="ended")
        return self.pending().filter(after, contract__in=contract_ids)

    def with_list_data(self) -> "LineChangeQuerySet":
        """With what a list shows of each."""
        return self.select_related("contract__customer", "application")


class LineChange(Numbered):
    """So many lines more or fewer from a day on; more come by an application that was screened and accepted (G15.2)."""

    NUMBER_PREFIX = "Q"
    LOCK_RANK = 38
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = {"contract": "MA8.1", "kind": "MA8.1", "application": "G15.2"}
    TOLD = ("kind", "quantity", "effective_on")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="line_changes", verbose_name=_("contract"))
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="line_changes",
        verbose_name=_("application"),
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    quantity = models.PositiveIntegerField(_("lines"))
    asked_on = models.DateField(_("asked for on"))
    effective_on = models.DateField(
        _("effective on"), help_text=_("More lines are there from this day on; fewer have it as their last day.")
    )
    closed_because = models.CharField(_("closed because"), max_length=10, choices=Closed, blank=True, editable=False)
    state = StateField(_("state"), default=State.PENDING, choices=State, db_index=True)

    objects = LineChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of lines")
        verbose_name_plural = _("changes of lines")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("change_lines", _("Can change the number of lines"))]
        indexes: ClassVar = [models.Index(fields=["state", "effective_on"], name="line_change_due")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="line_change_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="MA8.1",
                violation_error_message=_("This is no state of a change of lines."),
            ),
            models.CheckConstraint(
                name="line_change_of_some_lines",
                condition=Q(quantity__gte=1, kind__in=Kind.values),
                violation_error_code="MA8.1",
                violation_error_message=_("A change is of at least one line, more or fewer."),
            ),
            models.CheckConstraint(
                name="line_change_not_before_it_was_asked",
                condition=Q(effective_on__gte=F("asked_on")),
                violation_error_code="MA8.1",
                violation_error_message=_("A change takes effect on the day on which it was asked for, or later."),
            ),
            models.CheckConstraint(
                name="more_lines_come_by_an_application",
                condition=Q(kind="more", application__isnull=False) | Q(kind="fewer", application=None),
                violation_error_code="G15.2",
                violation_error_message=_("More lines come by an application; fewer need none."),
            ),
            models.CheckConstraint(
                name="line_change_closed_for_a_reason",
                condition=Q(state="closed", closed_because__in=Closed.values)
                | (~Q(state="closed") & Q(closed_because="")),
                violation_error_code="MA8.1",
                violation_error_message=_("A change that is closed without effect says why."),
            ),
            models.UniqueConstraint(
                fields=["application"],
                name="one_change_per_application",
                violation_error_code="G13.1",
                violation_error_message=_("The application has its change already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()} {self.quantity}"

    @property
    def customer(self) -> Any:
        """Whose contract it is."""
        return self.contract.customer

    @transition(field=state, allowed=ALLOWED, target=State.DONE, clause="MA8.1", label=_("Carry out the change"))
    def carry_out(self) -> None:
        """Its day has come: the lines are ordered, or end (MA8.1)."""

    @transition(
        field=state, allowed=ALLOWED, target=State.CLOSED, clause="MA8.1", label=_("Close the change without effect")
    )
    def close(self, because: str) -> None:
        """It will not take effect: the contract ends before, or it was taken back."""
        self.closed_because = because

    @transition(field=state, allowed=ALLOWED, clause="MA8.1", label=_("Leave lines out of the change"))
    def shrink(self, to: int) -> None:
        """Let fewer lines go with it: some of those that were to go were protected."""
        self.quantity = to
