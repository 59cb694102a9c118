"""X20: how everything stood at any past moment is read from the history, as it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from django.db import connection

from contracts import demo
from contracts.demo.life import Story
from contracts.demo.office import Office
from iijiot import clock, worlds
from iijiot.as_of import versions_at
from iijiot.records import RecordedModel
from tests.recorder import recorded_models

TODAY = date(2026, 11, 25)
MOMENTS, ONE_IN_THREE = 100, 0.34
Snapshot = dict[str, str]
"""For each kind of record a digest of all its rows, as the database writes them; nothing of a kind without rows."""

DIGEST = "SELECT '{name}', md5(string_agg(told::text, E'\\n' ORDER BY id)) FROM ({rows}) told WHERE id <> ALL(%s)"
LATEST = "SELECT '{name}', max(id) FROM {table}"


def told(model: type[RecordedModel]) -> list[str]:
    """What a version says of a record."""
    silent = set(getattr(model, "UNRECORDED", ()))
    return [f.attname for f in model._meta.concrete_fields if f.name not in silent]


def loaded() -> dict[type[RecordedModel], list[int]]:
    """The keys of what there is now."""
    return {model: list(model._base_manager.values_list("pk", flat=True)) for model in recorded_models()}


def latest() -> dict[str, int]:
    """The largest key of each kind now: what comes later has a larger one."""
    asked = [LATEST.format(name=m._meta.label, table=m._meta.db_table) for m in recorded_models()]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return {name: key or 0 for name, key in cursor.fetchall()}


def digested(but: dict[type[RecordedModel], list[int]], at: datetime | None = None) -> Snapshot:
    """All rows but those with these keys, as they are or, at a moment, as the history says that they were."""
    values: list[Any] = [
        value for model in recorded_models() for value in ([but[model]] if at is None else [at, but[model]])
    ]
    with connection.cursor() as cursor:
        cursor.execute(question(of_the_past=at is not None), values)
        return {name: digest for name, digest in cursor.fetchall() if digest}


@cache
def question(*, of_the_past: bool) -> str:
    """The SQL that asks for all kinds at once; takes for each the moment, if it is of the past, and the keys left out."""
    parts = []
    for model in recorded_models():
        rows: Any = versions_at(model, clock.now()) if of_the_past else model._base_manager.order_by()
        statement, _values = rows.values(*told(model)).query.sql_with_params()
        parts.append(DIGEST.format(name=model._meta.label, rows=statement))
    return " UNION ALL ".join(parts)


@dataclass
class Watch:
    """Now and then everything that there is is written down, just before a story goes on."""

    random: Random = field(default_factory=lambda: Random(20))
    loaded: dict[type[RecordedModel], list[int]] = field(default_factory=dict)
    """What was there before the first story: loaded by a migration on the day on which the tests run, and the staff."""
    latest: dict[str, int] = field(default_factory=dict)
    """The largest key of each kind when it was looked at last."""
    seen: dict[datetime, Snapshot] = field(default_factory=dict)

    def story(self, tell: Callable[[Office], Story]) -> Callable[[Office], Story]:
        """The same story, looked at whenever it goes on."""

        def watched(office: Office) -> Iterator[int]:
            self.loaded = self.loaded or loaded()
            for offset in tell(office):
                yield offset
                self.look(office)

        return watched

    def look(self, office: Office) -> None:
        """On the last day nothing is looked at: it is told as one moment."""
        if office.day < office.today and len(self.seen) < MOMENTS and self.random.random() < ONE_IN_THREE:
            self.seen[clock.now() - timedelta(microseconds=1)] = digested(self.loaded)
            self.latest = latest()

    def not_seen(self) -> dict[type[RecordedModel], list[int]]:
        """The keys of what nobody looked at: there before, or told after all stories, of days gone by."""
        there = loaded()
        late = {model: [pk for pk in keys if pk > self.latest[model._meta.label]] for model, keys in there.items()}
        return {model: [*keys, *late[model]] for model, keys in self.loaded.items()}


@pytest.mark.long
def test_x20_the_state_at_a_hundred_random_moments_is_what_it_was(db, few_lines, monkeypatch):
    watch = Watch()
    monkeypatch.setattr(demo, "STORIES", [watch.story(story) for story in demo.STORIES])
    worlds.build("small", TODAY, seed=1)
    wrong, but = [], watch.not_seen()
    for moment, seen in watch.seen.items():
        read = digested(but, moment)
        wrong += [f"{name} at {moment}" for name in seen.keys() | read.keys() if seen.get(name) != read.get(name)]
    assert wrong == []
    assert len(watch.seen) == MOMENTS
    assert len(watch.seen[max(watch.seen)]) >= 20
    assert max(watch.seen) - min(watch.seen) > timedelta(700)
