"""The company's own accounts at banks, and how each bank writes its files."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.zengin.days import Years
from billing.zengin.debits import Account
from billing.zengin.kana import half_width
from billing.zengin.writing import LineEnd
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet


def digits(many: int) -> RegexValidator:
    """So many digits, no more and no fewer."""
    return RegexValidator(rf"^[0-9]{{{many}}}\Z", _("Write digits only, as many as the bank gives."), code="G33")


class AccountKind(models.TextChoices):
    """Kinds of accounts that debits and transfers know."""

    ORDINARY = "1", _("Ordinary")
    CURRENT = "2", _("Current")
    TAX = "3", _("Tax savings")
    OTHER = "9", pgettext_lazy("of an account", "Other")


class CreditsFrom(models.TextChoices):
    """By which file an account's credits are booked: a bank that sends both tells each credit twice."""

    NOTIFICATION = "01", _("Credit notification (01)")
    STATEMENT = "03", _("Account statement (03)")


class VirtualIn(models.TextChoices):
    """Where a bank writes the payer's virtual account: it differs from bank to bank."""

    NOWHERE = "nowhere", _("Not used")
    PAYER_CODE = "payer-code", _("In the payer's code")
    PAYER_HEAD = "payer-head", _("At the head of the payer's name")
    REMARK = "remark", _("In the remark")
    EDI = "edi", _("In the EDI information")


def kana(value: str) -> str:
    """A name as banks write it. Raises ValidationError for signs that they do not."""
    try:
        return half_width(value).strip()
    except ValueError as error:
        raise ValidationError(
            _("Write it in kana, capital letters and digits; banks do not take “%(signs)s”."),
            code="G33",
            params={"signs": error},
        ) from None


class NamedAsBanksDo(models.Model):
    """Where an account is and whose, in the signs that banks take."""

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Names are as banks write them."""
        super().clean()
        errors: dict[str, ValidationError] = {}
        for field in ("bank_name", "branch_name", "holder"):
            try:
                setattr(self, field, kana(getattr(self, field)))
            except ValidationError as error:
                errors[field] = error
        if errors:
            raise ValidationError(errors)


class AtABank(NamedAsBanksDo):
    """An account of a customer."""

    bank = models.CharField(_("bank code"), max_length=4, validators=[digits(4)])
    bank_name = models.CharField(_("bank"), max_length=15)
    branch = models.CharField(_("branch code"), max_length=3, validators=[digits(3)])
    branch_name = models.CharField(_("branch"), max_length=15)
    account_kind = models.CharField(_("kind of account"), max_length=1, choices=AccountKind)
    account = models.CharField(_("account number"), max_length=7, validators=[digits(7)])
    holder = models.CharField(_("holder"), max_length=30, help_text=_("In kana, as registered with the bank."))

    class Meta:
        abstract = True

    @property
    def as_account(self) -> Account:
        """As files name it."""
        return Account(
            self.bank, self.branch, self.account_kind, self.account, self.holder, self.bank_name, self.branch_name
        )


class BankAccountQuerySet(RecordedQuerySet["BankAccount"]):
    """Accounts of the company."""

    def open(self) -> "BankAccountQuerySet":
        """Those in use."""
        return self.filter(closed_on=None)

    def creditors(self) -> "BankAccountQuerySet":
        """Those in use that debit."""
        return self.open().exclude(creditor_code="")

    def of_creditor(self, code: str) -> "BankAccount | None":
        """The one that debits under this creditor code."""
        return self.filter(creditor_code=code).first() if code else None

    def by_key(self, key: tuple[str, str, str]) -> "BankAccount | None":
        """The one of this bank, branch and number without leading zeros."""
        bank, branch, number = key
        return self.filter(bank=bank, branch=branch, number=number.zfill(7)).first()


class BankAccount(NamedAsBanksDo, RecordedModel):
    """An account on which customers pay: where it is, who we are to the bank, and how the bank writes."""

    LOCK_RANK = 8
    FIXED: ClassVar = {"bank": "G33", "branch": "G33", "number": "G33"}
    TOLD = ("name", "bank_name", "branch_name", "number")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = dict.fromkeys(
        (
            "name",
            "bank",
            "bank_name",
            "branch",
            "branch_name",
            "holder",
            "creditor_code",
            "sender_code",
        ),
        NO,
    )

    name = models.CharField(_("called"), max_length=60, unique=True)
    bank = models.CharField(_("bank code"), max_length=4, validators=[digits(4)])
    bank_name = models.CharField(_("bank"), max_length=15, help_text=_("In kana, as banks write it."))
    branch = models.CharField(_("branch code"), max_length=3, validators=[digits(3)])
    branch_name = models.CharField(_("branch"), max_length=15, help_text=_("In kana, as banks write it."))
    account_kind = models.CharField(_("kind of account"), max_length=1, choices=AccountKind)
    number = models.CharField(_("account number"), max_length=7, validators=[digits(7)])
    holder = models.CharField(_("holder"), max_length=40, help_text=_("In kana, as banks write it."))
    creditor_code = models.CharField(
        _("creditor code"),
        max_length=10,
        blank=True,
        validators=[digits(10)],
        help_text=_("Given by the bank for direct debits. Empty: none from this account."),
    )
    sender_code = models.CharField(
        _("sender code"),
        max_length=10,
        blank=True,
        validators=[digits(10)],
        help_text=_("Given by the bank for transfers. Empty: none from this account."),
    )
    cutoff_days = models.PositiveSmallIntegerField(
        _("working days before a debit"),
        default=7,
        help_text=_("So many working days before the debit day the bank wants the file."),
    )
    credits_from = models.CharField(
        _("credits are booked from"), max_length=2, choices=CreditsFrom, default=CreditsFrom.NOTIFICATION
    )
    virtual_in = models.CharField(_("virtual account stands"), max_length=10, choices=VirtualIn, default="nowhere")
    years = models.CharField(
        _("years in files"),
        max_length=7,
        default=Years.ERA,
        choices=[(Years.ERA.value, _("of the Japanese era")), (Years.WESTERN.value, _("western"))],
    )
    line_end = models.CharField(
        _("records in files end with"),
        max_length=4,
        default=LineEnd.CRLF,
        choices=[(LineEnd.CRLF.value, _("a line end (CRLF)")), (LineEnd.NONE.value, _("nothing"))],
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="bank_account_written_as_banks_do",
                condition=Q(account_kind__in=AccountKind.values)
                & Q(credits_from__in=CreditsFrom.values)
                & Q(virtual_in__in=VirtualIn.values)
                & Q(years__in=[years.value for years in Years])
                & Q(line_end__in=[end.value for end in LineEnd]),
                violation_error_code="G33",
                violation_error_message=_("Choose from what is offered how the bank writes its files."),
            ),
            models.UniqueConstraint(
                fields=["bank", "branch", "number"],
                name="one_bank_account_per_number",
                violation_error_code="G33",
                violation_error_message=_("This account is on record already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def as_account(self) -> Account:
        """As files name it."""
        return Account(
            self.bank, self.branch, self.account_kind, self.number, self.holder, self.bank_name, self.branch_name
        )
