"""How cards are called back that did not come: what staff have set."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from iijiot.records import RecordedModel, RecordedQuerySet

ONLY = 1
LONGEST = 29
"""Days before the due day, at most, on which customers are reminded: a card has thirty in all (MA9.2)."""


def fortnight_week_day() -> list[int]:
    """As it is delivered: two weeks, a week and a day before."""
    return [14, 7, 1]


class ReturnPolicyQuerySet(RecordedQuerySet["ReturnPolicy"]):
    """The one there is."""

    def there(self) -> "ReturnPolicy | None":
        """What staff have set."""
        return self.filter(pk=ONLY).first()


class ReturnPolicy(RecordedModel):
    """When customers are reminded of cards, how often they are dunned, and when a due day on a holiday is over (MA9.2)."""

    LOCK_RANK = 7
    TOLD = ("reminded_days_before", "weeks_between", "most_times", "waits_for_working_day")
    STAFF_ONLY = frozenset({"*"})

    reminded_days_before = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("reminded so many days before"),
        default=fortnight_week_day,
        blank=True,
        size=5,
        help_text=_("Days before the due day, such as 14, 7, 1; none: nobody is reminded beforehand."),
    )
    weeks_between = models.PositiveSmallIntegerField(_("weeks between two reminders"), default=1)
    most_times = models.PositiveSmallIntegerField(
        _("reminders at most"), default=4, help_text=_("After the last one, staff close the card.")
    )
    waits_for_working_day = models.BooleanField(
        _("a due day on a holiday passes to the next working day"),
        default=True,
        help_text=_("Before a card counts as overdue (Civil Code art. 142)."),
    )

    objects = ReturnPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("how cards are called back")
        verbose_name_plural = _("how cards are called back")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="one_return_policy",
                condition=Q(id=ONLY),
                violation_error_code="MA9.2",
                violation_error_message=_("There is one such setting only: change the one that is there."),
            ),
            models.CheckConstraint(
                name="return_policy_dunned_in_weeks",
                condition=Q(weeks_between__gte=1, weeks_between__lte=52, most_times__lte=52),
                violation_error_code="MA9.2",
                violation_error_message=_("Give 1 to 52 weeks, and at most 52 reminders."),
            ),
            models.CheckConstraint(
                name="return_policy_reminds_in_time",
                condition=Q(reminded_days_before__contained_by=list(range(1, LONGEST + 1))),
                violation_error_code="MA9.2",
                violation_error_message=_("Give days from 1 to 29: a card is due thirty days after the end."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Calling cards back"))

    def complete(self) -> None:
        """Take the one place, and put the days in their order."""
        if self._state.adding:
            self.pk = ONLY
        self.reminded_days_before = sorted(set(self.reminded_days_before or ()), reverse=True)

    def clean(self) -> None:
        """Refuse a second one."""
        if self._state.adding and ReturnPolicy.objects.there():
            raise ValidationError(_("There is one such setting only: change the one that is there."), code="MA9.2")

    @property
    def gap(self) -> timedelta:
        """How long after one reminder the next comes."""
        return timedelta(weeks=self.weeks_between)


def most_times() -> Any:
    """How often cards are dunned at most, as a query finds it: what staff have set, or as it is delivered."""
    set_by_staff = ReturnPolicy.objects.order_by().values("most_times")[:1]
    return Coalesce(Subquery(set_by_staff), ReturnPolicy().most_times)


def in_force() -> ReturnPolicy:
    """What staff have set; before that as it is delivered."""
    return ReturnPolicy.objects.there() or ReturnPolicy()
