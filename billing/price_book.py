"""The price list and the agreed prices, read once for as many contracts as are asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from billing.models import AgreedPrice, Price, PriceVersion
from billing.models.price_key import FeeKind, PriceKey
from billing.months import FeeInForce, Unit
from billing.pricing import Agreed, Contracted, Listed, fees_in_force
from contracts.catalogue.services import SERVICES

FOR_ALL, FOR_APPLICATION, FOR_CONTRACT = range(3)
"""How strong an agreed price is: one for a contract goes before one for an application, and that before one for all."""


class PriceBook:
    """The published list, read once for as many months and contracts as are asked for."""

    def __init__(self, prices: Iterable[tuple[PriceKey, Listed]]) -> None:
        self.listed: dict[PriceKey, list[Listed]] = defaultdict(list)
        for key, price in prices:
            self.listed[key].append(price)
        self.known: dict[Any, tuple[FeeInForce, ...]] = {}

    def keys_of(self, service_code: str, item: str) -> set[PriceKey]:
        """The fees that a service has by the list."""
        return {key for key in self.listed if key[:2] == (service_code, item)}

    @property
    def has_initial_fees_per_line(self) -> bool:
        """Whether lines have a fee of their own at the beginning."""
        return any(key[2:4] == (FeeKind.INITIAL, Unit.LINE) for key in self.listed)

    def fees(self, key: PriceKey, contract: Contracted, agreed: tuple[Agreed, ...]) -> tuple[FeeInForce, ...]:
        """The fees in force for one fee of a contract."""
        listed = self.listed.get(key, [])
        shown = sum(price.new_from <= contract.shown_on for price in listed)
        there = sum(price.existing_from is not None and price.existing_from > contract.accepted_on for price in listed)
        asked = (key, shown, there, agreed)
        if asked not in self.known:
            said_by = SERVICES[key[0]].fees.said_by.id
            self.known[asked] = fees_in_force(listed, agreed, contract.shown_on, said_by, contract.accepted_on)
        return self.known[asked]


def price_book(*, without: PriceVersion | None = None, with_: PriceVersion | None = None) -> PriceBook:
    """The list as it is published now; without one version, or with one as if it were published."""
    rows = [price for price in Price.objects.published() if without is None or price.version_id != without.pk]
    book = [(p.key, Listed(p.pk, p.yen, p.taxable, p.new_from, p.existing_from)) for p in rows if p.new_from]
    if with_ is not None:
        further = [price for price in Price.objects.of_version(with_) if price.new_from is None]
        days = (with_.new_from, with_.existing_from)
        book += [(price.key, Listed(price.pk, price.yen, price.taxable, *days)) for price in further]
    return PriceBook(book)


class AgreedPrices:
    """Agreed prices of many customers, by what they hold for."""

    def __init__(self, rows: Iterable[AgreedPrice]) -> None:
        self.by_scope: dict[tuple[int, int | None], list[tuple[PriceKey, Agreed]]] = defaultdict(list)
        self.keys: set[PriceKey] = set()
        for row in rows:
            rank = FOR_CONTRACT if row.contract_id else FOR_APPLICATION if row.application_id else FOR_ALL
            scope = row.contract_id or row.application_id or row.customer_id
            agreed = Agreed(row.pk, row.yen, row.taxable, row.since, row.until, rank)
            self.by_scope[rank, scope].append((row.key, agreed))
            self.keys.add(row.key)

    def of(self, contract: Contracted) -> Mapping[PriceKey, tuple[Agreed, ...]]:
        """Those that can hold for a contract, by fee."""
        if not self.by_scope:
            return {}
        scopes = ((FOR_ALL, contract.customer), (FOR_APPLICATION, contract.application), (FOR_CONTRACT, contract.id))
        found: dict[PriceKey, tuple[Agreed, ...]] = {}
        for scope in scopes:
            for key, agreed in self.by_scope.get(scope, ()):
                if key[:2] == (contract.service_code, contract.item):
                    found[key] = (*found.get(key, ()), agreed)
        return found


def agreed_prices(contracts: Sequence[Contracted]) -> AgreedPrices:
    customers = sorted({contract.customer for contract in contracts})
    return AgreedPrices(AgreedPrice.objects.standing().of_customers(customers))
