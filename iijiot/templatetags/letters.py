"""How dates stand in letters."""

from datetime import date

from django import template

from iijiot.days import japanese_day

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """A day as Japanese letters write it: 2026年12月31日（木）."""
    return japanese_day(value) if value else ""
