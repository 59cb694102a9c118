"""How dates stand in letters."""

from datetime import date

from django import template

register = template.Library()

WEEKDAYS = "月火水木金土日"


@register.filter
def day(value: date | None) -> str:
    """A day as Japanese letters write it: 2026年12月31日（木）."""
    return f"{value.year}年{value.month}月{value.day}日（{WEEKDAYS[value.weekday()]}）" if value else ""
