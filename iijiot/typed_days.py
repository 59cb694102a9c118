"""Days as people write them: full width or half, with slashes, or in the Japanese era."""

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
BY_ERA = re.compile(r"(令和|平成|R|H)(\d{1,2}|元)(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})日?")
BY_YEAR = re.compile(r"(\d{4})(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


def read_date(text: str) -> date:
    """A day as people write it: 2026-12-01, 2026/12/1, 20261201, 令和8年12月1日, full width too.

    Raises ValidationError for what is no day, or lies outside 2000 to 2099.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    try:
        if found := BY_ERA.fullmatch(plain.upper()):
            era, year, month, day = found.groups()
            read = date(ERAS[era] + (1 if year == "元" else int(year)), int(month), int(day))
        elif found := BY_YEAR.fullmatch(plain):
            read = date(*(int(part) for part in found.groups() if part))
        else:
            read = date.min
    except ValueError:
        read = date.min
    if read == date.min:
        raise ValidationError(_("Enter a day such as 2026-12-31."), code="invalid")
    if not EARLIEST <= read <= LATEST:
        raise ValidationError(_("This day is out of range. Check the year."), code="invalid")
    return read
