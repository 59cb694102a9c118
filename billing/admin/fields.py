"""Form fields that the dialogs about money share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing.models import Invoice
from billing.models.bank_account import AccountKind, digits, kana
from billing.models.invoice_set import NUMBER_PREFIX
from billing.models.price_key import MOST_YEN
from billing.months import Month
from iijiot.console.fields import PlainTextField
from iijiot.searching import Query


class MonthField(PlainTextField):
    """A month; see `Month.written`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=10, widget=UnfoldAdminTextInputWidget, help_text=_("Write a month as 2026-11."), **kwargs
        )

    def clean(self, value: Any) -> Any:
        """The month. Raises ValidationError for what is none."""
        typed = super().clean(value)
        try:
            return Month.written(typed)
        except ValueError:
            raise ValidationError(_("Write a month as 2026-11."), code="invalid") from None


def yen_field(label: Any, **kwargs: Any) -> forms.IntegerField:
    """A sum of at least one yen."""
    return forms.IntegerField(
        label=label, min_value=1, max_value=MOST_YEN, widget=UnfoldAdminIntegerFieldWidget, **kwargs
    )


class KanaField(PlainTextField):
    """A name as banks write it; full width is taken too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=UnfoldAdminTextInputWidget,
            help_text=_("In kana, capital letters and digits, as banks write it."),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """Half-width. Raises ValidationError for signs that banks do not take."""
        return kana(super().clean(value))


class InvoicesField(PlainTextField):
    """Invoices by their numbers, with commas between; none where it is empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=300,
            widget=UnfoldAdminTextInputWidget,
            help_text=_("Numbers with commas between, such as O0000012, O0000015. Empty: the oldest due first."),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """The invoices. Raises ValidationError for a number that is none."""
        typed = super().clean(value).replace("、", ",")
        found = []
        for word in [word.strip() for word in typed.split(",") if word.strip()]:
            invoice = Invoice.objects.numbered(Query(word).numbered(NUMBER_PREFIX) or word).first()
            if invoice is None:
                raise ValidationError(
                    _("There is no invoice %(number)s. Check the number."), code="G33", params={"number": word}
                )
            found.append(invoice)
        return found


def code_field(label: Any, many: int) -> PlainTextField:
    """A code or number of so many digits."""
    return PlainTextField(label=label, max_length=many, validators=[digits(many)], widget=UnfoldAdminTextInputWidget)


class AccountForm(forms.Form):
    """An account of a customer at a bank."""

    bank = code_field(_("Bank code"), 4)
    bank_name = KanaField(label=_("Bank"), max_length=15)
    branch = code_field(_("Branch code"), 3)
    branch_name = KanaField(label=_("Branch"), max_length=15)
    account_kind = forms.ChoiceField(
        label=_("Kind of account"), choices=AccountKind.choices, widget=UnfoldAdminSelectWidget
    )
    account = code_field(_("Account number"), 7)
    holder = KanaField(label=_("Holder"), max_length=30)
