"""X20: how everything stood at any past moment is read from the history, as it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from contracts import demo
from contracts.demo.life import Story
from contracts.demo.office import Office
from iijiot import clock, worlds
from iijiot.as_of import versions_at
from iijiot.records import RecordedModel
from tests.recorder import recorded_models

TODAY = date(2026, 11, 25)
MOMENTS, ONE_IN_THREE = 100, 0.34
Snapshot = dict[type[RecordedModel], dict[int, dict[str, Any]]]


def told(model: type[RecordedModel]) -> list[str]:
    """What a version says of a record."""
    silent = set(getattr(model, "UNRECORDED", ()))
    return [f.attname for f in model._meta.concrete_fields if f.name not in silent]


def everything() -> Snapshot:
    """All that there is now."""
    return {model: present(model) for model in recorded_models()}


def present(model: type[RecordedModel]) -> dict[int, dict[str, Any]]:
    """The rows as they are."""
    return {row["id"]: row for row in model._base_manager.values(*told(model))}


def past(model: type[RecordedModel], moment: datetime) -> dict[int, dict[str, Any]]:
    """The rows as the history says that they were."""
    return {row["id"]: row for row in versions_at(model, moment).values(*told(model))}


@dataclass
class Watch:
    """Now and then everything that there is is written down, just before a story goes on."""

    random: Random = field(default_factory=lambda: Random(20))
    loaded: Snapshot = field(default_factory=dict)
    """What was there before the first story: loaded by a migration on the day on which the tests run, and the staff."""
    seen: dict[datetime, Snapshot] = field(default_factory=dict)

    def story(self, tell: Callable[[Office], Story]) -> Callable[[Office], Story]:
        """The same story, looked at whenever it goes on."""

        def watched(office: Office) -> Iterator[int]:
            self.loaded = self.loaded or everything()
            for offset in tell(office):
                yield offset
                self.look(office)

        return watched

    def look(self, office: Office) -> None:
        """On the last day nothing is looked at: it is told as one moment."""
        if office.day < office.today and len(self.seen) < MOMENTS and self.random.random() < ONE_IN_THREE:
            self.seen[clock.now() - timedelta(microseconds=1)] = everything()


@pytest.mark.long
def test_x20_the_state_at_a_hundred_random_moments_is_what_it_was(db, few_lines, monkeypatch):
    watch = Watch()
    monkeypatch.setattr(demo, "STORIES", [watch.story(story) for story in demo.STORIES])
    worlds.build("small", TODAY, seed=1)
    wrong = [
        f"{model.__name__} at {moment}"
        for moment, snapshot in watch.seen.items()
        for model, rows in snapshot.items()
        if past(model, moment) != {pk: row for pk, row in rows.items() if pk not in watch.loaded[model]}
    ]
    assert wrong == []
    assert len(watch.seen) == MOMENTS
    assert max(watch.seen) - min(watch.seen) > timedelta(700)
