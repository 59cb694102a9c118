"""Acts on many records at once: which can be done now, why not to the others, and how all are done set-based."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.clause_index import INDEX
from iijiot.clauses import Clause
from iijiot.constraints import constraint_sentence
from iijiot.records import RecordedModel, tried_out
from iijiot.rules import MOVED, RuleViolation, Unmet, refuse, unmet
from iijiot.words import Words

SLICE = 2000
"""Records that are done in one transaction."""

REFUSALS = (RuleViolation, ValidationError, IntegrityError)


class BulkAct:
    """One act on many records of a kind, by the same rules and doings as on a single one."""

    slug: ClassVar[str]
    label: ClassVar[Words]
    permission: ClassVar[str]
    clause: ClassVar[str]
    model: ClassVar[type[RecordedModel]]
    transition: ClassVar[str]
    help: ClassVar[Words] = ""
    form: ClassVar[type[forms.Form]] = forms.Form
    slice: ClassVar[int] = SLICE

    def initial(self) -> dict[str, Any]:
        """What the form shows at first."""
        return {}

    def ready(self, rows: Any, data: Mapping[str, Any]) -> models.QuerySet[Any]:
        """Those of these records to which it can be done now."""
        raise NotImplementedError

    def is_whole(self, data: Mapping[str, Any]) -> bool:
        """Whether it is done to all of the selection or to none."""
        return False

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """What the transition of a single record is given."""
        return ()

    def with_reasons(self, rows: Any) -> models.QuerySet[Any]:
        """These records with what the reasons against the act ask for."""
        found: models.QuerySet[Any] = rows
        return found

    def why_not(self, record: Any, data: Mapping[str, Any]) -> Sequence[Unmet]:
        """Why it cannot be done to one record now: what keeps the single act from being done."""
        return trial(record, self.transition, *self.arguments(data))

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Do it to those of these records to which it can be done, in one transaction; the keys of those done."""
        raise NotImplementedError

    def chosen(self, ids: Sequence[int]) -> Any:
        """The records with these keys."""
        rows: Any = self.model._default_manager.all()
        return rows.among(ids)

    def cleaned(self, typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """What was typed into its form, as values. Raises ValidationError."""
        posted = QueryDict(mutable=True)
        for name, values in typed.items():
            posted.setlist(name, list(values))
        form = self.form(posted, initial=self.initial())
        if not form.is_valid():
            raise ValidationError([message for errors in form.errors.values() for message in errors])
        return form.cleaned_data

    def reasons(self, ids: Sequence[int], data: Mapping[str, Any]) -> list[tuple[Any, Sequence[Unmet]]]:
        """Each of these records with the reasons against the act; where none is left, that something changed."""
        rows = self.with_reasons(self.chosen(ids)).order_by("pk")
        moved = [Unmet(Clause(self.clause), MOVED)]
        return [(record, self.why_not(record, data) or moved) for record in rows]


_acts: dict[str, BulkAct] = {}


def offer(act: BulkAct) -> None:
    """Offer an act on selections of its kind of record."""
    if act.slug in _acts:
        raise ValueError(f"There is a bulk act {act.slug} already.")
    _acts[act.slug] = act


def acts() -> list[BulkAct]:
    """All that are offered."""
    return list(_acts.values())


def acts_of(model: Any) -> list[BulkAct]:
    """Those on one kind of record."""
    return [act for act in _acts.values() if act.model is model]


def acts_for(user: Any, model: Any) -> list[BulkAct]:
    """Those on one kind of record that a user may do."""
    return [act for act in acts_of(model) if user.has_perm(act.permission)]


def find(slug: str) -> BulkAct:
    """The act of this name, which its page offers. Raises RuleViolation where this version of the software has none."""
    if slug not in _acts:
        admin.autodiscover()
    if slug not in _acts:
        raise refuse("G5.3", _("This act exists no longer."))
    return _acts[slug]


def trial(record: Any, act: str, *given: Any) -> list[Unmet]:
    """What refuses an act on a record with these values now; it runs on this object alone, which is not saved."""
    bound = getattr(record, act)
    if reasons := unmet(bound):
        return reasons
    clause = next(iter(bound._django_fsm.transitions.values())).custom["clause"]
    try:
        with tried_out(record):
            bound(*given)
        record.full_clean()
    except REFUSALS as refusal:
        return told(refusal, clause)
    return []


def told(refusal: Exception, clause: Clause) -> list[Unmet]:
    """A refusal as reasons with their clauses; one that names none is under the clause of the act."""
    if isinstance(refusal, RuleViolation):
        return list(refusal.unmet)
    error: Any = constraint_sentence(refusal) if isinstance(refusal, IntegrityError) else refusal
    if error is None:
        raise refusal
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    parts = [part for errors in by_field.values() for part in errors]
    return [Unmet(Clause(part.code) if part.code in INDEX else clause, part.messages[0]) for part in parts]
