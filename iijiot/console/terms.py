"""約款対応表: the terms by clause beside what the system does under each, where it does it, and what waits there now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import django_fsm
from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from iijiot import clock
from iijiot.clause_index import BEHAVIOUR, INDEX, NOTHING, PROVISIONS
from iijiot.clause_table import ClauseRow, Place, read_table
from iijiot.clauses import Clause, all_clauses, provision_name
from iijiot.console.panels import queues
from iijiot.recorded import recorded_models
from iijiot.records import RecordedModel
from iijiot.rules import Rule
from iijiot.words import Words


@dataclass(frozen=True)
class Said:
    """One thing that the system does under a clause: of what kind, and in words."""

    clause: Clause
    kind: Words
    words: Words


@dataclass(frozen=True)
class Waiting:
    """Records that wait under clauses: how many under each, and where they are listed."""

    words: Words
    permission: str
    counts: Callable[[], Mapping[str, int]]
    url: Callable[[str], str]


@dataclass(frozen=True)
class Live:
    """What waits under one clause now."""

    words: Words
    count: int
    url: str


@dataclass
class Line:
    """One clause of the table."""

    clause: Clause
    said: Sequence[Said] = ()
    live: list[Live] = field(default_factory=list)
    code: Sequence[Place] = ()
    tests: Sequence[Place] = ()

    @property
    def is_article(self) -> bool:
        """Whether it is an article, not a paragraph or an item of one."""
        return "." not in self.clause.id.removeprefix(f"{self.clause.provision}.")

    @property
    def must_act(self) -> bool:
        """Whether the clause makes the software do something."""
        return self.clause.kind == BEHAVIOUR

    @property
    def written(self) -> str:
        """Its cells that do not change under a running server, as HTML."""
        return _written(self.clause.id, get_language() or "")


_sources: list[Callable[[], Iterable[Said]]] = []
_waiting: list[Waiting] = []


def says(source: Callable[[], Iterable[Said]]) -> None:
    """Register what an app does under clauses that neither acts nor constraints tell by themselves."""
    _sources.append(source)


def waits(waiting: Waiting) -> None:
    """Register records of an app that wait under clauses."""
    _waiting.append(waiting)


def table(request: HttpRequest) -> HttpResponse:
    """The whole table, by provision; `only=live` leaves what waits now, `only=behaviour` what makes the system act."""
    only = request.GET.get("only", "")
    lines = _lines(request)
    if only == "live":
        lines = [line for line in lines if line.live]
    elif only == "behaviour":
        lines = [line for line in lines if line.must_act]
    else:
        lines = [line for line in lines if line.clause.kind != NOTHING or line.is_article]
    by_provision: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_provision[line.clause.provision].append(line)
    shown = [(code, provision_name(code), by_provision[code]) for code in PROVISIONS if by_provision[code]]
    choices = [("", _("All")), ("behaviour", _("That make the system act")), ("live", _("With something waiting"))]
    context = {"title": _("Terms and system"), "provisions": shown, "only": only, "choices": choices}
    return TemplateResponse(request, "console/terms.html", {**admin.site.each_context(request), **context})


def page(request: HttpRequest, clause: str) -> HttpResponse:
    """One clause: what the system does under it, and what waits. Raises Http404 for one that the terms do not have."""
    if clause not in INDEX:
        raise Http404
    line = next(line for line in _lines(request) if line.clause.id == clause)
    parts = [part for part in all_clauses() if part.id.startswith(f"{clause}.")]
    context = {"title": line.clause.citation, "line": line, "parts": parts}
    return TemplateResponse(request, "console/terms_clause.html", {**admin.site.each_context(request), **context})


def _lines(request: HttpRequest) -> list[Line]:
    said = _said_by_clause()
    lines = {
        row.clause.id: Line(row.clause, said[row.clause.id], [], row.code, row.tests) for row in _sources_of_code()
    }
    for clause, live in _live(request):
        lines[clause].live.append(live)
    return list(lines.values())


@cache
def _sources_of_code() -> Sequence[ClauseRow]:
    """The table of code and tests; the sources do not change under a running server."""
    return read_table(settings.BASE_DIR).rows


@cache
def _said_by_clause() -> Mapping[str, Sequence[Said]]:
    """What the system does under each clause; like the code, it does not change under a running server."""
    found: dict[str, dict[Said, None]] = {clause.id: {} for clause in all_clauses()}
    for said in [*_acts(), *_dialogs(), *_kept(), *(said for source in _sources for said in source())]:
        found[said.clause.id][said] = None
    return {clause: tuple(every) for clause, every in found.items()}


@cache
def _written(clause: str, _language: str) -> str:
    row = next(row for row in _sources_of_code() if row.clause.id == clause)
    line = Line(row.clause, _said_by_clause()[clause], code=row.code)
    return render_to_string("console/terms_row.html", {"line": line})


def _acts() -> Iterable[Said]:
    """Transitions by their clause, and the conditions that keep them from running."""
    for model in recorded_models():
        for stored in model._meta.concrete_fields:
            if not isinstance(stored, django_fsm.FSMFieldMixin):
                continue
            for act in getattr(model(), f"get_all_{stored.name}_transitions")():
                yield Said(act.custom["clause"], _name(model), act.custom["label"])
                for rule in act.conditions:
                    if isinstance(rule, Rule) and isinstance(rule.clause, Clause) and not callable(rule.remedy):
                        yield Said(rule.clause, _("Condition"), rule.remedy)


def _dialogs() -> Iterable[Said]:
    """What staff can do at the console."""
    for model in filter(admin.site.is_registered, recorded_models()):
        for dialog in getattr(admin.site.get_model_admin(model), "dialogs", ()):
            yield Said(Clause(dialog.clause), _name(model), dialog.label)


def _kept() -> Iterable[Said]:
    """What the database itself keeps: constraints with their sentences, and fields that never change."""
    for model in recorded_models():
        for constraint in model._meta.constraints:
            if constraint.violation_error_code in INDEX:
                yield Said(
                    Clause(constraint.violation_error_code),
                    _("Kept by the database"),
                    constraint.violation_error_message or constraint.name,
                )
        for name, clause in model.FIXED.items():
            stored: Any = model._meta.get_field(name)
            yield Said(
                Clause(clause),
                _("Never changes"),
                format_lazy("{kind}: {field}", kind=_name(model), field=stored.verbose_name),
            )


def _name(model: type[RecordedModel]) -> Words:
    return model._meta.verbose_name or model.__name__


def _live(request: HttpRequest) -> Iterable[tuple[str, Live]]:
    day = clock.business_day()
    for queue in queues():
        if request.user.has_perm(queue.permission) and (count := queue.narrowed(day).count()):
            yield queue.clause.id, Live(queue.title, count, queue.url)
    for waiting in _waiting:
        if request.user.has_perm(waiting.permission):
            for clause, count in waiting.counts().items():
                yield clause, Live(waiting.words, count, waiting.url(clause))
