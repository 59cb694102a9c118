"""What lines have used: bytes up and down of each day, as the network counts them, and the loads by which they came."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from iijiot.measured import MeasuredModel, MeasuredQuerySet
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from sims.models.line import Line

BYTES = F("up") + F("down")


def total() -> Coalesce:
    """The sum of all bytes of some rows."""
    return Coalesce(Sum(BYTES), 0, output_field=models.DecimalField())


class UsageQuerySet(MeasuredQuerySet):
    """Usage by whose it is and when it was."""

    def of_line(self, line: Any) -> "UsageQuerySet":
        """That of one line."""
        return self.filter(line=line)

    def of_lines(self, lines: Any) -> "UsageQuerySet":
        """That of these lines."""
        return self.filter(line__in=lines)

    def of_contracts(self, ids: Sequence[int]) -> "UsageQuerySet":
        """That of these contracts."""
        return self.filter(contract__in=ids)

    def on(self, days: Sequence[date]) -> "UsageQuerySet":
        """That of these days, each looked up by the key."""
        return self.filter(day__in=days)

    def between(self, first: date, last: date) -> "UsageQuerySet":
        """That of a stretch of days, both included."""
        return self.filter(day__range=(first, last))

    def by_day(self) -> dict[date, tuple[int, int]]:
        """Bytes up and down of each day that has any rows."""
        rows = self.order_by().values_list("day").annotate(Sum("up"), Sum("down"))
        return {day: (int(up), int(down)) for day, up, down in rows}

    def by_line(self) -> dict[int, int]:
        """All bytes of each line that has any rows."""
        rows = self.order_by().values_list("line").annotate(all=total())
        return {line: int(many) for line, many in rows}

    def bytes(self) -> int:
        """All bytes, up and down."""
        return int(self.aggregate(all=total())["all"])

    def heaviest(self) -> "UsageQuerySet":
        """Those with the most bytes first."""
        return self.order_by(BYTES.desc(), "line")

    def latest_day(self) -> date | None:
        """The last day of which there is anything."""
        latest: date | None = self.aggregate(latest=models.Max("day"))["latest"]
        return latest


class DailyUsage(MeasuredModel):
    """The bytes of one line on one day. The last load of a day holds."""

    MEASURED = "The network counts a row per line and day; who loaded them, from where and when stands in UsageLoad."

    pk = models.CompositePrimaryKey("day", "line_id")
    day = models.DateField(_("day"))
    line = models.ForeignKey(
        Line, models.DO_NOTHING, related_name="usage", verbose_name=_("line"), db_constraint=False, db_index=False
    )
    contract = models.ForeignKey(
        Contract, models.DO_NOTHING, related_name="+", verbose_name=_("contract"), db_constraint=False, db_index=False
    )
    up = models.BigIntegerField(_("bytes up"))
    down = models.BigIntegerField(_("bytes down"))

    objects = UsageQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily usage")
        verbose_name_plural = _("daily usage")
        ordering: ClassVar = ["day", "line"]
        indexes: ClassVar = [models.Index(fields=["day", "contract"], name="usage_of_contracts")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="usage_is_not_negative",
                condition=Q(up__gte=0, down__gte=0),
                violation_error_code="MA15.2",
                violation_error_message=_("Bytes are never fewer than none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.line_id}"


class ContractUsage(MeasuredModel):
    """The sum of a contract's lines on one day, kept in step by each load."""

    MEASURED = "Sums of DailyUsage, reckoned anew in the same transaction whenever rows of their day are loaded."

    pk = models.CompositePrimaryKey("contract_id", "day")
    contract = models.ForeignKey(
        Contract,
        models.DO_NOTHING,
        related_name="usage",
        verbose_name=_("contract"),
        db_constraint=False,
        db_index=False,
    )
    day = models.DateField(_("day"))
    lines = models.IntegerField(_("lines"))
    up = models.BigIntegerField(_("bytes up"))
    down = models.BigIntegerField(_("bytes down"))

    objects = UsageQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily usage of a contract")
        verbose_name_plural = _("daily usage of contracts")
        ordering: ClassVar = ["contract", "day"]
        indexes: ClassVar = [models.Index(fields=["day"], name="usage_sums_of_days")]

    def __str__(self) -> str:
        return f"{self.day} {self.contract_id}"


class UsageLoadQuerySet(RecordedQuerySet["UsageLoad"]):
    """Loads of usage."""

    def newest(self) -> "UsageLoadQuerySet":
        """The latest first."""
        return self.order_by("-pk")


class UsageLoad(RecordedModel):
    """One load of daily usage: from where, which days, how many rows, and how many of them corrected earlier figures."""

    TOLD = ("source", "first_day", "last_day", "rows")
    PERSONAL: ClassVar = {"source": NO}
    STAFF_ONLY = frozenset({"*"})

    source = models.CharField(_("source"), max_length=200, help_text=_("Such as the name of the host carrier's file."))
    loaded_on = models.DateField(_("loaded on"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    rows = models.PositiveIntegerField(_("rows"))
    added = models.PositiveIntegerField(_("new"))
    corrected = models.PositiveIntegerField(_("corrected"), help_text=_("Rows that were there with other figures."))
    told_before = models.PositiveIntegerField(
        _("throttles and alerts of corrected days"),
        help_text=_("They rest on the figures as they were, and stay as they are."),
    )

    objects = UsageLoadQuerySet.as_manager()

    class Meta:
        verbose_name = _("load of usage")
        verbose_name_plural = _("loads of usage")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="usage_load_of_days_that_have_come",
                condition=Q(first_day__lte=F("last_day"), last_day__lte=F("loaded_on")),
                violation_error_code="MA15.2",
                violation_error_message=_("Usage is loaded of days that have come, the first before the last."),
            ),
            models.CheckConstraint(
                name="usage_load_counts_its_rows",
                condition=Q(rows__gte=F("added") + F("corrected")),
                violation_error_code="MA15.2",
                violation_error_message=_("A load adds and corrects no more rows than it has."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.first_day} – {self.last_day}"
