"""What the network does with a line beside its service: throttled or blocked, by whom, until when. Never a life-cycle state."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Contract
from iijiot.clauses import Clause
from iijiot.personal import REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField
from sims.models.line import Line
from sims.models.throttle_policy import ThrottlePolicy
from sims.models.usage import DAILY


class State(models.TextChoices):
    """Whether it is in force, and if not, by what it came to its end."""

    IN_FORCE = "in-force", pgettext_lazy("of a network policy", "In force")
    EXPIRED = "expired", pgettext_lazy("of a network policy", "Over by its time")
    LIFTED = "lifted", pgettext_lazy("of a network policy", "Lifted by staff")
    LINE_ENDED = "line-ended", pgettext_lazy("of a network policy", "Over with its line")


TONES: dict[str, str] = {
    State.IN_FORCE: "warning",
    State.EXPIRED: "default",
    State.LIFTED: "success",
    State.LINE_ENDED: "default",
}

ALLOWED: Allowed = {"lift": [State.IN_FORCE], "expire": [State.IN_FORCE], "fall_away": [State.IN_FORCE]}
"""What is allowed when."""


class Kind(models.TextChoices):
    """What the network does."""

    THROTTLED = "throttled", pgettext_lazy("of a line", "Throttled")
    BLOCKED = "blocked", pgettext_lazy("of a line", "Blocked")


KIND_TONES: dict[str, str] = {Kind.THROTTLED: "warning", Kind.BLOCKED: "danger"}


class Ground(models.TextChoices):
    """Under what a line is throttled or blocked; the value is the clause."""

    VOLUME = "MA15.2", _("Volume over the threshold")
    LOSS = "MA10.1", _("Fault or loss reported")
    DEVICE = "MA15.1", _("Device that may not connect")
    WISH = "MA8.2", _("At the customer's wish")


BY_STAFF = [Ground.LOSS, Ground.DEVICE, Ground.WISH]
"""Grounds on which staff block a single line; for breach of duties the contract is suspended, with its notice (G26.2)."""


class NetworkPolicyQuerySet(RecordedQuerySet["NetworkPolicy"]):
    """Throttles and blocks, present and past."""

    def in_force(self) -> "NetworkPolicyQuerySet":
        """Those that hold now, blocks before throttles."""
        return self.filter(state=State.IN_FORCE).order_by("kind", "pk")

    def now(self) -> "NetworkPolicyQuerySet":
        """In force, those that end first before the others."""
        return self.filter(state=State.IN_FORCE).order_by("until_day", "pk")

    def of_line_called(self, number: str | None, msisdn: str) -> "NetworkPolicyQuerySet":
        """Those on the line of this number, or on those of this telephone number."""
        if number:
            return self.filter(line__number=number)
        return self.filter(line__msisdn=msisdn) if msisdn else self.none()

    def throttles(self) -> "NetworkPolicyQuerySet":
        """Throttles alone."""
        return self.filter(kind=Kind.THROTTLED)

    def blocks(self) -> "NetworkPolicyQuerySet":
        """Blocks alone."""
        return self.filter(kind=Kind.BLOCKED)

    def of_lines(self, lines: Any) -> "NetworkPolicyQuerySet":
        """Those on these lines."""
        return self.filter(line__in=lines)

    def expired(self, on: date) -> "NetworkPolicyQuerySet":
        """In force, and their last day is before this day."""
        return self.filter(state=State.IN_FORCE, until_day__lt=on)

    def during(self, first: date, last: date) -> "NetworkPolicyQuerySet":
        """Those that held on some day of a stretch."""
        return self.filter(Q(over_on=None) | Q(over_on__gte=first), from_day__lte=last)

    def of_contracts(self, ids: Any) -> "NetworkPolicyQuerySet":
        """Those on lines of these contracts."""
        return self.filter(contract__in=ids)

    def with_list_data(self) -> "NetworkPolicyQuerySet":
        """With what a list shows of each."""
        return self.select_related("line", "contract__customer", "policy__customer")


class NetworkPolicy(RecordedModel):
    """A throttle or a block of one line: by which policy and which traffic, or by which member of staff and why."""

    LOCK_RANK = 45
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = dict.fromkeys(
        ["line", "contract", "kind", "ground", "policy", "measured", "window_first", "window_last", "from_day",
         "until_day"],
        "MA15.2",
    )  # fmt: skip
    TOLD = ("kind", "line", "from_day", "until_day", "ground")
    PERSONAL: ClassVar = {"because": REST, "over_because": REST}
    GUARDED: ClassVar = {"measured": DAILY}

    line = models.ForeignKey(Line, models.PROTECT, related_name="network_policies", verbose_name=_("line"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="network_policies", verbose_name=_("contract"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    ground = models.CharField(pgettext_lazy("of a throttle or block", "ground"), max_length=12, choices=Ground)
    policy = models.ForeignKey(
        ThrottlePolicy,
        models.PROTECT,
        related_name="throttles",
        verbose_name=_("throttling policy"),
        null=True,
        blank=True,
    )
    measured = models.BigIntegerField(_("bytes measured"), null=True, blank=True)
    window_first = models.DateField(_("counted from"), null=True, blank=True)
    window_last = models.DateField(_("counted to"), null=True, blank=True)
    because = models.CharField(_("reason"), max_length=300, blank=True)
    from_day = models.DateField(pgettext_lazy("of a throttle or block", "from"))
    until_day = models.DateField(pgettext_lazy("of a throttle or block", "until"), null=True, blank=True)
    over_on = models.DateField(_("over on"), null=True, blank=True, editable=False)
    over_because = models.CharField(_("lifted because"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.IN_FORCE, choices=State)

    objects = NetworkPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("throttle or block")
        verbose_name_plural = _("throttles and blocks")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("block_line", _("Can block lines and let them in again")),
            ("lift_throttle", _("Can lift throttles early")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until_day", "id"], condition=Q(state="in-force"), name="network_policy_expires"),
            models.Index(fields=["kind", "id"], condition=Q(state="in-force"), name="network_policy_now"),
            models.Index(fields=["contract", "window_last"], name="network_policy_contract"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="network_policy_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="MA15.2",
                violation_error_message=_("This is no state of a throttle or block."),
            ),
            models.CheckConstraint(
                name="throttle_rests_on_a_policy",
                condition=Q(
                    kind="throttled",
                    ground="MA15.2",
                    policy__isnull=False,
                    measured__gte=0,
                    window_first__isnull=False,
                    window_last__gte=F("window_first"),
                    from_day__gt=F("window_last"),
                    until_day__isnull=False,
                )
                | Q(kind="blocked", policy=None, measured=None, window_first=None, window_last=None),
                violation_error_code="MA15.2",
                violation_error_message=_(
                    "A throttle names its policy, what was measured in which days, and until when it lasts; a block does not."
                ),
            ),
            models.CheckConstraint(
                name="block_has_a_ground_and_a_reason",
                condition=Q(kind="throttled") | (Q(kind="blocked", ground__in=BY_STAFF) & ~Q(because="")),
                violation_error_code="MA15.2",
                violation_error_message=_("A block names its ground and the reason."),
            ),
            models.CheckConstraint(
                name="network_policy_ends_after_it_begins",
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
                violation_error_code="MA15.2",
                violation_error_message=_("It ends on the day on which it begins, or later."),
            ),
            models.CheckConstraint(
                name="network_policy_over_on_a_day",
                condition=Q(state="in-force", over_on=None) | (~Q(state="in-force") & Q(over_on__gte=F("from_day"))),
                violation_error_code="MA15.2",
                violation_error_message=_("What is over says since when, not before it began."),
            ),
            models.CheckConstraint(
                name="network_policy_lifted_for_a_reason",
                condition=(Q(state="lifted") & ~Q(over_because="")) | (~Q(state="lifted") & Q(over_because="")),
                violation_error_code="MA15.2",
                violation_error_message=_("What staff lift says why; what ends by itself does not."),
            ),
            models.UniqueConstraint(
                fields=["line", "kind"],
                condition=Q(state="in-force"),
                name="one_network_policy_of_a_kind_per_line",
                violation_error_code="MA15.2",
                violation_error_message=_("The line is throttled, or blocked, already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.line}"

    @property
    def customer(self) -> Any:
        """Whose line it is."""
        return self.contract.customer

    @property
    def clause_value(self) -> Clause:
        """The clause under which it is."""
        return Clause(self.ground)

    @property
    def last_day(self) -> date | None:
        """The last day on which it held, or will."""
        return self.over_on or self.until_day

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.LIFTED,
        clause="MA15.2",
        label=pgettext_lazy("a throttle or block", "Lift"),
    )
    def lift(self, on: date, because: str) -> None:
        """Staff give the line its full use back before the time, and say why (MA15.2)."""
        if on < self.from_day:
            raise refuse("MA15.2", _("It has not begun yet. Lift it on its first day or later."))
        self.over_on, self.over_because = on, because

    @transition(field=state, allowed=ALLOWED, target=State.EXPIRED, clause="MA15.2", label=_("Let it end by its time"))
    def expire(self) -> None:
        """Its last day is over (MA15.2)."""
        self.over_on = self.until_day

    @transition(
        field=state, allowed=ALLOWED, target=State.LINE_ENDED, clause="MA15.2", label=_("Let it end with its line")
    )
    def fall_away(self, on: date) -> None:
        """The line has ended, and with it what the network does with it (MA15.2)."""
        self.over_on = on
