"""T12: the same race without locks shows the double. So the races can fail, and the locks are what keeps them from it."""

import threading
from datetime import date
from functools import partial
from typing import Any

import pytest

from contracts.models import Application, Termination
from iijiot import records
from iijiot.actors import Actor
from iijiot.records import chapter
from tests.factories import ApplicationFactory, TerminationFactory
from tests.races.together import ROUNDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 25)
CLERK = Actor.command("clerk without locks")


def get_change_save(record: Any, change: Any) -> Any:
    """What everybody writes at first: get, transition, save. The guard against it is passed by on purpose."""
    met = threading.Barrier(2)

    def act() -> None:
        row = type(record).objects.get(pk=record.pk)
        met.wait(10)
        with chapter(actor=CLERK):
            token = records._locked.set(records._locked.get() | {id(row)})
            try:
                change(row)
                row.save()
            finally:
                records._locked.reset(token)

    return act


def test_t12_without_locks_one_application_is_withdrawn_twice():
    doubles = 0
    for _round in range(ROUNDS):
        application = ApplicationFactory(screened=True)
        outcomes = at_once(*[get_change_save(application, lambda row: row.withdraw(on=DAY))] * 2)
        history = Application.history.filter(id=application.pk, state="withdrawn").count()
        doubles += history == 2 and all(outcome.won for outcome in outcomes)
    assert doubles == ROUNDS


def test_t12_without_locks_an_end_is_both_taken_back_and_carried_out():
    mixes = 0
    for _round in range(ROUNDS):
        end = TerminationFactory()
        both = threading.Barrier(2)

        def act(name: str, end: Termination = end, both: threading.Barrier = both) -> None:
            row = Termination.objects.get(pk=end.pk)
            both.wait(10)
            with chapter(actor=CLERK):
                token = records._locked.set(records._locked.get() | {id(row)})
                getattr(row, name)()
                row.save()
                records._locked.reset(token)

        at_once(partial(act, "take_back"), partial(act, "carry_out"))
        states = set(Termination.history.filter(id=end.pk).values_list("state", flat=True))
        mixes += {"taken-back", "carried-out"} <= states
    assert mixes == ROUNDS


def test_a_transition_on_a_row_that_is_not_held_is_refused():
    """The guard that the mutants above pass by."""
    application = ApplicationFactory(screened=True)
    with pytest.raises(records.NotLocked), chapter(actor=CLERK):
        Application.objects.get(pk=application.pk).withdraw(on=DAY)
