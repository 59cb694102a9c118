"""Every transition of every record that partners see is an event of a type of its own, and reaches whoever wants the kind."""

import pytest
import time_machine

from contracts import delivering, hooking
from contracts.models import Delivery
from iijiot import clock, events
from iijiot.machines import machine_of
from iijiot.models import Event
from iijiot.records import chapter, say_who
from tests.api.test_reading import MAKERS
from tests.factories.base import MAKER

SOURCES = {source.kind: source for source in events.sources()}
WAYS = [
    pytest.param(kind, act.name, source, act.target, id=f"{kind}-{act.name}-from-{source}")
    for kind, told in SOURCES.items()
    for act in machine_of(told.model).acts
    for source in act.sources
]


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026."""
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        yield


def test_there_is_something_to_walk():
    kinds = {way.values[0] for way in WAYS}
    print(f"{len(WAYS)} ways of {len(kinds)} kinds")
    assert kinds == set(SOURCES)
    assert len(WAYS) > 60


def written(record, state, actor):
    """What an act that leaves a record in a state writes into its history."""
    with chapter(actor=actor):
        row = record.history.first()
        row.pk, row.history_type, row.__dict__["state"] = None, "~", state
        say_who(type(row), row)
        row.save(force_insert=True)


@pytest.mark.unrecorded("it writes the history alone, from which events are told, of states that take years to come to")
@pytest.mark.parametrize(("kind", "act", "source", "target"), WAYS)
def test_each_transition_is_an_event_of_a_type_that_is_declared_and_it_is_told(
    aois_company, dans_company, clerk, kind, act, source, target
):
    record = MAKERS[f"{kind}s"][0](aois_company)
    assert isinstance(record, SOURCES[kind].model)
    hooking.open_webhook(
        dans_company, url="https://dan.example.co.jp/", types=[f"{kind}.*"], contact="api@dan.example.co.jp",
        kinds=events.kinds(), at=clock.now(), actor=MAKER,
    )  # fmt: skip
    written(record, source, clerk)
    place = Event.objects.count()
    written(record, target or source, clerk)
    told = Event.objects.order_by("pk").last()
    assert Event.objects.count() == place + 1
    assert told.type == f"{kind}.{target if target not in (None, source) else 'changed'}"
    assert told.type in events.types(kind)
    assert told.data["state"] == (target or source)
    delivering.hand_out.func()
    assert Delivery.objects.filter(event=told).count() == 1
