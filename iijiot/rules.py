"""Rules as values: the same list gives the disabled button's reason, the form's error and the refusal itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, TypeVar

import django_fsm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from iijiot.clauses import Clause
from iijiot.words import Words, said

M = TypeVar("M")


@dataclass(frozen=True)
class Unmet:
    """One reason why something cannot be done now: the clause, what to do about it, and what helps.

    What helps is a record to look at, or the name of a dialog of the same record.
    """

    clause: Clause
    remedy: Words
    helps: tuple[Any, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return gettext("%(remedy)s (%(citation)s)") % {"remedy": self.remedy, "citation": self.clause.citation}


class NotInThisState(Unmet):
    """The reason that an act is not taken in the present state, whatever its conditions say."""


class RuleViolation(Exception):
    """The terms do not allow this now. Carries every rule that stands in the way."""

    def __init__(self, *unmet: Unmet) -> None:
        self.unmet = unmet
        super().__init__(*unmet)

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.unmet)

    def as_validation_error(self) -> ValidationError:
        """The same reasons as a form shows them, each with its clause as code."""
        return ValidationError([ValidationError(str(reason), code=reason.clause.id) for reason in self.unmet])


def refuse(clause: str, remedy: Words) -> RuleViolation:
    """A refusal for one reason that depends on the given values: ``raise refuse("G29.1", _("…"))``."""
    return RuleViolation(Unmet(Clause(clause), remedy))


@dataclass(frozen=True)
class Rule(Generic[M]):
    """One condition of the terms: whether it holds, the clause, and what to do when it does not."""

    clause: Clause | Callable[[M], Clause]
    remedy: Words | Callable[[M], Words]
    holds: Callable[[M], bool]
    helps: Callable[[M], Iterable[Any]] = lambda subject: ()

    def __call__(self, subject: M) -> bool:
        return self.holds(subject)

    def unmet(self, subject: M) -> Unmet:
        """This rule as a reason to give for a subject for which it does not hold."""
        clause = self.clause if isinstance(self.clause, Clause) else self.clause(subject)
        remedy = self.remedy(subject) if callable(self.remedy) else self.remedy
        return Unmet(clause, remedy, tuple(self.helps(subject)))


def rule(
    clause: str | Callable[[Any], Clause],
    remedy: Words | Callable[[Any], Words],
    helps: str | Callable[[Any], Iterable[Any]] = "",
) -> Callable[[Callable[[M], bool]], Rule[M]]:
    """Make a rule of a predicate: ``@rule("G3", _("Set the billing start date first."))``.

    Where services have the same rule under clauses of their own, clause and remedy are told from the subject. `helps`
    names the dialog that puts it right, or gives the records that stand in the way.
    """
    said_by = Clause(clause) if isinstance(clause, str) else clause
    helping = helps if callable(helps) else lambda subject: (helps,) if helps else ()
    return lambda holds: Rule(said_by, remedy, holds, helping)


MOVED = _("Something changed since this was shown to you. Look at it once more and confirm again.")
"""The reason where what stood in the way has gone while it was looked at."""

Allowed = dict[str, Sequence[str]]
"""What is allowed when: for each action the states in which it can be taken."""


def transition(
    *,
    field: django_fsm.FSMField,
    allowed: Allowed,
    clause: str,
    label: Words,
    target: str | None = None,
    conditions: Sequence[Rule[Any]] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A transition of django-fsm whose sources stand in the table `allowed` under the method's name.

    Without a target the state stays (the act is still guarded). Raises RuleViolation with every
    reason, never the library's bare TransitionNotAllowed.
    """

    def decorate(act: Callable[..., Any]) -> Callable[..., Any]:
        guarded = django_fsm.transition(
            field=field,
            source=list(allowed[act.__name__]),
            target=target,
            conditions=list(conditions),
            custom={"clause": Clause(clause), "label": label},
        )(act)

        @wraps(guarded)
        def acting(subject: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return guarded(subject, *args, **kwargs)
            except django_fsm.TransitionNotAllowed as refusal:
                reasons = unmet(getattr(subject, act.__name__)) or [Unmet(Clause(clause), MOVED)]
                raise RuleViolation(*reasons) from refusal

        return acting

    return decorate


def unmet(transition: Any) -> list[Unmet]:
    """The reasons that keep this bound transition from running now; empty when nothing does."""
    subject, meta = transition.__self__, transition._django_fsm
    current = meta.get_transition(meta.field.get_state(subject))
    if current is None:
        return [not_in_this_state(subject, transition)]
    return [condition.unmet(subject) for condition in current.conditions if not condition(subject)]


def require(transition: Any) -> None:
    """Raise RuleViolation with the reasons that keep a bound transition from running now; run nothing."""
    refuse_for(unmet(transition))


def refuse_for(reasons: Sequence[Unmet]) -> None:
    """Raise RuleViolation with these reasons, if there are any."""
    if reasons:
        raise RuleViolation(*reasons)


def not_in_this_state(subject: Any, transition: Any) -> NotInThisState:
    """Why an act cannot be taken in the present state, and in which ones it could."""
    meta = transition._django_fsm
    labels = dict(meta.field.flatchoices)
    custom = next(iter(meta.transitions.values())).custom
    return NotInThisState(
        custom["clause"],
        said(
            _("“{act}” is not possible while the state is “{state}”; it is possible in: {states}."),
            act=custom["label"],
            state=labels[meta.field.get_state(subject)],
            states=join_lazy([labels[source] for source in meta.transitions]),
        ),
    )


def join_lazy(words: Sequence[Words]) -> Words:
    """Words in one list, translated when shown."""
    return said("、".join(["{}"] * len(words)), *words)
