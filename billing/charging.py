"""What contracts owe for a month, from the facts as they are stored now: few statements, however many contracts.

The database filters, clips to the month, groups and counts; every rule about money is in `months` and `pricing`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy as _

from billing.models import AgreedPrice, Price
from billing.models.price_key import Cause, FeeKind, PriceKey
from billing.months import (
    ChargeLine,
    ContractFacts,
    FeeInForce,
    Initial,
    Kind,
    Month,
    Monthly,
    OneTime,
    Stretch,
    Unit,
    Unpriced,
    charges_of,
    fee_on,
)
from billing.pricing import Agreed, Listed, fees_in_force
from contracts.catalogue.services import SERVICES
from iijiot.rules import Unmet
from iijiot.words import said
from sims.models import ChargeEvent

Groups = dict[int, list[Stretch]]

FOR_ALL, FOR_APPLICATION, FOR_CONTRACT = range(3)
"""How strong an agreed price is: one for a contract goes before one for an application, and that before one for all."""

CONTRACTS = """
SELECT contract.id, contract.number, contract.customer_id, contract.management_unit_id, contract.service_code,
       contract.item, contract.accepted_on,
       COALESCE((application.received_at AT TIME ZONE 'Asia/Tokyo')::date, contract.accepted_on),
       contract.billing_starts_on, contract.ends_on, contract.application_id
FROM contracts_contract contract LEFT JOIN contracts_application application ON application.id = contract.application_id
WHERE {which} ORDER BY contract.management_unit_id, contract.id
"""
OF_CUSTOMERS = """
contract.customer_id BETWEEN %s AND %s AND contract.accepted_on <= %s
AND (contract.ends_on IS NULL OR contract.ends_on >= %s OR EXISTS (
    SELECT FROM sims_chargeevent event WHERE event.contract_id = contract.id AND event.occurred_on BETWEEN %s AND %s))
"""
LINES = """
SELECT contract.id, GREATEST(line.billing_starts_on, contract.starts_on, %s) AS first,
       LEAST(line.ends_on, contract.ends_on, %s) AS last, count(*)
FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS contract(id, starts_on, ends_on)
JOIN sims_line line ON line.contract_id = contract.id
WHERE line.billing_starts_on <= %s AND (line.ends_on IS NULL OR line.ends_on >= %s) GROUP BY 1, 2, 3
"""
FIRST_LINES = """
SELECT contract.id, line.ordered_on, own.starts_on, own.ends_on, count(*)
FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS contract(id, starts_on, ends_on)
JOIN sims_line line ON line.contract_id = contract.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN line.billing_starts_on IS NOT NULL AND contract.starts_on IS NOT NULL
           THEN GREATEST(line.billing_starts_on, contract.starts_on) END AS starts_on,
           LEAST(line.ends_on, contract.ends_on) AS ends_on
) own
WHERE own.starts_on BETWEEN %s AND %s
OR (own.ends_on BETWEEN %s AND %s AND (own.starts_on IS NULL OR own.starts_on > own.ends_on)) GROUP BY 1, 2, 3, 4
"""


class Contracted(NamedTuple):
    """A contract as far as charging cares."""

    id: int
    number: str
    customer: int
    unit: int
    service_code: str
    item: str
    accepted_on: date
    shown_on: date
    """The day whose list its application showed (G30.1)."""
    starts_on: date | None
    ends_on: date | None
    application: int | None

    @property
    def life(self) -> Stretch | None:
        """The days on which monthly fees are owed."""
        if self.starts_on is None or (self.ends_on is not None and self.ends_on < self.starts_on):
            return None
        return Stretch(self.starts_on, self.ends_on)


@dataclass(frozen=True)
class Charges:
    """What contracts owe for a month, and why some of them cannot be charged."""

    month: Month
    contracts: Mapping[int, Contracted]
    lines: Mapping[int, list[ChargeLine]]
    unpriced: Mapping[int, Unmet] = field(default_factory=dict)

    def all_lines(self) -> list[ChargeLine]:
        """Those of all contracts, one after the other."""
        return [line for lines in self.lines.values() for line in lines]


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

    def fees(self, key: PriceKey, shown_on: date, agreed: tuple[Agreed, ...]) -> tuple[FeeInForce, ...]:
        """The fees in force for one fee of a contract."""
        listed = self.listed.get(key, [])
        asked = (key, sum(price.new_from <= shown_on for price in listed), agreed)
        if asked not in self.known:
            self.known[asked] = fees_in_force(listed, agreed, shown_on, SERVICES[key[0]].fees.said_by.id)
        return self.known[asked]


def price_book(instead: Iterable[Price] = ()) -> PriceBook:
    """The list as it is published now; `instead` are prices of a version that is not, as if it were."""
    rows = [*Price.objects.published(), *instead]
    return PriceBook((p.key, Listed(p.pk, p.yen, p.taxable, p.new_from, p.existing_from)) for p in rows if p.new_from)


def of_contracts(
    month: Month,
    ids: Sequence[int],
    *,
    book: PriceBook | None = None,
    ends: Mapping[int, date | None] | None = None,
) -> Charges:
    """What these contracts owe for a month; `ends` gives some of them another last day, or none, than is stored."""
    rows = _contracts("contract.id = ANY(%s)", [list(ids)])
    given = ends or {}
    return _charge(month, [row._replace(ends_on=given.get(row.id, row.ends_on)) for row in rows], book)


def of_customers(month: Month, first: int, last: int, *, book: PriceBook | None = None) -> Charges:
    """What the contracts of a range of customers owe for a month; those that can owe nothing are left out."""
    days = [month.last, month.first, month.first, month.last]
    return _charge(month, _contracts(OF_CUSTOMERS, [first, last, *days]), book)


def _contracts(which: str, params: list[Any]) -> list[Contracted]:
    return [Contracted(*row) for row in _rows(CONTRACTS.format(which=which), params)]


def _rows(query: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())


def _charge(month: Month, contracts: list[Contracted], book: PriceBook | None) -> Charges:
    book = book or price_book()
    read = _Read(month, contracts, book)
    lines: dict[int, list[ChargeLine]] = {}
    unpriced: dict[int, Unmet] = {}
    for contract in contracts:
        try:
            if owed := charges_of(read.facts(contract), month):
                lines[contract.id] = owed
        except Unpriced as missing:
            unpriced[contract.id] = _why(contract, missing)
    return Charges(month, {contract.id: contract for contract in contracts}, lines, unpriced)


def _why(contract: Contracted, missing: Unpriced) -> Unmet:
    service = SERVICES[contract.service_code]
    what = FeeKind(missing.kind.value).label
    cause = f" {Cause(missing.cause).label}" if missing.cause else ""
    sentence = _("{service} has no price on {day}: {what}. Publish one from that day, or agree one.")
    return Unmet(service.fees.said_by, said(sentence, service=service.name, day=missing.day, what=f"{what}{cause}"))


class _Read:
    """The facts of a month for many contracts, read in few statements."""

    def __init__(self, month: Month, contracts: list[Contracted], book: PriceBook) -> None:
        self.month, self.book = month, book
        lined = [contract for contract in contracts if SERVICES[contract.service_code].counts_lines]
        self.agreed = _agreed(contracts)
        self.lines = _lines(month, lined)
        self.first_lines: dict[int, list[tuple[Any, ...]]] = {}
        if book.has_initial_fees_per_line or any(key[2:4] == (FeeKind.INITIAL, Unit.LINE) for key in self.agreed.keys):
            self.first_lines = _first_lines(month, lined)
        self.events = _events(month, contracts)
        self.keys: dict[tuple[str, str], set[PriceKey]] = {}

    def facts(self, contract: Contracted) -> ContractFacts:
        """Everything on which its charges depend."""
        initial: list[Initial] = []
        monthly: list[Monthly] = []
        for key, fees in self._fees(contract):
            if key[2] == FeeKind.MONTHLY:
                monthly.append(Monthly(fees, self._stretches(contract, key[3]), Unit(key[3])))
            elif key[2] == FeeKind.INITIAL:
                initial += self._initial(contract, Unit(key[3]), fees)
        return ContractFacts(contract.id, contract.life, initial, monthly, self._one_time(contract))

    def _fees(self, contract: Contracted) -> Iterable[tuple[PriceKey, tuple[FeeInForce, ...]]]:
        what = (contract.service_code, contract.item)
        if what not in self.keys:
            self.keys[what] = self.book.keys_of(*what)
        agreed = self.agreed.of(contract)
        keys = self.keys[what] | agreed.keys() if agreed else self.keys[what]
        for key in sorted(keys):
            if key[2] != FeeKind.ONE_TIME:
                yield key, self.book.fees(key, contract.shown_on, agreed.get(key, ()))

    def _stretches(self, contract: Contracted, unit: str) -> Sequence[Stretch]:
        if unit == Unit.LINE:
            return self.lines.get(contract.id, ())
        return [contract.life] if contract.life else ()

    def _initial(self, contract: Contracted, unit: Unit, fees: Sequence[FeeInForce]) -> list[Initial]:
        if unit == Unit.CONTRACT:
            arisen = [(contract.accepted_on, contract.starts_on, contract.ends_on, 1)]
        else:
            arisen = [(row[1], row[2], row[3], row[4]) for row in self.first_lines.get(contract.id, ())]
        found = [(fee_on(fees, arose), arose, starts, ends, many) for arose, starts, ends, many in arisen]
        return [Initial(arose, starts, ends, fee, many, unit) for fee, arose, starts, ends, many in found if fee]

    def _one_time(self, contract: Contracted) -> list[OneTime]:
        agreed = self.agreed.of(contract)
        found = []
        for pk, cause, day in self.events.get(contract.id, ()):
            key = (contract.service_code, contract.item, Kind.ONE_TIME.value, Unit.CASE.value, cause)
            fees = self.book.fees(key, contract.shown_on, agreed.get(key, ()))
            found.append(OneTime(cause, day, fee_on(fees, day), pk))
        return found


class _AgreedPrices:
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


def _agreed(contracts: Sequence[Contracted]) -> _AgreedPrices:
    customers = sorted({contract.customer for contract in contracts})
    return _AgreedPrices(AgreedPrice.objects.standing().of_customers(customers))


def _spans(contracts: Sequence[Contracted]) -> list[list[Any]]:
    return [[getattr(contract, name) for contract in contracts] for name in ("id", "starts_on", "ends_on")]


def _lines(month: Month, contracts: Sequence[Contracted]) -> Groups:
    """So many lines of each contract on the same days of the month."""
    groups: Groups = defaultdict(list)
    lived = [contract for contract in contracts if contract.life]
    if lived:
        first, last = month.first, month.last
        for contract, begins, ends, many in _rows(LINES, [first, last, *_spans(lived), last, first]):
            if begins <= ends:
                groups[contract].append(Stretch(begins, ends, many))
    return groups


def _first_lines(month: Month, contracts: Sequence[Contracted]) -> dict[int, list[tuple[Any, ...]]]:
    """Lines whose initial fee can be billed in the month: when they were ordered, start and end, how many."""
    groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    if contracts:
        for row in _rows(FIRST_LINES, [*_spans(contracts), *[month.first, month.last] * 2]):
            groups[row[0]].append(row)
    return groups


def _events(month: Month, contracts: Sequence[Contracted]) -> dict[int, list[tuple[int, str, date]]]:
    """Causes of one-time charges in the month that were not taken back."""
    events: dict[int, list[tuple[int, str, date]]] = defaultdict(list)
    standing = ChargeEvent.objects.charged_between(month.first, month.last)
    rows = standing.of_contracts([contract.id for contract in contracts])
    for pk, contract, cause, day in rows.values_list("pk", "contract_id", "cause", "occurred_on"):
        events[contract].append((pk, cause, day))
    return events
