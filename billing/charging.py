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
from iijiot.selecting import array, selected
from iijiot.words import said

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
AND contract.management_unit_id <> ALL(%s::bigint[])
"""
COUNTED = """
WITH contract AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(starts)s::date[], %(ends)s::date[], %(lives)s::bool[])
    AS contract(id, starts_on, ends_on, lives)
) {parts} ORDER BY 2, 3, 4, 5, 7
"""
"""What is counted in a month, part by part: what it is, contract, up to three days, how many, key and cause of an event."""
LINES = """
SELECT 'lines', contract.id, GREATEST(line.billing_starts_on, contract.starts_on, %(first)s),
       LEAST(line.ends_on, contract.ends_on, %(last)s), NULL::date, count(*), NULL::bigint, ''
FROM contract JOIN sims_line line ON line.contract_id = contract.id
WHERE contract.lives AND line.billing_starts_on <= %(last)s AND (line.ends_on IS NULL OR line.ends_on >= %(first)s)
GROUP BY 2, 3, 4
"""
FIRST_LINES = """
SELECT 'first-lines', contract.id, line.ordered_on, own.starts_on, own.ends_on, count(*), NULL::bigint, ''
FROM contract JOIN sims_line line ON line.contract_id = contract.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN line.billing_starts_on IS NOT NULL AND contract.starts_on IS NOT NULL
           THEN GREATEST(line.billing_starts_on, contract.starts_on) END AS starts_on,
           LEAST(line.ends_on, contract.ends_on) AS ends_on
) own
WHERE own.starts_on BETWEEN %(first)s AND %(last)s
OR (own.ends_on BETWEEN %(first)s AND %(last)s AND (own.starts_on IS NULL OR own.starts_on > own.ends_on))
GROUP BY 2, 3, 4, 5
"""
LEAVING_LINES = """
SELECT 'leaving-lines', contract.id, own.starts_on, own.ends_on, NULL::date, count(*), NULL::bigint, ''
FROM contract JOIN sims_line line ON line.contract_id = contract.id
CROSS JOIN LATERAL (SELECT GREATEST(line.billing_starts_on, contract.starts_on) AS starts_on,
                           LEAST(line.ends_on, contract.ends_on) AS ends_on) own
WHERE contract.lives AND line.billing_starts_on IS NOT NULL
AND own.ends_on BETWEEN GREATEST(own.starts_on, %(first)s) AND %(last)s GROUP BY 2, 3, 4
"""
EVENTS = """
SELECT 'events', event.contract_id, event.occurred_on, NULL::date, NULL::date, 1, event.id, event.cause
FROM sims_chargeevent event
WHERE event.occurred_on BETWEEN %(first)s AND %(last)s AND event.taken_back_on IS NULL
AND event.contract_id = ANY(%(all)s::bigint[])
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
    return _charge({month: [row._replace(ends_on=given.get(row.id, row.ends_on)) for row in rows]}, book)[month]


def of_last_months(ends: Mapping[int, date]) -> Mapping[Month, Charges]:
    """What contracts would owe for the month of the last day that each is given here, in few statements for any months."""
    asked: dict[Month, list[Contracted]] = defaultdict(list)
    for row in contracts_where("contract.id = ANY(%s)", [list(ends)]) if ends else []:
        asked[Month.of(ends[row.id])].append(row._replace(ends_on=ends[row.id]))
    return _charge(asked, None) if asked else {}


def of_customers(
    month: Month, first: int, last: int, *, but_units: Sequence[int] = (), book: PriceBook | None = None
) -> Charges:
    """What the contracts of a range of customers owe for a month; those that can owe nothing are left out, and some units."""
    days = [month.last, month.first, month.first, month.last]
    return _charge({month: contracts_where(OF_CUSTOMERS, [first, last, *days, array(but_units)])}, book)[month]


def contracts_where(which: str, params: list[Any]) -> list[Contracted]:
    """Contracts as they are stored; `which` is SQL over `contract`."""
    return [Contracted(*row) for row in selected(CONTRACTS.format(which=which), params)]


