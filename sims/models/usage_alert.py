"""Alerts of usage: that a line or a contract has reached so many per cent of its threshold, told once per period."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Customer
from iijiot.records import RecordedModel, RecordedQuerySet
from sims.models.line import Line
from sims.models.throttle_policy import ThrottlePolicy
from sims.models.usage import DAILY

PERCENTS = (50, 75, 90, 100)
"""What is told, in per cent of the threshold."""


class UsageAlertQuerySet(RecordedQuerySet["UsageAlert"]):
    """Alerts."""

    def at_threshold(self, on: date) -> "UsageAlertQuerySet":
        """Those that have reached the threshold itself, in a period that goes on, the latest first."""
        return self.filter(percent=100, period_last__gte=on).order_by("-reached_on", "pk")

    def at(self, percent: int) -> "UsageAlertQuerySet":
        """Those of one part of the threshold."""
        return self.filter(percent=percent)

    def after(self, pk: int) -> "UsageAlertQuerySet":
        """Those written later than one."""
        return self.filter(pk__gt=pk)

    def latest_pk(self) -> int:
        """The key of the last one; 0 where there is none."""
        return int(self.aggregate(latest=models.Max("pk"))["latest"] or 0)

    def wished_for(self) -> "UsageAlertQuerySet":
        """Those of which their customers wish to be told."""
        wished = AlertWish.objects.filter(customer=models.OuterRef("contract__customer"), is_wanted=True)
        return self.filter(models.Exists(wished.filter(from_percent__lte=models.OuterRef("percent"))))

    def of_line_called(self, number: str | None, msisdn: str) -> "UsageAlertQuerySet":
        """Those of the line of this number, or of those of this telephone number."""
        if number:
            return self.filter(line__number=number)
        return self.filter(line__msisdn=msisdn) if msisdn else self.none()

    def of_lines(self, lines: Any) -> "UsageAlertQuerySet":
        """Those of these lines."""
        return self.filter(line__in=lines)

    def with_list_data(self) -> "UsageAlertQuerySet":
        """With what a list shows of each."""
        return self.select_related("line", "contract__customer", "policy__customer")


class UsageAlert(RecordedModel):
    """A line, or a contract as a whole, has reached a part of its threshold. The highest part reached is told, each once
    in a period; a new period begins anew.
    """

    CUSTOMER = "contract__customer"
    FIXED: ClassVar = dict.fromkeys(
        ["contract", "line", "policy", "percent", "measured", "reached_on", "period_first", "period_last"], "MA15.2"
    )
    TOLD = ("percent", "line", "contract", "reached_on")
    GUARDED: ClassVar = {"measured": DAILY}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="usage_alerts", verbose_name=_("contract"))
    line = models.ForeignKey(
        Line, models.PROTECT, related_name="usage_alerts", verbose_name=_("line"), null=True, blank=True
    )
    policy = models.ForeignKey(
        ThrottlePolicy, models.PROTECT, related_name="alerts", verbose_name=_("throttling policy"), db_index=False
    )
    percent = models.PositiveSmallIntegerField(_("per cent of the threshold"))
    measured = models.BigIntegerField(_("bytes measured"))
    reached_on = models.DateField(_("reached on"))
    period_first = models.DateField(_("period from"))
    period_last = models.DateField(_("period to"))

    objects = UsageAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage alert")
        verbose_name_plural = _("usage alerts")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["period_last", "id"], condition=Q(percent=100), name="usage_alert_at_threshold")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="usage_alert_at_a_known_part",
                condition=Q(percent__in=PERCENTS, measured__gte=0),
                violation_error_code="MA15.2",
                violation_error_message=_("Alerts are given at 50, 75, 90 and 100 per cent."),
            ),
            models.CheckConstraint(
                name="usage_alert_in_its_period",
                condition=Q(reached_on__gte=F("period_first"), reached_on__lte=F("period_last")),
                violation_error_code="MA15.2",
                violation_error_message=_("An alert belongs to the period of the day on which it was reached."),
            ),
            models.UniqueConstraint(
                fields=["policy", "period_first", "percent", "contract", "line"],
                nulls_distinct=False,
                name="one_usage_alert_per_period",
                violation_error_code="MA15.2",
                violation_error_message=_("This was told in this period already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent}% {self.line or self.contract}"

    @property
    def customer(self) -> Any:
        """Whose usage it is."""
        return self.contract.customer


class AlertWish(RecordedModel):
    """A customer wishes to be told of its usage by mail, from a part of the threshold on. Without one, nobody is told."""

    FIXED: ClassVar = {"customer": "MA15.2"}
    TOLD = ("customer", "from_percent", "is_wanted")

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="alert_wish", verbose_name=_("customer"))
    from_percent = models.PositiveSmallIntegerField(
        _("tell from"), choices=[(percent, f"{percent} %") for percent in PERCENTS], default=75
    )
    is_wanted = models.BooleanField(_("wishes to be told"), default=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish for usage alerts")
        verbose_name_plural = _("wishes for usage alerts")
        ordering: ClassVar = ["customer"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="alert_wish_from_a_known_part",
                condition=Q(from_percent__in=PERCENTS),
                violation_error_code="MA15.2",
                violation_error_message=_("Alerts are given at 50, 75, 90 and 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.customer)
