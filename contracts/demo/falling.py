"""Many customers' ends: by the same cascade as the acts of the office, told without it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from contracts.cascade import Designation, Fall, Key, World, falls
from contracts.demo.lives import Living
from contracts.demo.told import Thing
from contracts.models import DesignatedDay, Termination
from iijiot import clock
from iijiot.actors import Actor
from iijiot.pasts import Act, Line, act


class Life(Living):
    """To the end."""

    def end(self, root: Thing, **how: Any) -> None:
        """An end of its own, all that falls with it, and, where the day is over, the clock's work (G29.1)."""
        rows, found = self.schedule(root, **how)
        for day in sorted({fall.on for fall in found.values() if fall.on < self.staff.today}):
            self._over(day, [(self.things[key], rows[key]) for key, fall in found.items() if fall.on == day])

    def schedule(
        self, root: Thing, *, on: date, clause: str, by: Act, designated: dict[Key, date] | None = None, **own: Any
    ) -> tuple[dict[Key, Line], dict[Key, Fall]]:
        """The rows of an end and of what falls with it, and how each falls."""
        edges = [rest.edge for rest in self.rests if rest.cascades and not self.things[rest.edge.dependent].ended]
        reason = "データの取出しに要する期間のため"
        wishes = {key: [Designation(day, root.key, on, reason)] for key, day in (designated or {}).items()}
        found = falls(World({root.key: Fall.of_its_own(root.key, on, clause)}, edges, wishes))
        kind = "contract" if root.key[0] == "contract" else "external"
        rows = {
            root.key: self.past.add(
                Termination, by, clause, **{kind: root.line}, effective_on=on, clause=clause, reason=by.reason, **own
            )
        }
        for key, day in (designated or {}).items():
            contract, end = self.things[key].line, rows[root.key]
            self.past.add(DesignatedDay, by, clause, contract=contract, end=end, on=day, reason=reason)
        waiting = [key for key in found if key != root.key]
        while waiting:
            ready = [key for key in waiting if found[key].base in rows]
            for key in ready:
                rows[key] = self._caused(key, found[key], rows, by)
            waiting = [key for key in waiting if key not in rows]
        for key, fall in found.items():
            self._ends(self.things[key], fall, by)
        return rows, found

    def _caused(self, key: Key, fall: Fall, rows: dict[Key, Line], by: Act) -> Line:
        assert fall.base is not None and fall.edge is not None  # noqa: S101, PT018 - a caused end has both
        return self.past.add(
            Termination,
            by,
            fall.clause,
            contract=self.things[key].line,
            origin="cascade",
            effective_on=fall.on,
            clause=fall.clause,
            cause=rows[fall.base],
            through=self.rests[fall.edge].line,
            designated=fall.designated,
            reason=fall.reason,
        )

    def _ends(self, thing: Thing, fall: Fall, by: Act) -> None:
        if thing.key[0] == "external":
            self.past.change(thing.line, by, fall.clause, ends_on=fall.on)
            return
        self.past.change(thing.line, by, fall.clause, ends_on=fall.on, ends_under=fall.clause)
        base = self.things[fall.base] if fall.base else None
        self._tell_end(
            "end-scheduled",
            thing,
            fall.clause,
            by,
            {"change": None, "base": SimpleNamespace(name_for_letters=base.words) if base else None},
        )

    def _over(self, day: date, ends: Iterable[tuple[Thing, Line]]) -> None:
        """The daily run after the last day."""
        after = datetime.combine(day + timedelta(1), time(0, 5), clock.TOKYO)
        closing = act(self.random, after, Actor.clock("end-contracts"))
        subscriptions = act(self.random, after, Actor.clock("close-subscriptions"))
        for thing, row in ends:
            of_contract = thing.key[0] == "contract"
            if of_contract:
                self.past.change(thing.line, closing, row.values["clause"], state="ended")
            by = closing if of_contract else subscriptions
            self.past.change(row, by, row.values["clause"], state="carried-out")
            thing.ended = True

    def message(self, thing: Thing, day: date, *, lapses_on: date | None = None) -> None:
        """The customer wrote without our form: no end yet, and none of it once another cause has ended the contract."""
        note = "メールで「解約したい」との連絡（架空）"
        row = self.past.add(
            Termination,
            self.at(day, 200, reason=note),
            "G29.1",
            contract=thing.line,
            origin="notice",
            how="other",
            arrived_on=day,
            clause="G29.1",
            reason=note,
            state="form-missing",
        )
        if lapses_on and lapses_on < self.staff.today:
            after = datetime.combine(lapses_on + timedelta(1), time(0, 5), clock.TOKYO)
            self.past.change(row, act(self.random, after, Actor.clock("end-contracts")), "G29.1", state="lapsed")

    def taken_back(self, thing: Thing, row: Line, day: date) -> None:
        """A notice for a contract on which nothing rests, taken back as both sides agree."""
        by, clause = self.at(day, 250, reason="お客様の申出により取下げ"), row.values["clause"]
        self.past.change(row, by, clause, state="taken-back")
        self.past.change(thing.line, by, clause, ends_on=None, ends_under="")
        self._tell_end("end-lifted", thing, clause, by, {})
