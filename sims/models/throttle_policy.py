"""Throttling policies: how much is too much, in which time, how slow it then gets, and for how long (MA15.2)."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from contracts.catalogue.services import SERVICES
from contracts.models import Customer
from iijiot.personal import REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField
from iijiot.words import said

SERVICE = "mobile-access"
LONGEST = 92
GIGABYTE = 10**9
"""Volumes are told in decimal gigabytes, as in the trade."""


class State(models.TextChoices):
    """Where a version is."""

    STANDING = "standing", pgettext_lazy("of a policy", "Recorded")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a policy", "Withdrawn before its day")


TONES: dict[str, str] = {State.STANDING: "info", State.WITHDRAWN: "default"}

ALLOWED: Allowed = {"withdraw": [State.STANDING]}
"""What is allowed when."""


class Counts(models.TextChoices):
    """Whose bytes are summed."""

    LINE = "line", _("Per line")
    CONTRACT = "contract", _("Per contract, all its lines together")


class ThrottlePolicyQuerySet(RecordedQuerySet["ThrottlePolicy"]):
    """Versions by the day from which they hold."""

    def standing(self) -> "ThrottlePolicyQuerySet":
        """Those that were not withdrawn."""
        return self.filter(state=State.STANDING)

    def in_force(self, on: date) -> "list[ThrottlePolicy]":
        """What holds on a day, one version of each scope: a customer's own before one item's, that before the general one."""
        effective = self.standing().filter(effective_on__lte=on).select_related("customer")
        latest = effective.order_by("customer_id", "item", "-effective_on").distinct("customer_id", "item")
        return sorted((p for p in latest if not p.is_over), key=lambda p: (p.customer_id is None, p.item == "", p.pk))

    def for_contract(self, contract: Any, on: date) -> "ThrottlePolicy | None":
        """The one version that holds for a contract on a day."""
        return next((policy for policy in self.in_force(on) if policy.covers(contract)), None)

    def with_list_data(self) -> "ThrottlePolicyQuerySet":
        """With what a list shows of each: the day from which the next version of the same scope holds, too."""
        whose = Coalesce("customer_id", 0)
        following = ThrottlePolicy.objects.standing().alias(whose=whose).order_by("effective_on")
        following = following.filter(
            whose=Coalesce(OuterRef("customer_id"), 0),
            item=OuterRef("item"),
            effective_on__gt=OuterRef("effective_on"),
        )
        return self.select_related("customer").annotate(followed_on=Subquery(following.values("effective_on")[:1]))


class ThrottlePolicy(RecordedModel):
    """One version of a policy, from a day on; it never changes, so that an old throttle can always be explained."""

    LOCK_RANK = 7
    FIXED: ClassVar = dict.fromkeys(
        ["customer", "item", "counts", "threshold_bytes", "window_days", "speed_kbps", "duration_days", "effective_on",
         "is_over"],
        "MA15.2",
    )  # fmt: skip
    TOLD = ("customer", "counts", "threshold_bytes", "window_days", "speed_kbps", "duration_days", "effective_on")
    PERSONAL: ClassVar = {"withdrawn_because": REST}
    STAFF_ONLY = frozenset({"*"})

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="throttle_policies",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        help_text=_("Empty: for all who have no policy of their own."),
    )
    item = models.CharField(
        _("item"),
        max_length=20,
        blank=True,
        choices=[(item.code, item.words) for item in SERVICES[SERVICE].items],
        help_text=_("Empty: for every item of Mobile Access."),
    )
    counts = models.CharField(_("counts"), max_length=8, choices=Counts, default=Counts.LINE)
    threshold_bytes = models.BigIntegerField(
        _("threshold in bytes"), validators=[MinValueValidator(1)], help_text=_("1 GB is 1,000,000,000 bytes.")
    )
    window_days = models.PositiveSmallIntegerField(
        _("days counted"), default=3, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    speed_kbps = models.PositiveIntegerField(_("speed in kbit/s"), default=200, validators=[MinValueValidator(1)])
    duration_days = models.PositiveSmallIntegerField(
        _("days throttled"), default=3, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    effective_on = models.DateField(
        pgettext_lazy("of a policy", "effective on"),
        help_text=_("The first day on which a sum is judged by this version."),
    )
    is_over = models.BooleanField(
        _("ends the policy"),
        default=False,
        help_text=_(
            "From the day on nothing is throttled by this policy; of a customer's own, the general one holds again."
        ),
    )
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.STANDING, choices=State)

    objects = ThrottlePolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("throttling policy")
        verbose_name_plural = _("throttling policies")
        ordering: ClassVar = ["-effective_on", "-pk"]
        permissions: ClassVar = [("withdraw_throttlepolicy", _("Can withdraw throttling policies before their day"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="throttle_policy_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="MA15.2",
                violation_error_message=_("This is no state of a throttling policy."),
            ),
            models.CheckConstraint(
                name="throttle_policy_counts_something",
                condition=Q(counts__in=Counts.values)
                & Q(
                    threshold_bytes__gte=1,
                    window_days__range=(1, LONGEST),
                    duration_days__range=(1, LONGEST),
                    speed_kbps__gte=1,
                ),
                violation_error_code="MA15.2",
                violation_error_message=_("A policy counts bytes over 1 to 92 days, and throttles for as many."),
            ),
            models.CheckConstraint(
                name="throttle_policy_of_one_scope",
                condition=Q(customer=None) | Q(item=""),
                violation_error_code="MA15.2",
                violation_error_message=_("A customer's own policy holds for every item. Leave the item empty."),
            ),
            models.CheckConstraint(
                name="throttle_policy_withdrawn_for_a_reason",
                condition=(Q(state="withdrawn") & ~Q(withdrawn_because=""))
                | (~Q(state="withdrawn") & Q(withdrawn_because="")),
                violation_error_code="MA15.2",
                violation_error_message=_("A policy that is withdrawn says why."),
            ),
            models.UniqueConstraint(
                fields=["customer", "item", "effective_on"],
                condition=Q(state="standing"),
                nulls_distinct=False,
                name="one_throttle_policy_per_scope_and_day",
                violation_error_code="MA15.2",
                violation_error_message=_("Another version is effective on this day already. Withdraw it first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.effective_on}"

    def clean(self) -> None:
        """An item that Mobile Access has."""
        if self.customer_id and self.item:
            raise ValidationError(
                {
                    "item": ValidationError(
                        _("A customer's own policy holds for every item. Leave the item empty."), code="MA15.2"
                    )
                }
            )

    @property
    def scope(self) -> str:
        """For whom it holds, in words."""
        if self.customer_id:
            return str(self.customer)
        return str(self.get_item_display()) if self.item else str(SERVICES[SERVICE].name)

    @property
    def threshold(self) -> str:
        """How much in how many days, in words."""
        days = ngettext("in %(n)d day", "in %(n)d days", self.window_days) % {"n": self.window_days}
        return f"{self.threshold_bytes / GIGABYTE:g} GB / {days}"

    def covers(self, contract: Any) -> bool:
        """Whether it can hold for a contract, others with a narrower scope aside."""
        if contract.service_code != SERVICE:
            return False
        return contract.customer_id == self.customer_id if self.customer_id else self.item in ("", contract.item)

    def window(self, last: date) -> tuple[date, date]:
        """The days whose bytes are summed when they end on a day."""
        return last - timedelta(days=self.window_days - 1), last

    def until(self, first: date) -> date:
        """The last day of a throttle that begins on a day."""
        return first + timedelta(days=self.duration_days - 1)

    def period(self, day: date) -> tuple[date, date]:
        """The period of a day in which each alert is given once: the window as blocks, from the effective day on.

        Not the month: a throttle can come as often as the window, and each is to have its alerts before it.
        """
        first = self.effective_on + timedelta(
            days=(day - self.effective_on).days // self.window_days * self.window_days
        )
        return first, first + timedelta(days=self.window_days - 1)

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="MA15.2",
        label=pgettext_lazy("a policy", "Withdraw before its day"),
    )
    def withdraw(self, because: str, on: date) -> None:
        """Take a version back by which nothing was judged yet; the one before it goes on (MA15.2)."""
        if on >= self.effective_on:
            raise refuse(
                "MA15.2",
                said(
                    _("It is in force since {day} and explains what was throttled. Add a new version instead."),
                    day=self.effective_on,
                ),
            )
        self.withdrawn_because = because
