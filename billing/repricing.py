"""Which contracts a version of the list changes: those that live on its day and pay something else from then on."""

from collections.abc import Sequence
from datetime import date

from billing import charging
from billing.models import Price, PriceVersion
from billing.months import FeeInForce, fee_on
from billing.price_book import agreed_prices, price_book

LIVING = """
contract.service_code = ANY(%s) AND contract.state <> 'ended' AND (contract.ends_on IS NULL OR contract.ends_on >= %s)
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


def _paid(fees: Sequence[FeeInForce], since: date, until: date) -> list[tuple[date, int, bool]]:
    """What is paid from a day to another: each fee that differs from the one before, with its day."""
    paid: list[tuple[date, int, bool]] = []
    for fee in [fee_on(fees, since), *(fee for fee in fees if since < fee.since <= until)]:
        if fee is not None and (not paid or paid[-1][1:] != (fee.fee, fee.taxable)):
            paid.append((max(fee.since, since), fee.fee, fee.taxable))
    return paid
