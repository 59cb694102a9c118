"""How days are shown to people."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

WEEKDAYS = "月火水木金土日"


def japanese_day(value: date) -> str:
    """A day as Japanese letters write it: 2026年12月31日（木）."""
    return f"{value.year}年{value.month}月{value.day}日（{WEEKDAYS[value.weekday()]}）"


def reads_japanese() -> bool:
    """Whether whoever reads the page reads Japanese."""
    return (get_language() or "ja").startswith("ja")


def fullday(value: date | None) -> str:
    """A day with its day of the week, in the language of whoever reads it."""
    if not value:
        return ""
    return japanese_day(value) if reads_japanese() else date_format(value, "D j F Y")


def fullmoment(value: datetime | None) -> str:
    """A moment with its day, in Tokyo."""
    if not value:
        return ""
    moment = timezone.localtime(value)
    return f"{fullday(moment.date())} {moment:%H:%M}"


def fullmonth(value: date | None) -> str:
    """The month of a day: 2026年12月."""
    if not value:
        return ""
    return f"{value.year}年{value.month}月" if reads_japanese() else date_format(value, "F Y")
