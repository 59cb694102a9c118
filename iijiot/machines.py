"""The life of each kind of record, read from its transitions: states, acts, and where they lead."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import django_fsm
from django.apps import apps

from iijiot.clauses import Clause
from iijiot.records import RecordedModel
from iijiot.words import Words


@dataclass(frozen=True)
class Act:
    """One transition with the states that it can be taken in; without a target the state stays."""

    name: str
    label: Words
    clause: Clause
    sources: tuple[str, ...]
    target: str | None


@dataclass(frozen=True)
class Machine:
    """The states of one kind of record, in the order of life, and every act with its sources."""

    model: type[RecordedModel]
    labels: dict[str, Words]
    first: str
    acts: tuple[Act, ...]

    @property
    def name(self) -> str:
        """How pages and addresses call it: contracts.contract."""
        return self.model._meta.label_lower

    @property
    def moves(self) -> list[Act]:
        """The acts that lead to another state."""
        return [act for act in self.acts if act.target is not None]

    @property
    def stays(self) -> list[Act]:
        """The acts that leave the state as it is."""
        return [act for act in self.acts if act.target is None]

    @property
    def ways(self) -> list[tuple[str, str]]:
        """From which state to which an act leads."""
        return [(source, act.target) for act in self.moves for source in act.sources if act.target]

    def last(self) -> set[str]:
        """The states that no act leads out of, though one leads there."""
        return {target for _source, target in self.ways} - {source for source, _target in self.ways}


@cache
def machines() -> tuple[Machine, ...]:
    """Every kind of record that has states, in the order of the apps."""
    return tuple(machine for model in apps.get_models() if (machine := machine_of(model)) is not None)


def machine_of(model: type) -> Machine | None:
    """The machine of a kind of record; None for one without states."""
    if not issubclass(model, RecordedModel) or not (names := model.fsm_fields()):
        return None
    stored: Any = model._meta.get_field(names[0])
    return Machine(model, dict(stored.flatchoices), str(stored.default), tuple(_acts(model, stored)))


def _acts(model: type[RecordedModel], stored: Any) -> Iterator[Act]:
    found: dict[str, list[Any]] = defaultdict(list)
    for one in django_fsm.get_all_FIELD_transitions(model(), stored):
        found[one.name].append(one)
    for act, ones in found.items():
        said = ones[0].custom
        yield Act(act, said["label"], said["clause"], tuple(one.source for one in ones), ones[0].target)
