"""Numbers of cards, subscribers, lines and devices: strict checks of what is stored, forgiving ones of what is typed.

ICCID by ITU-T E.118, IMSI by E.212, numbers by the Japanese plan (020 and 0200 for machines), IMEI by 3GPP TS 23.003.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from iijiot.identifiers import compact

ICCID = re.compile(r"8981[0-9]{15,16}")
IMSI = re.compile(r"44(?:0[0-9]{12}|1[0-9]{12})")
IMEI = re.compile(r"[0-9]{15}")
MACHINES = re.compile(r"020[1-35-9][0-9]{7}|0200[0-9]{10}")
VOICE = re.compile(r"0[6-9]0[1-9][0-9]{7}")
ROUNDED = re.compile(r"'?[0-9]+(?:\.[0-9]+)?[Ee][+-]?[0-9]+")
PAD = "F"
WITHOUT_CHECK_DIGIT = 18
KEPT_BY_SPREADSHEETS = 15
"""Digits of a number that a spreadsheet keeps; the rest become noughts."""


class NumberClass(StrEnum):
    """Which numbers a card's lines have; the universal service fee is owed for voice numbers alone."""

    MACHINES = "m2m"
    VOICE = "voice"


@dataclass(frozen=True)
class Profile:
    """How one issuer's cards are numbered."""

    prefixes: tuple[str, ...]
    length: int
    strict: bool = True
    """Whether the last digit must be the check digit; some issuers print lists that break it."""


def luhn_digit(number: str) -> str:
    """The check digit that belongs behind these digits."""
    return str(-_luhn_sum(f"{number}0") % 10)


def is_iccid(value: str) -> bool:
    """Whether this is a Japanese card's number as stored: 19 or 20 digits from 8981, the last a check digit (MA1)."""
    return ICCID.fullmatch(value) is not None and passes_luhn(value)


def plain_iccid(value: str) -> str:
    """The digits in what somebody typed or a reader read: full width, blanks, hyphens, padding are forgiven."""
    return compact(value).upper().removeprefix("'").strip(PAD)


def clean_iccid(value: str, profile: Profile | None = None) -> str:
    """The ICCID in what was typed or delivered, as it is stored (MA1).

    What a spreadsheet has rounded is refused, never guessed. Raises ValidationError.
    """
    number = _unrounded(plain_iccid(value))
    if len(number) == WITHOUT_CHECK_DIGIT and number.startswith("8981") and re.fullmatch("[0-9]+", number):
        raise ValidationError(
            _("The check digit is missing. If it was left out, the number is %(number)s: compare it with the card."),
            code="MA1",
            params={"number": number + luhn_digit(number)},
        )
    if not ICCID.fullmatch(number):
        raise ValidationError(_("An ICCID of a card from Japan has 19 or 20 digits and begins with 8981."), code="MA1")
    if not passes_luhn(number):
        if looks_rounded(number):
            raise _damaged()
        if profile is None or profile.strict:
            raise ValidationError(
                _("This is no ICCID: its check digit does not fit. Compare it with the card."), code="MA1"
            )
    if profile is not None and not number.startswith(profile.prefixes):
        raise ValidationError(
            _("Cards of this product begin with %(prefixes)s. Choose the right product, or compare the number."),
            code="MA1",
            params={"prefixes": "、".join(profile.prefixes)},
        )
    return number


def _unrounded(number: str) -> str:
    """The number, unless a spreadsheet has made it one with a point or an exponent; a `.0` behind a whole one goes."""
    whole, point, rest = number.partition(".")
    if ROUNDED.fullmatch(number) or (point and (rest.strip("0") or not is_iccid(whole))):
        raise _damaged()
    return whole


def looks_rounded(iccid: str) -> bool:
    """Whether a number ends as one does that a spreadsheet has rounded, although its check digit happens to fit."""
    return len(iccid) > KEPT_BY_SPREADSHEETS and not iccid[KEPT_BY_SPREADSHEETS:].strip("0")


def _damaged() -> ValidationError:
    return ValidationError(
        _("A spreadsheet has rounded this number; its last digits are lost. Send it again with the column as text."),
        code="MA1",
        params={"damaged": True},
    )


def is_imsi(value: str) -> bool:
    """Whether this is a subscriber's number of a Japanese network as stored: exactly fifteen digits (MA1)."""
    return IMSI.fullmatch(value) is not None


