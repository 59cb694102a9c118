"""What the console's pages share: clauses, badges, days."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.console.actions import action_url, change_url, offered
from iijiot.console.guide import has_help
from iijiot.console.tour import Shown, stop_shown
from iijiot.days import fullday
from iijiot.rules import Unmet
from iijiot.words import Words

register = template.Library()

FIRST_ONES = 20


@register.simple_tag
def clause(value: Clause) -> str:
    """A clause as people cite it, with what it is about on hovering; leads to what the system does under it."""
    return _clause_link(value, get_language() or "")


@cache
def _clause_link(value: Clause, _language: str) -> str:
    address = reverse("terms_clause", args=[value.id])
    return format_html('<a class="console-clause" href="{}" title="{}">{}</a>', address, value.title, value.citation)


@register.simple_tag(takes_context=True)
def help_url(context: Any) -> str:
    """The help for the page shown: the life of its kind of record, its present state marked, else the first page."""
    opts = context.get("opts")
    if opts is None or not has_help(opts.label_lower):
        return reverse("guide")
    record = context.get("original") or context.get("object")
    at = f"?at={record.state}" if getattr(record, "state", "") else ""
    return reverse("life", args=[opts.label_lower]) + at


@register.simple_tag(takes_context=True)
def tour_stop(context: Any) -> Shown | None:
    """The stop of the tour for new clerks that the page shown is."""
    return stop_shown(context["request"]) if "request" in context else None


@register.filter
def get(values: Mapping[str, Any], key: str) -> Any:
    """The value of a mapping by a key that is a variable."""
    return values.get(key, "")


@register.filter
def verbose_name(model: Any) -> Any:
    """What people call a kind of record."""
    return model._meta.verbose_name


@register.simple_tag
def badge(label: Words, tone: str = "default") -> str:
    """A state in its colour, always with its words."""
    return format_html('<span class="console-badge is-{}">{}</span>', tone, label)


register.filter(fullday)
register.filter(yen)


@register.simple_tag
def needed() -> str:
    """The word at the label of a field that must be filled in."""
    return format_html('<span class="console-required">{}</span>', _("required"))


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


@register.simple_tag
def record_url(record: Any) -> str:
    """The address of a record's page."""
    return change_url(record)


@register.simple_tag(takes_context=True)
def helping(context: Any, reason: Unmet) -> str:
    """Links to what helps against a reason: a record, or another dialog of the record shown."""
    record = context.get("original") or context.get("object")
    links = []
    for help_ in reason.helps:
        if not isinstance(help_, str):
            links.append((change_url(help_), str(help_)))
            continue
        action = offered(record, help_) if record is not None else None
        if action is not None and context["request"].user.has_perm(action.permission):
            links.append((action_url(record, action), str(action.label)))
    return format_html_join(" ", '<a href="{}">→ {}</a>', links)


@register.simple_tag
def first_ones(rows: Sequence[Any], everything: str) -> Sequence[Any]:
    """The first rows of a long table, or all of them where they were asked for."""
    return rows if everything else rows[:FIRST_ONES]


@register.simple_tag(takes_context=True)
def typed(context: Any, name: str, of: str) -> str:
    """What was typed into a field that stands once for each record of a plan."""
    sent: str = context["request"].POST.get(f"{name}-{of}", "")
    return sent
