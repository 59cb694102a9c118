"""What the portal's pages share: days, sums, clauses, states, parts of forms."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.translation import gettext as _

from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.days import fullday, fullmoment, fullmonth
from iijiot.words import Words

register = template.Library()

register.filter(fullday)
register.filter(fullmoment)
register.filter(fullmonth)
register.filter(yen)


@register.filter
def many(value: int) -> str:
    """A count with its separators."""
    return f"{value:,}"


@register.simple_tag
def clause(value: Clause | str) -> str:
    """A clause as people cite it, with what it is about."""
    known = value if isinstance(value, Clause) else Clause(value)
    return format_html('<span class="clause" title="{}">{}</span>', known.title, known.citation)


@register.simple_tag
def state(label: Words, tone: str = "default") -> str:
    """A state in its colour, always with its words."""
    return format_html('<span class="state is-{}">{}</span>', tone, label)


@register.filter
def of(values: Mapping[str, Any], key: str) -> Any:
    """The value of a mapping by a key that is a variable."""
    return values.get(key, "")


@register.simple_tag
def optional(field: BoundField) -> str:
    """The word at the label of a field that may be left empty."""
    return "" if field.field.required else format_html('<span class="optional">{}</span>', _("optional"))


@register.filter
def is_choice(field: BoundField) -> bool:
    """Whether a field is a box to tick, whose label stands beside it."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not hasattr(field.field, "choices")


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether a field is several boxes or circles, which need a legend."""
    return getattr(field.field.widget, "use_fieldset", False)


@register.simple_tag(takes_context=True)
def current(context: Any, name: str) -> str:
    """Marks the part of the navigation in which the page stands."""
    return format_html(' aria-current="{}"', "page") if context.get("part") == name else ""


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(said: str) -> str:
    """A browser and its system by what it says of itself, in the words of people; as it says where neither is known."""
    found = [next((name for sign, name in known if sign in said), "") for known in (BROWSERS, SYSTEMS)]
    return " / ".join(name for name in found if name) or said[:60]
