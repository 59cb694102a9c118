"""X20: how everything stood at any past moment is read from the history, as it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
import time_machine

from contracts import demo
from contracts.demo.life import Story
from contracts.demo.office import Office
from iijiot import clock, worlds
from iijiot.as_of import versions_at
from iijiot.records import RecordedModel
from tests.recorder import recorded_models

TODAY = date(2026, 11, 25)
BEFORE_THE_FIRST_STORY = TODAY - timedelta(2100)
MOMENTS, ONE_IN_THREE = 100, 0.34
Snapshot = dict[type[RecordedModel], dict[int, dict[str, Any]]]


def told(model: type[RecordedModel]) -> list[str]:
    """What a version says of a record."""
    silent = set(getattr(model, "UNRECORDED", ()))
    return [f.attname for f in model._meta.concrete_fields if f.name not in silent]


def reference() -> Snapshot:
    """What was there before the story, loaded by a migration on the day on which the tests run."""
    return {model: present(model) for model in recorded_models()}


def present(model: type[RecordedModel]) -> dict[int, dict[str, Any]]:
    """The rows as they are."""
    return {row["id"]: row for row in model._base_manager.values(*told(model))}


def past(model: type[RecordedModel], moment: datetime) -> dict[int, dict[str, Any]]:
    """The rows as the history says that they were."""
    return {row["id"]: row for row in versions_at(model, moment).values(*told(model))}


@dataclass
class Watch:
    """The clock on the wall, moved along with the stories; now and then everything that there is is written down."""

    traveller: Any
    random: Random = field(default_factory=lambda: Random(20))
    seen: dict[datetime, Snapshot] = field(default_factory=dict)

    def story(self, tell: Callable[[Office], Story]) -> Callable[[Office], Story]:
        """The same story, looked at whenever it pauses."""

        def watched(office: Office) -> Iterator[int]:
            for offset in tell(office):
                self.pause()
                yield offset

        return watched

    def pause(self) -> None:
        """A minute goes by."""
        if self.random.random() < ONE_IN_THREE and len(self.seen) < MOMENTS:
            self.seen[clock.now()] = {model: present(model) for model in recorded_models()}
        self.traveller.shift(timedelta(minutes=1))

    def office(self, today: date, seed: int) -> Office:
        """An office that comes to work on the day of the story."""
        watch = self

        class Watched(Office):
            def begin_day(self, day: date) -> None:
                super().begin_day(day)
                watch.traveller.move_to(datetime.combine(day, time(9), clock.TOKYO))

        return Watched(today, seed)


@pytest.mark.long
def test_x20_the_state_at_a_hundred_random_moments_is_what_it_was(db, few_lines, monkeypatch):
    loaded = reference()
    with time_machine.travel(datetime.combine(BEFORE_THE_FIRST_STORY, time(9), clock.TOKYO), tick=False) as traveller:
        watch = Watch(traveller)
        monkeypatch.setattr(demo, "STORIES", [watch.story(story) for story in demo.STORIES])
        monkeypatch.setattr(demo, "Office", watch.office)
        worlds.build("small", TODAY, seed=1)
    wrong = [
        f"{model.__name__} at {moment}"
        for moment, snapshot in watch.seen.items()
        for model, rows in snapshot.items()
        if past(model, moment) != {pk: row for pk, row in rows.items() if pk not in loaded[model]}
    ]
    assert wrong == []
    assert len(watch.seen) == MOMENTS
    assert max(watch.seen) - min(watch.seen) > timedelta(700)
