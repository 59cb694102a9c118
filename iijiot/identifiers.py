"""Numbers that others give out: strict checks of what is stored, forgiving ones of what is typed."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.jp import cn, in_

THIRTEEN_DIGITS = re.compile(r"[0-9]{13}")
BLANKS_AND_HYPHENS = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212\u30fc]+")


def is_corporate_number(value: str) -> bool:
    """Whether this is a corporate number (法人番号) as stored: thirteen ASCII digits, the first a check digit (G8)."""
    return THIRTEEN_DIGITS.fullmatch(value) is not None and cn.is_valid(value)


def clean_corporate_number(value: str) -> str:
    """The corporate number in what somebody typed: full width, blanks and hyphens are forgiven (G8).

    Raises ValidationError. A 0 typed for a 9 passes the check digit, so the name must be compared as well.
    """
    number = compact(value)
    refuse_my_number(number)
    if not THIRTEEN_DIGITS.fullmatch(number):
        raise ValidationError(_("A corporate number has thirteen digits and nothing else."), code="G8")
    if not is_corporate_number(number):
        raise ValidationError(
            _("This is no corporate number: its check digit does not fit. Compare it with the register."), code="G8"
        )
    return number


def is_invoice_number(value: str, *, of_corporation: bool = True) -> bool:
    """Whether this is a qualified-invoice number as we store it: T and thirteen digits (G37).

    That of a corporation holds its corporate number; for others no check digit is published.
    """
    digits = value.removeprefix("T")
    if value == digits or not THIRTEEN_DIGITS.fullmatch(digits):
        return False
    return is_corporate_number(digits) if of_corporation else True


def clean_invoice_number(value: str, *, corporate_number: str | None = None) -> str:
    """The qualified-invoice number in what somebody typed; a corporation's must hold its corporate number (G37).

    Raises ValidationError.
    """
    number = compact(value).upper()
    refuse_my_number(number.removeprefix("T"))
    if not is_invoice_number(number, of_corporation=False):
        raise ValidationError(_("A qualified-invoice number is T followed by thirteen digits."), code="G37")
    if corporate_number and number != f"T{corporate_number}":
        raise ValidationError(
            _("The qualified-invoice number of a corporation is T followed by its corporate number."), code="G37"
        )
    return number


def refuse_my_number(value: str) -> None:
    """Refuse twelve digits that may be somebody's My Number (個人番号); the value is never repeated (G40.1)."""
    number = compact(value)
    if re.fullmatch(r"[0-9]{12}", number) and in_.is_valid(number):
        raise ValidationError(
            _("These twelve digits may be a My Number. We never take or store one; remove it, and delete any copy."),
            code="G40.1",
        )


def compact(value: str) -> str:
    """The value in half width, without blanks and hyphens."""
    return BLANKS_AND_HYPHENS.sub("", unicodedata.normalize("NFKC", value))
