"""The dialogs of measures: for each a lawful record, and what a clerk types."""

from datetime import UTC, date, datetime
from typing import Any

from contracts.models import Contract, Measure
from iijiot import clock
from tests.factories import (
    ContractFactory,
    DiscontinuationFactory,
    MeasureFactory,
    SuspensionFactory,
    TermsVersionFactory,
    ViolationFactory,
)

PAST = {"announced_at": datetime(2026, 10, 20, tzinfo=UTC), "begins_at": datetime(2026, 10, 31, 15, tzinfo=UTC)}
SINCE = {"begun_on": date(2026, 11, 1), "cure_by": date(2027, 1, 1)}
WHY = {"because": "事由の解消を確認"}
TOLD = "お支払いの確認ができないため"


def in_force() -> Any:
    """A suspension for non-payment that holds."""
    return SuspensionFactory(in_force=True, contract=ContractFactory(suspended=True), **PAST, **SINCE)


def useless() -> Contract:
    """A contract that a restriction makes useless."""
    restriction(state="in-force")
    made: Contract = ContractFactory(mobile_access=True)
    return made


def restriction(**more: Any) -> Any:
    """A restriction whose day has come."""
    return MeasureFactory(kind="restriction", stops_use=True, starts_at=PAST["begins_at"], **more)


def touching(source: Any, **contract: Any) -> Any:
    """The same, with a customer whom it touches."""
    ContractFactory(**contract)
    return source


def today() -> str:
    """As a clerk types it."""
    return clock.business_day().isoformat()


REFUSED_THEN: dict[str, Any] = {
    "begin-suspension": (lambda: SuspensionFactory(**PAST), {}),
    "withdraw-suspension": (SuspensionFactory, WHY),
    "lift": (in_force, WHY),
    "remedy": (ViolationFactory, {"result": "設定を改めた"}),
    "drop": (ViolationFactory, {"result": "誤検知"}),
    "end-after-suspension": (
        lambda: in_force().contract,
        lambda contract: {"effective_on": today(), "told": TOLD},
    ),
    "end-for-hindrance": (
        ContractFactory,
        lambda contract: {"cause": "G26.1.3", "hindrance": "基地局に支障", "effective_on": today(), "told": TOLD},
    ),
    "end-in-trouble": (
        useless,
        lambda contract: {"measure": Measure.objects.get().pk, "arrived_on": today(), "statement": "監視ができない"},
    ),
    "announce-measure": (
        lambda: touching(MeasureFactory(starts_at=datetime(2031, 1, 10, tzinfo=UTC)), mobile_access=True),
        {},
    ),
    "begin-measure": (restriction, {}),
    "finish": (lambda: restriction(state="in-force"), WHY),
    "withdraw-measure": (MeasureFactory, WHY),
    "announce-discontinuation": (
        lambda: touching(DiscontinuationFactory(last_day=date(2031, 5, 31)), data_storage=True),
        {},
    ),
    "withdraw-discontinuation": (DiscontinuationFactory, WHY),
    "announce-terms": (lambda: touching(TermsVersionFactory(), vpn_gateway=True), {}),
    "confirm-terms": (
        lambda: TermsVersionFactory(state="announced", announced_at=datetime(2026, 11, 25, tzinfo=UTC)),
        {},
    ),
    "withdraw-terms": (TermsVersionFactory, WHY),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "suspend": (
        ContractFactory,
        {
            "extent": "stop",
            "cause": "G26.1.1",
            "begins_on": "2031-12-01",
            "begins_time": "00:00",
            "reason": "未払い",
            "period": "お支払いの確認まで",
            "risk_because": "不渡り",
        },
    ),
}
"""Acts that can be taken once more, if somebody wants just that."""