def _charge(asked: Mapping[Month, list[Contracted]], book: PriceBook | None) -> dict[Month, Charges]:
    """Each contract stands under one month only."""
    read = _Read(asked, book or price_book())
    return {month: _charged(read, month, contracts) for month, contracts in asked.items()}


def _charged(read: "_Read", month: Month, contracts: list[Contracted]) -> Charges:
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
    """The facts for many contracts, of a month each, read in few statements."""

    def __init__(self, asked: Mapping[Month, list[Contracted]], book: PriceBook) -> None:
        self.book = book
        self.agreed = agreed_prices([contract for contracts in asked.values() for contract in contracts])
        per_line = (FeeKind.INITIAL, Unit.LINE)
        begins = book.has_initial_fees_per_line or any(key[2:4] == per_line for key in self.agreed.keys)
        self.lines: Groups = defaultdict(list)
        self.left: Groups = defaultdict(list)
        self.first_lines: dict[int, list[tuple[date, date | None, date | None, int]]] = defaultdict(list)
        self.events: dict[int, list[tuple[int, str, date]]] = defaultdict(list)
        for what, contract, first, last, until, many, pk, cause in _counted(asked, beginning=begins):
            if what == "lines":
                if first <= last:
                    self.lines[contract].append(Stretch(first, last, many))
            elif what == "events":
                self.events[contract].append((pk, cause, first))
            elif what == "first-lines":
                self.first_lines[contract].append((first, last, until, many))
            else:
                self.left[contract].append(Stretch(first, last, many))
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
                yield key, self.book.fees(key, contract, agreed.get(key, ()))

    def _stretches(self, contract: Contracted, unit: str) -> Sequence[Stretch]:
        if unit == Unit.LINE:
            return self.lines.get(contract.id, ())
        return [contract.life] if contract.life else ()

    def _initial(self, contract: Contracted, unit: Unit, fees: Sequence[FeeInForce]) -> list[Initial]:
        if unit == Unit.CONTRACT:
            arisen = [(contract.accepted_on, contract.starts_on, contract.ends_on, 1)]
        else:
            arisen = self.first_lines.get(contract.id, [])
        found = [(fee_on(fees, arose), arose, starts, ends, many) for arose, starts, ends, many in arisen]
        return [Initial(arose, starts, ends, fee, many, unit) for fee, arose, starts, ends, many in found if fee]

    def _one_time(self, contract: Contracted) -> list[OneTime]:
        agreed = self.agreed.of(contract)
        found = []
        for pk, cause, day in self.events.get(contract.id, ()):
            key = (contract.service_code, contract.item, Kind.ONE_TIME.value, Unit.CASE.value, cause)
            fees = self.book.fees(key, contract, agreed.get(key, ()))
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


def _counted(asked: Mapping[Month, list[Contracted]], *, beginning: bool) -> list[tuple[Any, ...]]:
    """Lines on the same days and causes of one-time charges, in one statement; `beginning`: lines with an initial fee, too."""
    statements: list[str] = []
    given: dict[str, Any] = {}
    for month, contracts in asked.items():
        if contracts:
            mark = f"m{len(statements)}_"
            sql, params = _counted_in(month, contracts, beginning=beginning)
            statements.append(f"({sql.replace('%(', f'%({mark}')})")
            given |= {f"{mark}{name}": value for name, value in params.items()}
    return selected(" UNION ALL ".join(statements), given) if statements else []


def _counted_in(month: Month, contracts: Sequence[Contracted], *, beginning: bool) -> tuple[str, dict[str, Any]]:
    lined = [contract for contract in contracts if SERVICES[contract.service_code].counts_lines]
    terms = any(SERVICES[contract.service_code].minimum_term.months for contract in lined)
    parts = [EVENTS, *[LINES] * bool(lined), *[FIRST_LINES] * (beginning and bool(lined)), *[LEAVING_LINES] * terms]
    given = {
        "ids": array(contract.id for contract in lined),
        "starts": array(contract.starts_on for contract in lined),
        "ends": array(contract.ends_on for contract in lined),
        "lives": array(contract.life is not None for contract in lined),
        "all": array(contract.id for contract in contracts),
        "first": month.first,
        "last": month.last,
    }
    return COUNTED.format(parts=" UNION ALL ".join(parts)), given
