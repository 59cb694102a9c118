"""The dialogs of lines, of changes of their number, and of the contracts that have them: a lawful record and what is typed."""

from typing import Any

from contracts.models import Contract
from sims import changing
from sims.models import Line, LineChange
from tests.acts import BEN, WEDNESDAY
from tests.console import pools
from tests.factories import ContractFactory, NetworkPolicyFactory
from tests.factories.sims import LineFactory, SimCardFactory
from tests.sims.lined import add_lines, mobile

WHY = {"reason": "契約者のお申出"}
LATER = "2026-12-31"


def line(**more: Any) -> Line:
    """A line of a contract with another one, with its card."""
    made: Line = LineFactory(**more)
    LineFactory(contract=made.contract)
    SimCardFactory(lent=True, line=made)
    return made


def ready_line() -> Line:
    """An ordered line whose card was sent out, with an address to be had."""
    made: Line = add_lines(mobile(1), 1)[0]
    waiting: Line = LineFactory(contract=made.contract, ordered=True)
    SimCardFactory(lent=True, line=waiting)
    return waiting


def reduction() -> LineChange:
    """Two lines of five that are to end."""
    plan = changing.plan_reduction(mobile(5), effective_on=plan_day(), today=WEDNESDAY, how_many=2)
    return changing.reduce(plan, actor=BEN)


def plan_day() -> Any:
    """The last day of a reduction."""
    return WEDNESDAY.replace(month=12, day=31)


def blocked() -> Line:
    """A line that the network does not let in."""
    made: Line = NetworkPolicyFactory(blocked=True, from_day=WEDNESDAY).line
    return made


def protected() -> Contract:
    """A contract that is protected."""
    made: Contract = ContractFactory(protected=True)
    return made


REFUSED_THEN: dict[str, Any] = {
    "activate-line": (ready_line, {}),
    "pause-line": (line, WHY),
    "resume-line": (lambda: line(paused=True), WHY),
    "lift-line-end": (lambda: line(ends_on=plan_day(), ends_under="MA8.1"), WHY),
    "protect-line": (line, WHY),
    "unprotect-line": (lambda: line(protected=True), WHY),
    "relabel-line": (line, {"label": "第2倉庫の検針器", **WHY}),
    "renumber-line": (line, {"msisdn": "020-9999-9999", **WHY}),
    "take-back-change": (reduction, WHY),
    "activate-ready-lines": (lambda: ready_line().contract, {}),
    "protect": (ContractFactory, WHY),
    "unprotect": (protected, WHY),
    "block-line": (LineFactory, {"ground": "MA10.1", "because": "亡失の届出"}),
    "unblock-line": (blocked, {"because": "発見"}),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "end-line": (line, {"on": LATER, **WHY}),
    "fewer-lines": (lambda: mobile(5), {"effective_on": LATER, "how_many": 2, **WHY}),
    "change-line-address": pools.OF_OTHER_PAGES["change-line-address"],
    "register-line-device": pools.OF_OTHER_PAGES["register-line-device"],
    "record-violation-by-card": pools.OF_OTHER_PAGES["record-violation-by-card"],
}
"""Acts that can be taken once more, if somebody wants just that."""
