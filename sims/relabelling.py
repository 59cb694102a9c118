"""Changing what a line is called: the customer's own name for it, and its telephone number (MA8.2, MA8.1)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.bulk import bulk_change
from iijiot.clauses import Clause
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation, Unmet, refuse
from sims.identifiers import clean_msisdn
from sims.models import DesignatedItem, Line


def why_not_label(line: Line) -> list[Unmet]:
    """Why the customer cannot have the line called otherwise now; empty where it can be (MA8.2)."""
    return [*DesignatedItem.objects.why_not("label"), *_ended(line, "MA8.2")]


def why_not_called(line: Line, label: str) -> list[Unmet]:
    """Why the line cannot be called this (MA8.2): also because it is called so already."""
    same = Unmet(Clause("MA8.2"), _("This is the line's label already."))
    return why_not_label(line) or ([same] if line.label == label else [])


def why_not_number(line: Line) -> list[Unmet]:
    """Why the line cannot have another telephone number now; empty where it can."""
    return _ended(line, "MA8.1")


def relabel(line: Line, label: str, *, actor: Actor, reason: str = "") -> None:
    """Call a line otherwise, at the customer's wish (MA8.2). Raises RuleViolation."""
    with chapter(actor=actor, reason=reason, clause="MA8.2"), locked(line) as (held,):
        if reasons := why_not_called(held, label):
            raise RuleViolation(*reasons)
        held.label = label
        held.save()


def relabel_lines(lines: Sequence[int], label: str, *, actor: Actor, reason: str = "") -> list[int]:
    """The same for those of these lines for which it is possible, set-based; returns which (MA8.2)."""
    with chapter(actor=actor, reason=reason, clause="MA8.2"):
        return bulk_change(Line.objects.among(lines).can_be_called(label), {"label": label})


def renumber(line: Line, msisdn: str, *, actor: Actor, reason: str) -> None:
    """Give a line another telephone number: the host carrier has changed it, or it was recorded wrong (MA8.1).

    It is one of the kind with which its card was delivered. Raises RuleViolation, and ValidationError for a number
    that is none, or that another living line has.
    """
    with chapter(actor=actor, reason=reason, clause="MA8.1"), locked(line) as (held,):
        if reasons := why_not_number(held):
            raise RuleViolation(*reasons)
        card = held.card
        number = clean_msisdn(msisdn, card.product.number_class) if card else clean_msisdn(msisdn)
        if held.msisdn == number:
            raise refuse("MA8.1", _("This is the line's telephone number already."))
        held.msisdn = number
        held.save()


def _ended(line: Line, clause: str) -> list[Unmet]:
    ended = Unmet(Clause(clause), _("The line has ended already."))
    return [ended] if str(line.state) == "ended" else []