def clean_imsi(value: str) -> str:
    """The IMSI in what was typed. Raises ValidationError."""
    number = compact(value).removeprefix("'")
    if ROUNDED.fullmatch(number):
        raise _damaged()
    if not is_imsi(number):
        raise ValidationError(_("An IMSI of a Japanese network has 15 digits and begins with 440 or 441."), code="MA1")
    return number


def is_msisdn(value: str, number_class: str = NumberClass.MACHINES) -> bool:
    """Whether this is a telephone number as stored: 020 and 0200 for machines, 060 to 090 for voice-type cards (MA1)."""
    return (VOICE if number_class == NumberClass.VOICE else MACHINES).fullmatch(value) is not None


def clean_msisdn(value: str, number_class: str = NumberClass.MACHINES) -> str:
    """The national number in what was typed; +81 and 81 are turned into the 0. Raises ValidationError."""
    number = compact(value).removeprefix("'")
    if ROUNDED.fullmatch(number):
        raise _damaged()
    if number.startswith("+81"):
        number = f"0{number[3:]}"
    elif number.startswith("81") and not number.startswith("0"):
        number = f"0{number[2:]}"
    if is_msisdn(number, number_class):
        return number
    if is_msisdn(f"0{number}", number_class):
        raise ValidationError(
            _("The 0 in front is missing. If a spreadsheet has eaten it, the number is %(number)s."),
            code="MA1",
            params={"number": f"0{number}"},
        )
    if number_class == NumberClass.VOICE:
        raise ValidationError(_("A voice-type number begins with 060, 070, 080 or 090 and has 11 digits."), code="MA1")
    raise ValidationError(
        _("A number for machines is 020 with 11 digits, the fourth neither 0 nor 4, or 0200 with 14 digits."),
        code="MA1",
    )


def e164(msisdn: str) -> str:
    """The international form of a number as stored."""
    return f"+81{msisdn[1:]}"


def is_imei(value: str) -> bool:
    """Whether this is a device's number as stored: fifteen digits, the last a check digit (MA7)."""
    return IMEI.fullmatch(value) is not None and passes_luhn(value)


def clean_imei(value: str) -> str:
    """The IMEI in what was typed or read: one of 16 digits with the software version is refused (MA7).

    Raises ValidationError.
    """
    number = compact(value).removeprefix("'").replace("/", "")
    if ROUNDED.fullmatch(number):
        raise _damaged()
    if re.fullmatch(r"[0-9]{14}", number):
        raise ValidationError(
            _("The check digit is missing. If it was left out, the number is %(number)s: compare it with the device."),
            code="MA7",
            params={"number": number + luhn_digit(number)},
        )
    if re.fullmatch(r"[0-9]{16}", number):
        raise ValidationError(
            _("These are 16 digits, with the software version. Give the IMEI of 15 digits."), code="MA7"
        )
    if not is_imei(number):
        raise ValidationError(
            _("This is no IMEI: 15 digits, the last a check digit. Compare it with the device."), code="MA7"
        )
    return number


def whole_imei(value: str) -> str:
    """The IMEI of fifteen digits in what a network reports: 14 digits, 15, or 16 with the software version; else nothing."""
    number = compact(value)
    return number[:14] + luhn_digit(number[:14]) if re.fullmatch(r"[0-9]{14,16}", number) else ""


_AS_THEY_ARE = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
_TENS = bytes(range(0, 250, 10))


def all_pass_luhn(numbers: Sequence[str], length: int) -> bool:
    """Whether all of many numbers of one length pass: added up digit by digit, in one sum for all of them.

    Each number has a byte of its own in the sum, which a Luhn sum of up to 28 digits does not exceed.
    """
    digits = "".join(numbers).encode()
    behind = ((digits[place::length], (length - 1 - place) % 2) for place in range(length))
    total = sum(int.from_bytes(column.translate(_DOUBLED if odd else _AS_THEY_ARE)) for column, odd in behind)
    return not total.to_bytes(len(numbers)).translate(None, _TENS)


def passes_luhn(digits: str) -> bool:
    """The same as `luhn.is_valid` for ASCII digits, an order of magnitude faster."""
    return _luhn_sum(digits) % 10 == 0


def _luhn_sum(digits: str) -> int:
    behind = digits.encode()[::-1]
    return sum(behind[::2].translate(_AS_THEY_ARE)) + sum(behind[1::2].translate(_DOUBLED))
