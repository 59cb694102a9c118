"""Any story: what customers, staff and the clock do in any order, as a machine that hypothesis drives.

Each rule is one act by its gerund. It is either done or refused by a rule of the terms; what is refused has written
nothing. After each act the whole world is held against `tests.lawful`.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from contracts.models import Contract, Customer
from iijiot import clock, daily
from iijiot.rules import RuleViolation
from tests import lawful
from tests.acts import WEDNESDAY
from tests.recorder import Recorder

T = TypeVar("T")

WHICH = st.integers(0, 30)
"""Which of the records that there are, counted round."""
COUNTED: Counter[str] = Counter()
"""How often each act was done, and how often refused: printed as a summary."""

SAID_NOTHING = """
SELECT now.id, now.{state}, now.history_id FROM {table} now JOIN LATERAL (
    SELECT {state} FROM {table} WHERE id = now.id AND history_id < now.history_id ORDER BY history_id DESC LIMIT 1
) before ON before.{state} <> now.{state}
WHERE now.history_actor = '' OR (now.history_clause = '' AND now.history_change_reason = '')
"""


class Strict(daily.Tally):
    """What the clock sets aside must be set aside by a rule, not because something broke."""

    def put_aside(self, what: object, why: object) -> None:
        """Raises what is no rule."""
        assert isinstance(why, RuleViolation), f"set aside: {what}: {why!r}"
        super().put_aside(what, why)


class Life(RuleBasedStateMachine):
    """A day, a world that is taken back at the end, and the invariants; the acts are in `deeds` and `misdeeds`."""

    def __init__(self) -> None:
        super().__init__()
        self.today = WEDNESDAY
        self.ended: dict[int, dict[str, Any]] = {}
        self.seen = -1
        self.recorder = Recorder()
        self._travel = time_machine.travel(self.noon(), tick=False)
        self._traveller = self._travel.start()
        self._savepoint = transaction.atomic()
        self._savepoint.__enter__()
        self.recorder.forget()

    def teardown(self) -> None:
        """Hold the histories against what was written, and take everything back."""
        try:
            wrong = [*self.recorder.problems(), *changes_of_state_that_say_nothing()]
            assert not wrong, wrong
        finally:
            transaction.set_rollback(True)
            self._savepoint.__exit__(None, None, None)
            self._travel.stop()

    def noon(self, days: int = 0) -> datetime:
        """Noon in Tokyo, of today or some days later."""
        return datetime.combine(self.today + timedelta(days), time(12), clock.TOKYO)

    def day(self, days: int) -> date:
        """Some days from today."""
        return self.today + timedelta(days)

    def one(self, rows: Any, which: int) -> Any:
        """One of the records there are; None where there is none."""
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.model._base_manager.get(pk=keys[which % len(keys)]) if keys else None

    def written(self) -> int:
        """How many rows were written so far."""
        return int(self.recorder.ask("SELECT count(*) FROM recorder.log")[0][0])

    def attempt(self, what: str, act: Callable[[], T]) -> T | None:
        """Do it, or find it refused by a rule, nothing written."""
        before = self.written()
        try:
            with transaction.atomic():
                done = act()
        except (RuleViolation, ValidationError):
            COUNTED[f"{what}: refused"] += 1
            assert self.written() == before, f"{what} was refused and left something"
            return None
        COUNTED[f"{what}: done"] += 1
        return done

    def refused(self, what: str, act: Callable[[], Any]) -> None:
        """Find refused what must be."""
        before = COUNTED[f"{what}: refused"]
        self.attempt(what, act)
        assert COUNTED[f"{what}: refused"] == before + 1, f"{what} was not refused"

    def pass_days(self, days: int) -> None:
        """Let the clock do what falls due, day by day; done once more it finds nothing left to do."""
        for _day in range(days):
            self.today += timedelta(1)
            self._traveller.move_to(self.noon())
            self._run_steps()
        before = self.written()
        self._run_steps()
        assert self.written() == before, "the clock, run again, wrote something"

    def _run_steps(self) -> None:
        for step in daily.steps():
            with clock.working_on(self.today):
                step.run(self.today, Strict())

    @invariant()
    def the_world_is_lawful(self) -> None:
        """Nothing is as it must not be."""
        if self.written() == self.seen:
            return
        wrong = lawful.unlawful(self.today, Customer.objects.order_by("pk"))
        assert not wrong, wrong
        self.seen = self.written()

    @invariant()
    def what_has_ended_stays_as_it_is(self) -> None:
        """An end is final."""
        now: dict[int, dict[str, Any]] = {row["id"]: {**row} for row in Contract.objects.filter(state="ended").values()}
        for pk, row in self.ended.items():
            assert now.get(pk) == row, (row, now.get(pk))
        self.ended = now


def changes_of_state_that_say_nothing() -> Iterator[str]:
    """Versions in which a state changes and that name no actor, or neither clause nor reason."""
    for model in lawful.with_states():
        table, (state,) = model.history.model._meta.db_table, model.fsm_fields()
        for pk, to, version in Recorder().ask(SAID_NOTHING.format(table=table, state=state)):
            yield f"{model.__name__} #{pk} became {to} in version {version}"
