"""The staff's own texts of letters: written as a draft, put in force, replaced by the next or by the built-in text."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from contracts.letters import LETTERS
from contracts.models import Wording
from iijiot.actors import Actor
from iijiot.records import chapter, locked
from iijiot.rules import refuse

CLAUSE = "G12.2.1"


def begin_draft(kind: str, *, actor: Actor) -> Wording:
    """A draft to work on, with the text that holds now; the one that is there already, if one is.

    Raises RuleViolation for a kind of letter that there is not.
    """
    if kind not in LETTERS:
        raise refuse(CLAUSE, _("There is no such kind of letter."))
    if draft := Wording.objects.drafts().get(kind):
        return draft
    holding = Wording.objects.in_force_for(kind) or LETTERS[kind]
    latest = Wording.objects.of_kind(kind).first()
    draft = Wording(kind=kind, version=latest.version + 1 if latest else 1, subject=holding.subject, text=holding.text)
    with chapter(actor=actor, clause=CLAUSE):
        draft.save()
    return draft


def put_in_force(wording: Wording, *, at: datetime, actor: Actor, reason: str = "") -> None:
    """Let letters of its kind be written by it from now on; what held before is kept (G12.2.1)."""
    before = Wording.objects.in_force_for(wording.kind)
    held_before = [before] if before else []
    with chapter(actor=actor, reason=reason, clause=CLAUSE), locked(wording, *held_before) as (held, *others):
        for other in others:
            other.replace(at)
            other.save()
        held.put_in_force(at)
        held.save()


def return_to_built_in(wording: Wording, *, at: datetime, actor: Actor, reason: str = "") -> None:
    """Let letters of its kind be written by the built-in text again (G12.2.1)."""
    with chapter(actor=actor, reason=reason, clause=CLAUSE), locked(wording) as (held,):
        held.replace(at)
        held.save()


def discard(wording: Wording, *, actor: Actor, reason: str = "") -> None:
    """Do without a draft (G12.2.1)."""
    with chapter(actor=actor, reason=reason, clause=CLAUSE), locked(wording) as (held,):
        held.discard()
        held.save()
