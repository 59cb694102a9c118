"""What lines have used: bytes up and down of each day, as the network counts them."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from iijiot.measured import MeasuredModel, MeasuredQuerySet
from sims.models.line import Line

DAILY = "sims.view_dailyusage"
"""The permission that figures of less than a month need (G38.1)."""
BYTES = F("up") + F("down")


def total() -> Coalesce:
    """The sum of all bytes of some rows."""
    return Coalesce(Sum(BYTES), 0, output_field=models.DecimalField())


class UsageQuerySet(MeasuredQuerySet):
    """Usage by whose it is and when it was."""

    def of_line(self, line: Line) -> "UsageQuerySet":
        """That of one line."""
        return self.of_lines([line])

    def of_lines(self, lines: Sequence[Line]) -> "UsageQuerySet":
        """That of these lines, looked up by the whole key."""
        return self.filter(contract__in={line.contract_id for line in lines}, line__in=lines)

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

    def by_month(self) -> dict[date, int]:
        """All bytes of each month that has any rows, by its first day."""
        rows = self.order_by().values_list(TruncMonth("day")).annotate(all=total())
        return {first: int(many) for first, many in rows}

    def heaviest(self) -> "UsageQuerySet":
        """Those with the most bytes first."""
        return self.order_by(BYTES.desc(), "line")

    def latest_day(self) -> date | None:
        """The last day of which there is anything."""
        latest: date | None = self.aggregate(latest=models.Max("day"))["latest"]
        return latest


class DailyUsage(MeasuredModel):
    """The bytes of one line on one day. The last load of a day holds."""

    MEASURED = (
        "The network counts a row per line and day; who loaded them, from which file and when stands in FileImport."
    )

    pk = models.CompositePrimaryKey("day", "contract_id", "line_id")  # a line stays with its contract
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
