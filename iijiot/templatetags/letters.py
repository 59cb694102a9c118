"""How dates stand in letters."""

from datetime import date, datetime

from django import template

from iijiot.clock import TOKYO
from iijiot.days import japanese_day

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """A day as Japanese letters write it: 2026年12月31日（木）."""
    return japanese_day(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in Tokyo as Japanese letters write it: 2026年12月31日（木）9時30分."""
    if not value:
        return ""
    there = value.astimezone(TOKYO)
    minutes = f"{there.minute}分" if there.minute else ""
    return f"{japanese_day(there.date())}{there.hour}時{minutes}"
