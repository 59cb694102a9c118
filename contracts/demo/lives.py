"""Many customers' contracts, told without the office: applied for, screened, accepted and started, each on its day.

The days follow from the same declarations as the acts of the office; nothing is read back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils import translation

from contracts.cascade import Edge, Key
from contracts.catalogue.services import SERVICES
from contracts.consenting import CONCLUSION
from contracts.demo.office import ANSWERS
from contracts.demo.told import Rest, Thing, Told
from contracts.models import Application, Consent, Contract, Dependency, DocumentRequest, Finding, StartCondition
from contracts.models.consent import DATA_PROCESSING
from contracts.models.finding import SCREENED, Ground
from iijiot import clock
from iijiot.pasts import Act, Line, act

BY_RULE = (Ground.REQUIREMENT, Ground.PAST_DEFAULT)
UNTIL_START = 5
"""Days from the receipt of an application to the start: everybody waits as long, so that nobody is overtaken (G13.2)."""


@cache
def _word(words: Any) -> str:
    with translation.override("ja"):
        return str(words)


class Living(Told):
    """From application to service."""

    def contract(self, code: str, unit: Line, offered: Iterable[Thing], day: date, quantity: int = 1) -> Thing | None:
        """The usual way from application to service; None while it is still on the way, or when it came to nothing."""
        service = SERVICES[code]
        day = max(day, service.since)
        held = {thing.key: thing for thing in offered if not thing.ended}
        day = max([day, *(thing.holding.first + timedelta(1) for thing in held.values())])
        chosen = self._chosen(code, held, day)
        if day > self.staff.today or chosen is None:
            return None
        item = "TypeD" if service.items else ""
        made = {"customer": self.customer, "service_code": code, "item": item}
        made |= {"management_unit": unit, "quantity": quantity}
        parent = next((b.line for b in chosen if b.holding.code == "iot"), None) if service.is_option else None
        if day < self.staff.introduced <= day + timedelta(UNTIL_START):
            day = self.staff.introduced
        start = day + timedelta(UNTIL_START)
        if day < self.staff.introduced:
            by = self.migrated()
            running = {"accepted_on": day, "billing_starts_on": start, "parent": parent, "state": "active"}
            line = self.past.add(Contract, by, "G13.1", **made, **running)
            thing = self.hold(line, "contract", code, start, unit)
            self._rest(thing, chosen, by)
            return thing
        return self._applied(made, parent, unit, chosen, day)

    def _chosen(self, code: str, held: dict[Key, Thing], day: date) -> list[Thing] | None:
        """What the provision lets it rest on; None where something is missing."""
        holdings = [thing.holding for thing in held.values()]
        found = [part.candidates(holdings, day) for part in SERVICES[code].eligibility.parts]
        return [held[candidates[0].key] for candidates in found] if all(found) else None

    def _rest(self, thing: Thing, bases: Sequence[Thing], by: Act) -> None:
        service = SERVICES[thing.holding.code]
        for base in bases:
            cascade = service.ends_under(base.holding.code)
            clause = (cascade or service.eligibility.said_by).id
            on = {"on_contract": base.line} if base.key[0] == "contract" else {"on_external": base.line}
            line = self.past.add(
                Dependency, by, clause, contract=thing.line, clause=clause, cascades=cascade is not None, **on
            )
            self.rests.append(Rest(Edge(len(self.rests), thing.key, base.key, clause), line, cascade is not None))

    def _applied(
        self, made: dict[str, Any], parent: Line | None, unit: Line, chosen: Sequence[Thing], day: date
    ) -> Thing | None:
        random, today, code = self.random, self.staff.today, made["service_code"]
        minute, fate, paper = random.randrange(0, 420), random.random(), random.random() < 0.1
        application = self.past.add(
            Application,
            self.at(day, minute),
            "G12.1",
            **made,
            received_at=self.at(day, minute).at,
            channel="paper" if paper else "electronic",
            start_wished_on=day + timedelta(7),
        )
        if day + timedelta(1) > today:
            return None
        screened = self.at(day + timedelta(1), minute)
        self.past.change(application, screened, "G13.1", state="screening")
        found = random.choice((Ground.PAYMENT, Ground.TECHNICAL, Ground.OTHER)) if fate < 0.03 else None
        self._examine(application, screened, found)
        decided = day + timedelta(2)
        if 0.03 <= fate < 0.07:
            arrived = self._documents(application, day + timedelta(1), paper)
            if arrived is None:
                return None
            decided = arrived
        if decided > today:
            return None
        late = 535 if decided > day + timedelta(2) else minute
        if found:
            self._refuse(application, self.at(decided, late, self.staff.approver, "審査所見による"), paper)
            return None
        if fate > 0.985:
            by = self.at(decided, late, reason="申込者からの取下げ")
            self.past.change(application, by, "G12.1", state="withdrawn", decided_on=decided)
            return None
        passes = application.values["received_at"] > self.staff.waiting_since
        by = self.at(decided, late, reason="先に受け付けた申込は確認に時間を要するため" if passes else "")
        self.past.change(
            application, by, "G13.1", state="accepted", decided_on=decided, quantity_accepted=made["quantity"]
        )
        line = self.past.add(Contract, by, "G13.1", **made, application=application, parent=parent, accepted_on=decided)
        thing = self.hold(line, "contract", code, date.max, unit)
        self._rest(thing, chosen, by)
        conditions = self._conditions(line, by)
        told = [SimpleNamespace(number=line.number, service=SERVICES[code], quantity=made["quantity"])]
        self._agree(by)
        self._accepted(application, line, by, decided, told, paper)
        return self._start(thing, conditions, decided + timedelta(UNTIL_START - 2))

    def _examine(self, application: Line, by: Act, found: str | None) -> None:
        """Every ground: by rule at once, by the clerk ten minutes later (G14.1)."""
        later = replace_at(self.random, by, 10)
        for ground in SCREENED:
            by_rule = ground in BY_RULE
            line = self.past.add(
                Finding,
                by,
                "G14.1",
                application=application,
                ground=ground.value,
                result="clear" if by_rule else "open",
                by_rule=by_rule,
            )
            if not by_rule and ground == found:
                self.past.change(line, later, "G14.1", result="found", text="審査で確認した事実（架空）", told=True)
            elif not by_rule:
                self.past.change(line, later, "G14.1", result="clear")

    def _documents(self, application: Line, day: date, paper: bool) -> date | None:
        """Asked for, and mostly delivered a week later (G42.2.1); the day on which the screening went on."""
        by = self.at(day, 500)
        what, arrives = "本人確認書類（見本）", day + timedelta(self.random.randrange(4, 12))
        self.past.change(application, by, "G42.2.1", state="on-hold")
        asked = self.past.add(DocumentRequest, by, "G42.2.1", application=application, what=what, asked_on=day)
        self._tell(
            "documents",
            "G42.2.1",
            by,
            paper,
            {"application": application},
            lambda: {"application": self._as_applied(application), "documents": [what]},
        )
        if arrives > self.staff.today:
            return None
        came = self.at(arrives, 530)
        self.past.change(asked, came, "G42.2.1", arrived_on=arrives)
        self.past.change(application, came, "G42.2.1", state="screening")
        return arrives

    def _refuse(self, application: Line, by: Act, paper: bool) -> None:
        day = clock.tokyo_day(by.at)
        self.past.change(application, by, "G14.1", state="refused", decided_on=day)
        clause = "G14.2" if paper else "G42.2.2"
        self._tell(
            "refused",
            clause,
            by,
            paper,
            {"application": application},
            lambda: {"application": self._as_applied(application), "told": ()},
        )

    def _agree(self, by: Act) -> None:
        """With the first contract concluded, the data processing addendum too (G40.5)."""
        if self.agreed:
            return
        self.agreed = True
        self.past.add(
            Consent,
            by,
            "G40.5",
            customer=self.customer,
            kind=DATA_PROCESSING,
            version=settings.DATA_PROCESSING_VERSION,
            given=True,
            told=CONCLUSION,
            at=by.at,
            by=by.actor.name,
        )

    def _accepted(self, application: Line, line: Line, by: Act, day: date, made: Sequence[Any], paper: bool) -> None:
        self._tell(
            "accepted",
            "G13.1",
            by,
            paper,
            {"application": application, "contract": line},
            lambda: {
                "application": self._as_applied(application),
                "contracts": made,
                "plan": SimpleNamespace(on=day, refused_quantity=0),
            },
        )

    def _as_applied(self, application: Line) -> SimpleNamespace:
        values = application.values
        return SimpleNamespace(
            number=application.number,
            received_on=clock.tokyo_day(values["received_at"]),
            service=SERVICES[values["service_code"]],
            quantity=values["quantity"],
            changes=None,
        )

    def _conditions(self, contract: Line, by: Act) -> list[tuple[Line, str]]:
        return [
            (
                self.past.add(
                    StartCondition,
                    by,
                    condition.said_by.id,
                    contract=contract,
                    code=condition.code,
                    words=_word(condition.words),
                    clause=condition.said_by.id,
                ),
                condition.said_by.id,
            )
            for condition in SERVICES[contract.values["service_code"]].before_start
        ]

    def _start(self, thing: Thing, conditions: Sequence[tuple[Line, str]], day: date) -> Thing | None:
        """The checklist done or waived, then the billing start date; None while it waits."""
        today, waived = self.staff.today, bool(conditions) and self.random.random() < 0.05
        patient = bool(conditions) and self.random.random() < 0.1 and day > today - timedelta(60)
        if day - timedelta(1) > today or patient:
            return None
        if waived:
            because = "開通日が決まっているため（運用ポリシーは後日）"
            by = self.at(day - timedelta(1), 300, self.staff.approver, because)
            self.past.change(thing.line, by, "PC4.2", conditions_waived=because)
        for line, clause in () if waived else conditions:
            met = {"answer": ANSWERS[line.values["code"]], "met_on": day - timedelta(1), "state": "met"}
            self.past.change(line, self.at(day - timedelta(1), 300), clause, **met)
        later = day > today - timedelta(20) and self.random.random() < 0.3
        start = day + timedelta(30) if later else day
        if day > today:
            return None
        self.past.change(thing.line, self.at(day, 20, self.staff.approver), "G3", billing_starts_on=start)
        if start > today:
            return None
        self.past.change(thing.line, self.at(day, 20, self.staff.approver), "G3", state="active")
        thing.holding = replace(thing.holding, first=start)
        return thing


def replace_at(random: Random, by: Act, minutes: int) -> Act:
    """Another act of the same person, so many minutes later."""
    return act(random, by.at + timedelta(minutes=minutes), by.actor)
