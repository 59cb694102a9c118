"""The dialogs of prices: for each a lawful record, and what a clerk types."""

from datetime import UTC, date, datetime
from typing import Any

from billing.models import PriceVersion
from tests.acts import announce
from tests.factories import ContractFactory
from tests.factories.prices import AgreedPriceFactory, ExtraItemFactory, PriceFactory, PriceVersionFactory, price_list

WHY = {"because": "入力の誤り"}
LATER = date(2031, 1, 1)
CLAIM = {"amount": "100000", "text": "設備の損傷", "reason": "10月の事故"}


def rise(**more: Any) -> PriceVersion:
    """A draft by which a customer's contract costs more."""
    price_list()
    ContractFactory()
    version: PriceVersion = PriceVersionFactory(
        new_from=LATER, existing_from=LATER, changes="月額料金　5,000円から6,000円", **more
    )
    PriceFactory(draft=True, version=version, yen=6_000)
    return version


def told_before_he_came() -> PriceVersion:
    """An announced one with its announcement, and a customer who came after it."""
    version = rise()
    announce(version, datetime(2026, 11, 20, tzinfo=UTC))
    ContractFactory()
    return version


def draft() -> PriceVersion:
    """A draft for new contracts alone."""
    version: PriceVersion = PriceVersionFactory(new_from=LATER)
    PriceFactory(draft=True, version=version)
    return version


REFUSED_THEN: dict[str, Any] = {
    "announce-prices": (rise, {}),
    "tell-rest": (told_before_he_came, {}),
    "publish-prices": (draft, {}),
    "withdraw-prices": (draft, WHY),
    "withdraw-agreed": (AgreedPriceFactory, WHY),
    "withdraw-extra": (ExtraItemFactory, WHY),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "end-agreed": (AgreedPriceFactory, {"last": "2031-03-31", "reason": "契約者と合意"}),
    "claim-surcharge": (ContractFactory, CLAIM),
    "claim-damages": (ContractFactory, CLAIM),
}
"""Acts that can be taken once more, if somebody wants just that."""
