"""Seeing an act before it is done: it is really carried out, read from its history, and taken back.

Preview and act are one computation by construction. What is confirmed is compared with what was written before it is
kept, so that nothing happens that was not shown.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from iijiot.actors import Actor
from iijiot.console.sentences import HIDDEN, Pair, Sentence, sentences
from iijiot.console.timeline import Group, folded
from iijiot.lookups import history_of
from iijiot.numbers import provisional_numbers
from iijiot.plans import fingerprint
from iijiot.recorded import recorded_models
from iijiot.records import RecordedModel, chapter

NEW = "新規"


@dataclass(frozen=True)
class Outcome:
    """What an act writes: a sentence for every record, the letters that go out, and a fingerprint of it all."""

    told: tuple[Sentence, ...]
    letters: tuple[Any, ...]
    fingerprint: str

    @property
    def groups(self) -> list[Group]:
        """The sentences, those folded that say the same, but for the letters: they are shown themselves."""
        written = {(letter._meta.label_lower, letter.pk) for letter in self.letters}
        return folded(said for said in self.told if (said.model, said.id) not in written)


class Moved(Exception):
    """The act would write something else than what was confirmed; it is taken back."""


def rehearse(actor: Actor, act: Callable[[], Any]) -> Outcome:
    """What the act would write. Nothing stays, no number is used up, no mail leaves. Raises what the act raises."""
    with provisional_numbers(NEW), transaction.atomic():
        with chapter(actor=actor) as current:
            act()
        outcome = written(current.id, current.touched)
        transaction.set_rollback(True)
    return outcome


def perform(actor: Actor, act: Callable[[], Any], confirmed: str) -> Any:
    """Do it, if it writes exactly what was confirmed. Raises Moved otherwise, and what the act raises."""
    with chapter(actor=actor) as current:
        result = act()
        if written(current.id, current.touched).fingerprint != confirmed:
            raise Moved
    return result


def written(act: UUID, kinds: Collection[type[RecordedModel]]) -> Outcome:
    """What an act has written, read from the history of these kinds of records."""
    pairs: list[Pair] = []
    for model in [model for model in recorded_models() if model in kinds]:
        rows = list(history_of(model).filter(history_chapter=act).order_by("history_id"))
        if not rows:
            continue
        last = {row.id: row for row in rows}
        earlier = history_of(model).filter(id__in=last, history_id__lt=rows[0].history_id).exclude(history_chapter=act)
        before = {row.id: row for row in earlier.order_by("history_id")}
        pairs += [(model, before.get(pk), row) for pk, row in last.items()]
    pairs.sort(key=lambda pair: pair[2].history_date)
    letters = [row.instance for model, before, row in pairs if model.IS_LETTER and before is None]
    return Outcome(tuple(sentences(pairs)), tuple(letters), _fingerprint(pairs))


def _fingerprint(pairs: Sequence[Pair]) -> str:
    """Equal for acts that write the same; what is new counts by its place, not by the number it happens to get.

    Places follow the keys, which provisional ones count downwards from nought: the order in which a bulk write's
    history lies on disk is not the same each time.
    """
    made = [(model, row) for model, before, row in pairs if before is None]
    made.sort(key=lambda new: (new[0]._meta.label_lower, abs(new[1].id)))
    places = {(model, row.id): f"{model._meta.label_lower} {NEW} {place}" for place, (model, row) in enumerate(made)}
    numbers = {row.number: f"{NEW}{place}" for place, (_model, row) in enumerate(made) if getattr(row, "number", "")}
    parts = []
    for model, before, row in pairs:
        name = places.get((model, row.id), (model._meta.label_lower, row.id))
        changes = [
            (stored.name, _plain(stored, getattr(row, stored.attname), places, numbers))
            for stored in model._meta.concrete_fields
            if stored.name not in HIDDEN
            and not isinstance(getattr(row, stored.attname), datetime)
            and (before is None or getattr(before, stored.attname) != getattr(row, stored.attname))
        ]
        parts.append((name, row.history_clause, changes))
    return fingerprint(sorted(parts, key=repr))


def _plain(stored: Any, value: Any, places: Mapping[Any, str], numbers: Mapping[str, str]) -> Any:
    if isinstance(stored, models.ForeignKey):
        return places.get((stored.related_model, value), value)
    if isinstance(value, str):
        for number, place in numbers.items():
            value = value.replace(number, place)
    return value
