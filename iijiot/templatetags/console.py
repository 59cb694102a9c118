"""What the console's pages share: clauses, badges, days."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from iijiot.clauses import Clause
from iijiot.console.actions import change_url
from iijiot.days import fullday

register = template.Library()


@register.simple_tag
def clause(value: Clause) -> str:
    """A clause as people cite it, with what it is about on hovering."""
    return format_html('<span class="console-clause" title="{}">{}</span>', value.title, value.citation)


@register.simple_tag
def badge(label: str, tone: str = "default") -> str:
    """A state in its colour, always with its words."""
    return format_html('<span class="console-badge is-{}">{}</span>', tone, label)


register.filter(fullday)


@register.simple_tag
def days_left(left: int) -> str:
    """How many days are left, or by how many it is late."""
    if left < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -left) % {"n": -left}
    return _("today") if left == 0 else ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}


@register.simple_tag
def clause_id(value: str) -> str:
    """A clause from its stored id."""
    return clause(Clause(value))


@register.simple_tag
def record_link(record: Any, words: str = "") -> str:
    """A link to a record's page."""
    return format_html('<a href="{}">{}</a>', change_url(record), words or str(record))


@register.simple_tag(takes_context=True)
def typed(context: Any, name: str, of: str) -> str:
    """What was typed into a field that stands once for each record of a plan."""
    sent: str = context["request"].POST.get(f"{name}-{of}", "")
    return sent
