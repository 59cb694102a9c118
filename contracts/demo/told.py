"""What a customer of many holds, what it is told, and by whom: the ground of the lives."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

from contracts import notifying
from contracts.cascade import Edge, Key
from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Holding
from contracts.models import Customer, ExternalSubscription, Notice
from iijiot import clock
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.pasts import Act, Line, Past, act


@dataclass(frozen=True)
class Staff:
    """Who acts in all lives, and since when this software has been in use."""

    desk: Actor
    approver: Actor
    today: date
    introduced: date
    waiting_since: datetime
    """Since when an application has been waiting that others may pass only with a reason (G13.2)."""


@dataclass
class Thing:
    """A contract or subscription that others can rest on."""

    line: Line
    holding: Holding
    unit: Line | None = None
    ended: bool = False

    @property
    def key(self) -> Key:
        """How the cascade names it."""
        return self.holding.key

    @property
    def words(self) -> str:
        """How a letter names it."""
        if self.key[0] == "contract":
            return f"{SERVICES[self.holding.code].name}（{self.line.number}）"
        return f"{self.holding.name}（{self.line.values['reference']}）"


class Rest(NamedTuple):
    """One thing rests on another."""

    edge: Edge
    line: Line
    cascades: bool


class Told:
    """One customer: what it holds, and the letters it got."""

    def __init__(self, past: Past, random: Random, staff: Staff, customer: Line) -> None:
        self.past, self.random, self.staff, self.customer = past, random, staff, customer
        self.things: dict[Key, Thing] = {}
        self.rests: list[Rest] = []
        self.agreed = False

    def at(self, day: date, minute: int, by: Actor | None = None, reason: str = "") -> Act:
        """An act so many minutes after nine."""
        moment = datetime.combine(day, time(9), clock.TOKYO) + timedelta(minutes=minute)
        return act(self.random, moment, by or self.staff.desk, reason)

    def migrated(self) -> Act:
        """The act that took over what there was when this software was introduced."""
        return self.at(self.staff.introduced, 0, Actor.command("import"), "旧システムからの移行（見本）")

    def hold(self, line: Line, kind: str, code: str, first: date, unit: Line | None = None, network: str = "") -> Thing:
        """Something more that others can rest on."""
        key = (kind, len(self.things))
        name = str(line.values.get("service", code))
        thing = Thing(line, Holding(code, first, None, key, name, network), unit)
        self.things[key] = thing
        return thing

    def external(self, service: str, since: date, reference: str, network: str = "") -> Thing:
        """Something held under other terms."""
        by = self.migrated() if since < self.staff.introduced else self.at(since, 30, reason="利用中のサービスの登録")
        line = self.past.add(
            ExternalSubscription,
            by,
            "G14.1.1",
            customer=self.customer,
            service=service,
            network=network,
            reference=reference,
            starts_on=since,
        )
        return self.hold(line, "external", service, since, network=network)

    def _tell_end(self, kind: str, thing: Thing, clause: str, by: Act, more: dict[str, Any]) -> None:
        shown = SimpleNamespace(
            number=thing.line.number, service=SERVICES[thing.holding.code], ends_on=thing.line.values.get("ends_on")
        )
        self._tell(kind, clause, by, False, {"contract": thing.line}, lambda: {"contract": shown, **more})

    def _tell(self, kind: str, clause: str, by: Act, paper: bool, about: dict[str, Line], told: Any) -> None:
        """A notice in the words of its letter (G12.2.1); a letter is posted the next day."""
        values, subject, body = self.customer.values, "", ""
        if self.past.storing:
            shown = Customer(name=values["name"], kind=values["kind"])
            context = {"customer": shown, "clause": Clause(clause), **told()}
            to, on = notifying.addressee(shown), clock.tokyo_day(by.at)
            letter = notifying.written(kind, context, to=to, on=on, holding={})
            subject, body = letter.subject, letter.body
        notice = self.past.add(
            Notice,
            by,
            clause,
            **about,
            customer=self.customer,
            kind=kind,
            channel="letter" if paper else "email",
            clause=clause,
            to=values["address"] if paper else values["notice_email"],
            subject=subject,
            body=body,
        )
        if not paper:
            sent = act(self.random, by.at + timedelta(minutes=1), Actor.clock("send-notices"))
            self.past.change(notice, sent, "G12.2.1", state="sent", sent_at=sent.at)
            return
        posted = self.at(clock.tokyo_day(by.at) + timedelta(1), 60)
        if clock.tokyo_day(posted.at) <= self.staff.today:
            self.past.change(notice, posted, "G14.2", state="sent", sent_at=posted.at)
