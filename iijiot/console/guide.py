"""Help in place: what each kind of page is for, the life of each kind of record, and the words of the terms."""

from django.apps import apps
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from iijiot import outbox
from iijiot.clauses import Clause
from iijiot.console.tour import first_stop
from iijiot.diagrams import diagram
from iijiot.machines import machine_of, machines
from iijiot.words import Words

_about: dict[str, Words] = {}
_words: list[tuple[Words, Words, str]] = []


def explain(model_label: str, words: Words) -> None:
    """Register in plain words what a kind of record is and how one works with it ("contracts.contract")."""
    _about[model_label] = words


def define(word: Words, meaning: Words, clause: str = "") -> None:
    """Register a word of the terms with its meaning in plain words, and the clause it comes from."""
    _words.append((word, meaning, Clause(clause).id if clause else ""))


def has_help(model_label: str) -> bool:
    """Whether there is a page of help for this kind of record."""
    return model_label in _about or any(machine.name == model_label for machine in machines())


def guide(request: HttpRequest) -> HttpResponse:
    """The help's first page: kinds of records, keys, words."""
    kinds = [
        {"label": label, "name": apps.get_model(label)._meta.verbose_name_plural, "about": about}
        for label, about in _about.items()
    ]
    context = {
        "title": _("Help"),
        "kinds": kinds,
        "machines": machines(),
        "words": _words,
        "tour": first_stop(request),
        "outbox": outbox.folder() is not None and request.user.has_perm("contracts.view_notice"),
    }
    return TemplateResponse(request, "console/guide.html", {**admin.site.each_context(request), **context})


def life(request: HttpRequest, label: str) -> HttpResponse:
    """Help for one kind of record: what it is, and its life as a diagram; `at` marks a state. Raises Http404."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    machine = machine_of(model)
    if machine is None and label not in _about:
        raise Http404
    context = {
        "title": model._meta.verbose_name,
        "about": _about.get(label, ""),
        "machine": machine,
        "diagram": diagram(machine, request.GET.get("at", "")) if machine else None,
    }
    return TemplateResponse(request, "console/life.html", {**admin.site.each_context(request), **context})
