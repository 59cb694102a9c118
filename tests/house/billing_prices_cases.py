"""The constraints of prices, agreed prices and extra items: for each a row that keeps it, and what breaks it."""

from datetime import UTC, date, datetime
from typing import Any

from billing.models import Price, PriceVersion
from tests.factories import CapFactory
from tests.factories.prices import AgreedPriceFactory, ExtraItemFactory, PriceFactory, PriceVersionFactory
from tests.house.constraint_cases import Check, Unique

JANUARY = date(2027, 1, 1)


def version(**more: Any) -> PriceVersion:
    made: PriceVersion = PriceVersionFactory(**more)
    return made


def announced() -> PriceVersion:
    return version(
        state="announced", existing_from=JANUARY, changes="値上げ", announced_at=datetime(2026, 12, 1, tzinfo=UTC)
    )


def changed(**more: Any) -> Price:
    """A price of a published change for existing contracts."""
    later = version(published=True, new_from=JANUARY, existing_from=JANUARY)
    made: Price = PriceFactory(version=later, **more)
    return made


def of_same_fee(row: Any) -> Any:
    """Another price in a version of its own, for another fee."""
    later = version(published=True, new_from=JANUARY, existing_from=JANUARY)
    return PriceFactory(version=later, kind="initial")


def key(of: str, factory: Any) -> dict[str, Check]:
    """The constraints that every price has."""
    return {
        f"{of}_of_a_known_fee": Check(factory, {"tax": "reduced"}),
        f"{of}_names_its_item": Check(factory, {"item": "TypeD"}),
        f"{of}_for_a_unit_that_there_is": Check(factory, {"unit": "line"}),
        f"{of}_has_a_cause_if_one_time": Check(factory, {"cause": "replacement"}),
        f"{of}_of_a_sum_that_can_be": Check(factory, {"yen": 1_000_000_001}),
    }


CHECKS: dict[str, Check] = {
    "cap_of_a_service_or_of_all_fees": Check(CapFactory, {"counts": "fees"}),
    "price_version_state_known": Check(PriceVersionFactory, {"state": "lost"}),
    "price_version_for_existing_not_before_new": Check(PriceVersionFactory, {"existing_from": date(2026, 12, 1)}),
    "price_version_inside_a_month_for_a_reason": Check(PriceVersionFactory, {"existing_from": date(2027, 1, 2)}),
    "price_version_announced_says_what_changes": Check(announced, {"changes": ""}),
    "price_version_published_on_a_day": Check(lambda: version(published=True), {"published_on": None}),
    "price_version_withdrawn_for_a_reason": Check(PriceVersionFactory, {"withdrawn_because": "誤り"}),
    **key("price", PriceFactory),
    **key("agreed_price", AgreedPriceFactory),
    "billing_price_yen_check": Check(PriceFactory, {"yen": -1}),
    "billing_agreedprice_yen_check": Check(AgreedPriceFactory, {"yen": -1}),
    "agreed_price_state_known": Check(AgreedPriceFactory, {"state": "lost"}),
    "agreed_price_on_a_known_basis": Check(AgreedPriceFactory, {"basis": "guessed"}),
    "agreed_price_ends_after_it_begins": Check(AgreedPriceFactory, {"until": date(2026, 3, 31)}),
    "agreed_price_of_one_scope": Check(lambda: AgreedPriceFactory(of_a_contract=True), {"application_id": 1_000_000}),
    "agreed_price_withdrawn_for_a_reason": Check(AgreedPriceFactory, {"withdrawn_because": "誤り"}),
    "extra_item_state_known": Check(ExtraItemFactory, {"state": "lost"}),
    "extra_item_owed_or_credited": Check(ExtraItemFactory, {"amount": -1}),
    "extra_item_lessens_what_it_credits": Check(ExtraItemFactory, {"lessens_id": 1_000_000}),
    "extra_item_month_is_a_first_day": Check(ExtraItemFactory, {"month": date(2026, 12, 2)}),
    "extra_item_says_why": Check(ExtraItemFactory, {"reason": ""}),
    "extra_item_withdrawn_for_a_reason": Check(ExtraItemFactory, {"withdrawn_because": "誤り"}),
}

UNIQUES: dict[str, list[Unique]] = {
    "billing_priceversion_name_key": [
        Unique(PriceVersionFactory, lambda _row: PriceVersionFactory(), lambda rival: {"name": rival.name})
    ],
    "one_price_per_version_and_fee": [
        Unique(
            lambda: PriceFactory(draft=True),
            lambda row: PriceFactory(draft=True, version=row.version, service_code="vpn-gateway"),
            lambda rival: {"service_code": rival.service_code},
        )
    ],
    "one_price_per_fee_and_day_for_new": [
        Unique(PriceFactory, lambda _row: PriceFactory(kind="initial"), lambda rival: {"kind": rival.kind})
    ],
    "one_price_per_fee_and_day_for_existing": [
        Unique(
            lambda: changed(new_from=date(2026, 12, 1)),
            of_same_fee,
            lambda rival: {"kind": rival.kind},
        )
    ],
    "one_agreed_price_per_fee_and_day": [
        Unique(
            AgreedPriceFactory,
            lambda row: AgreedPriceFactory(customer=row.customer, kind="initial"),
            lambda rival: {"kind": rival.kind},
        )
    ],
}
