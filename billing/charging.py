"""What contracts owe for a month, from the facts as they are stored now: few statements, however many contracts.

The database filters, clips to the month, groups and counts; every rule about money is in `months` and `pricing`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.models.extra_item import taxed
from billing.models.price_key import Cause, FeeKind, PriceKey
from billing.months import (
    ChargeLine,
    ContractFacts,
    FeeInForce,
    Initial,
    Kind,
    Leaving,
    Month,
    Monthly,
    OneTime,
    Stretch,
    Unit,
    Unpriced,
    charges_of,
    fee_on,
)
from billing.price_book import PriceBook, agreed_prices, price_book
from billing.pricing import Contracted
from contracts.catalogue.services import SERVICES
from iijiot.rules import Unmet
from iijiot.selecting import selected
from iijiot.words import said
from sims.models import ChargeEvent

Groups = dict[int, list[Stretch]]

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


LEAVING_LINES = """
SELECT contract.id, own.starts_on, own.ends_on, count(*)
FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS contract(id, starts_on, ends_on)
JOIN sims_line line ON line.contract_id = contract.id
CROSS JOIN LATERAL (SELECT GREATEST(line.billing_starts_on, contract.starts_on) AS starts_on,
                           LEAST(line.ends_on, contract.ends_on) AS ends_on) own
WHERE line.billing_starts_on IS NOT NULL AND own.ends_on BETWEEN GREATEST(own.starts_on, %s) AND %s GROUP BY 1, 2, 3
"""


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


def of_contracts(
    month: Month,
    ids: Sequence[int],
    *,
    book: PriceBook | None = None,
    ends: Mapping[int, date | None] | None = None,
) -> Charges:
    """What these contracts owe for a month; `ends` gives some of them another last day, or none, than is stored."""
    rows = contracts_where("contract.id = ANY(%s)", [list(ids)])
    given = ends or {}
    return _charge(month, [row._replace(ends_on=given.get(row.id, row.ends_on)) for row in rows], book)


def of_customers(month: Month, first: int, last: int, *, book: PriceBook | None = None) -> Charges:
    """What the contracts of a range of customers owe for a month; those that can owe nothing are left out."""
    days = [month.last, month.first, month.first, month.last]
    return _charge(month, contracts_where(OF_CUSTOMERS, [first, last, *days]), book)


def contracts_where(which: str, params: list[Any]) -> list[Contracted]:
    """Contracts as they are stored; `which` is SQL over `contract`."""
    return [Contracted(*row) for row in selected(CONTRACTS.format(which=which), params)]


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
        self.agreed = agreed_prices(contracts)
        self.lines = _lines(month, lined)
        self.first_lines: dict[int, list[tuple[Any, ...]]] = {}
        if book.has_initial_fees_per_line or any(key[2:4] == (FeeKind.INITIAL, Unit.LINE) for key in self.agreed.keys):
            self.first_lines = _first_lines(month, lined)
        self.events = _events(month, contracts)
        self.left = _left(
            month, [contract for contract in lined if SERVICES[contract.service_code].minimum_term.months]
        )
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
        one_time, leaving = self._one_time(contract), self._leaving(contract)
        return ContractFacts(contract.id, contract.life, initial, monthly, one_time, leaving)

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

    def _leaving(self, contract: Contracted) -> list[Leaving]:
        """Units that leave too early (G31); none where the service has no minimum term, as today none has."""
        service = SERVICES[contract.service_code]
        term = service.minimum_term
        if not term.months or not contract.life:
            return []
        unit = Unit.LINE if service.counts_lines else Unit.CONTRACT
        left = self.left.get(contract.id, ()) if service.counts_lines else [contract.life]
        return [
            Leaving(gone.last, term.adjustment, "G31", taxed(Kind.ADJUSTMENT), gone.quantity, unit)
            for gone in left
            if gone.last is not None and gone.last <= (term.last_day(gone.first) or gone.first)
        ]


def _spans(contracts: Sequence[Contracted]) -> list[list[Any]]:
    return [[getattr(contract, name) for contract in contracts] for name in ("id", "starts_on", "ends_on")]


def _lines(month: Month, contracts: Sequence[Contracted]) -> Groups:
    """So many lines of each contract on the same days of the month."""
    groups: Groups = defaultdict(list)
    lived = [contract for contract in contracts if contract.life]
    if lived:
        first, last = month.first, month.last
        for contract, begins, ends, many in selected(LINES, [first, last, *_spans(lived), last, first]):
            if begins <= ends:
                groups[contract].append(Stretch(begins, ends, many))
    return groups


def _first_lines(month: Month, contracts: Sequence[Contracted]) -> dict[int, list[tuple[Any, ...]]]:
    """Lines whose initial fee can be billed in the month: when they were ordered, start and end, how many."""
    groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    if contracts:
        for row in selected(FIRST_LINES, [*_spans(contracts), *[month.first, month.last] * 2]):
            groups[row[0]].append(row)
    return groups


def _left(month: Month, contracts: Sequence[Contracted]) -> Groups:
    """Lines that end in the month: since when they are charged, their last day, how many."""
    groups: Groups = defaultdict(list)
    lived = [contract for contract in contracts if contract.life]
    if lived:
        for contract, begins, ends, many in selected(LEAVING_LINES, [*_spans(lived), month.first, month.last]):
            groups[contract].append(Stretch(begins, ends, many))
    return groups


def _events(month: Month, contracts: Sequence[Contracted]) -> dict[int, list[tuple[int, str, date]]]:
    """Causes of one-time charges in the month that were not taken back."""
    events: dict[int, list[tuple[int, str, date]]] = defaultdict(list)
    standing = ChargeEvent.objects.charged_between(month.first, month.last)
    rows = standing.of_contracts([contract.id for contract in contracts])
    for pk, contract, cause, day in rows.values_list("pk", "contract_id", "cause", "occurred_on"):
        events[contract].append((pk, cause, day))
    return events
