"""The company itself: how letters and mails name their sender. `present()` is all that others need."""

from email.utils import formataddr
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.actors import Actor
from iijiot.identifiers import clean_invoice_number
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet, chapter, locked

ONLY = 1


class CompanyQuerySet(RecordedQuerySet["Company"]):
    """The one row, once it is there."""

    def there(self) -> "Company | None":
        """The company as it was set up; None before that."""
        return self.filter(pk=ONLY).first()


class Company(RecordedModel):
    """Who sends letters and mails. There is one."""

    LOCK_RANK = 4
    TOLD = ("name", "desk")
    PERSONAL: ClassVar = dict.fromkeys(
        ("name", "desk", "postal_code", "address", "phone", "sender", "invoice_number", "bank_account"), NO
    )

    name = models.CharField(pgettext_lazy("of a body", "name"), max_length=100)
    desk = models.CharField(_("desk"), max_length=100, help_text=_("Stands below the name, as who can be asked."))
    postal_code = models.CharField(
        _("postal code"), max_length=8, validators=[RegexValidator(r"^\d{3}-\d{4}\Z", _("Write it as 102-0071."))]
    )
    address = models.CharField(_("address"), max_length=300)
    phone = models.CharField(
        _("telephone"),
        max_length=20,
        validators=[RegexValidator(r"^\+?\d[\d\-]*\d\Z", _("Digits and hyphens only, such as 03-1234-5678."))],
    )
    sender = models.EmailField(
        _("sender of mails"), blank=True, help_text=_("Empty: the address in the settings (DEFAULT_FROM_EMAIL).")
    )
    invoice_number = models.CharField(
        _("registration number"),
        max_length=20,  # as typed, blanks and hyphens included; T and thirteen digits as stored
        blank=True,
        help_text=_("T and 13 digits, as registered for qualified invoices. No invoice is issued without it."),
    )
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    bank_account = models.CharField(
        _("account for transfers"),
        max_length=200,
        blank=True,
        help_text=_("As it stands on invoices: bank, branch, kind, number, holder."),
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        app_label = "iijiot"
        verbose_name = _("company")
        verbose_name_plural = _("company")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="company_is_one",
                condition=Q(id=ONLY),
                violation_error_message=_("There is one company only: change the one that is there."),
            ),
            models.CheckConstraint(
                name="company_is_registered_from_a_day",
                condition=Q(invoice_number="", registered_on=None)
                | Q(invoice_number__regex=r"^T[0-9]{13}$", registered_on__isnull=False),
                violation_error_code="G37",
                violation_error_message=_("Give the registration number together with the day of the registration."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def complete(self) -> None:
        """Take the one place."""
        if self._state.adding:
            self.pk = ONLY

    def clean(self) -> None:
        """Refuse a second one, and a registration number of another form than T and thirteen digits (G37)."""
        if self._state.adding and Company.objects.there():
            raise ValidationError(_("There is one company only: change the one that is there."))
        if self.invoice_number:
            try:
                self.invoice_number = clean_invoice_number(self.invoice_number)
            except ValidationError as error:
                raise ValidationError({"invoice_number": error}) from error

    @property
    def mail_sender(self) -> str:
        """What stands under "From" of a mail."""
        return formataddr((self.name, self.sender)) if self.sender else settings.DEFAULT_FROM_EMAIL


def as_in_the_terms() -> Company:
    """The company as the terms name it, without an address."""
    return Company(name="株式会社インターネットイニシアティブ", desk="IIJ IoT サポート窓口")


def present() -> Company:
    """The company as it was set up; before that as the terms name it."""
    return Company.objects.there() or as_in_the_terms()


def record(values: dict[str, Any], *, actor: Actor, reason: str = "") -> Company:
    """Set the company up, or change what is given of it. Raises ValidationError with everything that is wrong."""
    with chapter(actor=actor, reason=reason):
        there = Company.objects.there()
        with locked(*([there] if there else [])) as rows:
            held: Company = rows[0] if rows else present()
            for name, value in values.items():
                setattr(held, name, value)
            held.save()
    return held
