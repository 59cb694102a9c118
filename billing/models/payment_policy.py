"""How debts are collected: what staff have set for all customers."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet

ONLY = 1


class PaymentPolicyQuerySet(RecordedQuerySet["PaymentPolicy"]):
    """The one there is."""

    def there(self) -> "PaymentPolicy | None":
        """What staff have set."""
        return self.filter(pk=ONLY).first()


class PaymentPolicy(RecordedModel):
    """When customers are reminded of overdue invoices, when a suspension is proposed, and how the grace ends (G33, G35)."""

    LOCK_RANK = 7
    TOLD = ("reminder_days", "suspension_days", "grace_waits_for_working_day")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"reminder_days": NO}

    reminder_days = models.CharField(
        _("reminders, days after the due day"),
        max_length=60,
        blank=True,
        default="3, 11, 31, 60",
        help_text=_("Each once for each invoice; the letter names all that are overdue. Empty: none."),
    )
    suspension_days = models.PositiveSmallIntegerField(
        _("days overdue from which a suspension is proposed"),
        default=11,
        help_text=_("Only of contracts with overdue charges; staff look and choose (G26.1.1)."),
    )
    grace_waits_for_working_day = models.BooleanField(
        _("ten days that end on a holiday end with the next working day"),
        default=True,
        help_text=_("Before a late charge is due (Civil Code art. 142)."),
    )

    objects = PaymentPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("how debts are collected")
        verbose_name_plural = _("how debts are collected")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="one_payment_policy",
                condition=Q(id=ONLY),
                violation_error_code="G33",
                violation_error_message=_("There is one such setting only: change the one that is there."),
            ),
            models.CheckConstraint(
                name="payment_policy_suspends_late",
                condition=Q(suspension_days__gte=1, suspension_days__lte=365),
                violation_error_code="G26.1.1",
                violation_error_message=_("Give 1 to 365 days."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Collecting debts"))

    def complete(self) -> None:
        """Take the one place."""
        if self._state.adding:
            self.pk = ONLY

    def clean(self) -> None:
        """Refuse a second one, and days that are none."""
        if self._state.adding and PaymentPolicy.objects.there():
            raise ValidationError(_("There is one such setting only: change the one that is there."), code="G33")
        days = [part.strip() for part in self.reminder_days.replace("、", ",").split(",") if part.strip()]
        if not all(day.isdecimal() and 1 <= int(day) <= 365 for day in days):
            sentence = _("Write days from 1 to 365 with commas between, such as 3, 11, 31.")
            raise ValidationError({"reminder_days": ValidationError(sentence, code="G33")})
        self.reminder_days = ", ".join(str(day) for day in sorted({int(day) for day in days}))

    @property
    def steps(self) -> list[int]:
        """So many days after the due day a customer is reminded."""
        return [int(day) for day in self.reminder_days.split(",") if day.strip()]


def in_force() -> PaymentPolicy:
    """What staff have set; before that as it is delivered."""
    return PaymentPolicy.objects.there() or PaymentPolicy()
