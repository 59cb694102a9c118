"""The dialogs of address pools, devices and care: a lawful record each, and what a clerk types."""

from typing import Any

from contracts.models import Contract
from tests.factories import (
    AddressUseFactory,
    EquipmentFactory,
    IpPoolFactory,
    ReservationFactory,
    SightingFactory,
    SubleaseConsentFactory,
)
from tests.factories.sims import LineFactory, SimCardFactory

WHY = {"reason": "更改"}
TESTED = {"on": "2026-11-24", "report": "通信試験の報告書"}
DEVICE = {"maker": "架空電子", "name": "GW-2", "basis": "conforming", "mark": "001-A00002"}
DUTY = {"breach": "MA9.1.2", "found_on": "2026-11-24", "what": "国外での在圏を確認"}


def with_line() -> Contract:
    """A contract with a line and a card on it."""
    made: Contract = SimCardFactory(lent=True).line.contract
    return made


def line_of(contract: Contract) -> dict[str, Any]:
    """A device for its line."""
    return {"line": contract.lines.get().number, "imei": "354178036859789", **DEVICE}


def card_of(contract: Contract) -> dict[str, Any]:
    """What was found of its card."""
    return {"card": contract.lines.get().cards.get().iccid, **DUTY}


REFUSED_THEN: dict[str, Any] = {
    "close-pool": (IpPoolFactory, WHY),
    "reopen-pool": (lambda: IpPoolFactory(is_open=False), WHY),
    "give-back-reservation": (ReservationFactory, WHY),
    "change-address": (AddressUseFactory, {"because": "攻撃の標的となったため"}),
    "ask-test": (EquipmentFactory, {"due_on": "2026-12-10"}),
    "test-passed": (lambda: EquipmentFactory(asked=True), TESTED),
    "test-failed": (lambda: EquipmentFactory(asked=True), TESTED),
    "retire-device": (EquipmentFactory, WHY),
    "record-device-violation": (SightingFactory, {"on": "2026-11-25", "what": "未登録の端末の接続"}),
    "register-seen-device": (SightingFactory, DEVICE),
    "dismiss-sighting": (SightingFactory, {"because": "当社の試験機"}),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "reserve-address": (
        lambda: IpPoolFactory(network="10.99.0.0/29"),
        {"address": "10.99.0.1", "because": "ルータ"},
    ),
    "register-device": (with_line, line_of),
    "record-card-violation": (with_line, card_of),
    "consent-sublease": (
        with_line,
        {"to_whom": "架空物流株式会社", "since": "2026-11-25", "reference": "承諾書 2026-11-24"},
    ),
    "end-consent": (SubleaseConsentFactory, {"on": "2026-12-31"}),
}
"""Acts that can be taken once more, if somebody wants just that."""

OF_OTHER_PAGES: dict[str, Any] = {
    "change-line-address": (lambda: AddressUseFactory().line, {"because": "攻撃の標的となったため"}),
    "register-line-device": (LineFactory, {"imei": "354178036859789", **DEVICE}),
    "record-violation-by-card": (lambda: SimCardFactory(lent=True), DUTY),
}
"""Acts offered on the pages of lines and cards."""
