"""Which contracts a version of the list changes: those that live on its day and pay something else from then on."""

from collections.abc import Iterable, Sequence
from datetime import date

from billing import charging
from billing.models import Price, PriceVersion
from billing.models.price_key import FeeKind, PriceKey
from billing.months import ONE_DAY, FeeInForce, fee_on
from billing.price_book import AgreedPrices, PriceBook, agreed_prices, price_book
from billing.pricing import Contracted

LIVING = """
contract.service_code = ANY(%s) AND contract.state <> 'ended' AND (contract.ends_on IS NULL OR contract.ends_on >= %s)
"""

SHOWN_SINCE = """
contract.service_code = ANY(%s)
AND COALESCE((application.received_at AT TIME ZONE 'Asia/Tokyo')::date, contract.accepted_on) >= %s
"""


def repriced(version: PriceVersion) -> list[int]:
    """The contracts that a version changes on its day for existing ones: those that live then and pay something else."""
    if version.existing_from is None:
        return []
    services = sorted({price.service_code for price in Price.objects.of_version(version)})
    contracts = charging.contracts_where(LIVING, [services, version.existing_from])
    agreed = agreed_prices(contracts)
    before, after = price_book(without=version), price_book(with_=version)
    found = []
    for contract in contracts:
        own = agreed.of(contract)
        for key in after.keys_of(contract.service_code, contract.item):
            asked = (key, contract, own.get(key, ()))
            days = (version.existing_from, contract.ends_on or date.max)
            if _paid(before.fees(*asked), *days) != _paid(after.fees(*asked), *days):
                found.append(contract.id)
                break
    return found


def added(version: PriceVersion, asked_for: Iterable[Contracted]) -> set[PriceKey]:
    """The fees that it adds to what contracts since its day were shown, or these that are asked for (G30.1).

    A contract that no monthly fee was shown for could not be billed: what it pays after all changes nothing shown.
    """
    services = sorted({price.service_code for price in Price.objects.of_version(version)})
    contracts = charging.contracts_where(SHOWN_SINCE, [services, version.new_from])
    contracts += [one for one in asked_for if one.service_code in services]
    agreed = agreed_prices(contracts)
    before, after = price_book(without=version), price_book(with_=version)
    last = version.existing_from - ONE_DAY if version.existing_from else date.max
    found: set[PriceKey] = set()
    for contract in contracts:
        if not _was_shown_a_fee(contract, before, agreed):
            continue
        own, day = agreed.of(contract), max(contract.shown_on, contract.accepted_on)
        for key in after.keys_of(contract.service_code, contract.item) - found:
            asked = (key, contract, own.get(key, ()))
            if _paid(before.fees(*asked), day, last) != _paid(after.fees(*asked), day, last):
                found.add(key)
    return found


def _was_shown_a_fee(contract: Contracted, book: PriceBook, agreed: AgreedPrices) -> bool:
    """Whether a monthly fee was shown for it by the list, or agreed."""
    monthly = [key for key in book.keys_of(contract.service_code, contract.item) if key[2] == FeeKind.MONTHLY]
    by_list = any(fee_on(book.fees(key, contract, ()), contract.shown_on) for key in monthly)
    return by_list or any(key[2] == FeeKind.MONTHLY for key in agreed.of(contract))


def _paid(fees: Sequence[FeeInForce], since: date, until: date) -> list[tuple[date, int, bool]]:
    """What is paid from a day to another: each fee that differs from the one before, with its day."""
    paid: list[tuple[date, int, bool]] = []
    for fee in [fee_on(fees, since), *(fee for fee in fees if since < fee.since <= until)]:
        if fee is not None and (not paid or paid[-1][1:] != (fee.fee, fee.taxable)):
            paid.append((max(fee.since, since), fee.fee, fee.taxable))
    return paid
