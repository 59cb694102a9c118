"""Changing what a line is called: the customer's own name for it, and its telephone number (MA8.2, MA8.1)."""

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.bulk import bulk_change
from iijiot.clauses import Clause
from iijiot.records import chapter, locked
from iijiot.rules import Unmet, refuse, refuse_for
from sims.identifiers import clean_msisdn
from sims.models import DesignatedItem, Line

MOST_TAGS, LONGEST_TAG = 6, 30
SPACES = " \t\r\n\u3000,;、，；"
TAG_ENDS = re.compile(f"[{SPACES}]+")


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
        refuse_for(why_not_called(held, label))
        held.label = label
        held.save()


def separate(typed: str) -> str:
    """Tags as they are stored: each once, in the order typed, blanks between; commas of any kind are blanks, too.

    Raises ValidationError for more, or longer, than a list can show.
    """
    tags = list(dict.fromkeys(TAG_ENDS.split(typed.strip(SPACES)))) if typed.strip(SPACES) else []
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        raise ValidationError(
            _("A line has at most %(many)s tags of at most %(signs)s characters. Use fewer or shorter ones."),
            code="MA8.2",
            params={"many": MOST_TAGS, "signs": LONGEST_TAG},
        )
    return " ".join(tags)


def describe(line: Line, label: str, tags: str, *, actor: Actor) -> None:
    """Give a line the customer's own name and tags (MA8.2). Raises RuleViolation, and ValidationError for the tags."""
    with chapter(actor=actor, clause="MA8.2"), locked(line) as (held,):
        refuse_for(why_not_label(held))
        held.label, held.tags = label, separate(tags)
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
        refuse_for(why_not_number(held))
        card = held.card
        number = clean_msisdn(msisdn, card.product.number_class) if card else clean_msisdn(msisdn)
        if held.msisdn == number:
            raise refuse("MA8.1", _("This is the line's telephone number already."))
        held.msisdn = number
        held.save()


def _ended(line: Line, clause: str) -> list[Unmet]:
    ended = Unmet(Clause(clause), _("The line has ended already."))
    return [ended] if str(line.state) == "ended" else []
