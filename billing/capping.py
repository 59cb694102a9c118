"""What customers' contracts cost a month, for caps on fees (G14.3)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from billing.charging import contracts_where
from billing.models.price_key import FeeKind, PriceKey
from billing.months import FeeInForce, Unit, fee_on
from billing.price_book import AgreedPrices, PriceBook, agreed_prices, price_book
from billing.pricing import Contracted
from contracts.catalogue.services import SERVICES
from contracts.models import Contract, lines_to_come

LIVING = (
    "contract.customer_id = %s AND contract.state <> 'ended' AND (contract.ends_on IS NULL OR contract.ends_on >= %s)"
)


class MonthlyFees:
    """What contracts cost a month, in yen without tax."""

    def monthly(self, customer: Any, on: date) -> int:
        """The monthly fees of everything that a customer has on a day, and of what is accepted for it."""
        contracts = contracts_where(LIVING, [customer.pk, on])
        book, agreed = price_book(), agreed_prices(contracts)
        many = dict(Contract.objects.among([contract.id for contract in contracts]).values_list("pk", "quantity"))
        total = 0
        for contract in contracts:
            once, each = _fees(contract, book, agreed, on)
            lines = many[contract.id] if SERVICES[contract.service_code].counts_lines else 0
            if lines:
                lines += lines_to_come.difference([contract.id], on)
            total += once + each * lines
        return total

    def asked_for(self, application: Any, on: date) -> tuple[int, int]:
        """What an application would add from a day on: once for the contract, and for each line."""
        if application.changes_id:
            contracts = contracts_where("contract.id = %s", [application.changes_id])
            return 0, _fees(contracts[0], price_book(), agreed_prices(contracts), on)[1]
        wanted = _wanted(application)
        book = price_book()
        fees = [_fees(contract, book, agreed_prices([contract]), on) for contract in wanted]
        return sum(once for once, _each in fees), fees[0][1]


def _wanted(application: Any) -> list[Contracted]:
    """The contracts that an application would make, as far as their prices care."""
    codes = [application.service_code, *(["wise-paas-option"] if application.with_option else [])]
    shown = application.received_on
    return [
        Contracted(
            id=0,
            number="",
            customer=application.customer_id,
            unit=application.management_unit_id,
            service_code=code,
            item=application.item if code == application.service_code else "",
            accepted_on=shown,
            shown_on=shown,
            starts_on=application.start_wished_on,
            ends_on=None,
            application=application.pk,
        )
        for code in codes
    ]


def _fees(contract: Contracted, book: PriceBook, agreed: AgreedPrices, on: date) -> tuple[int, int]:
    """The monthly fees of a contract on a day: for the contract, and for each line."""
    sums = {Unit.CONTRACT.value: 0, Unit.LINE.value: 0}
    for key, fees in monthly_fees(contract, book, agreed):
        fee = fee_on(fees, on)
        sums[key[3]] += fee.fee if fee else 0
    return sums[Unit.CONTRACT.value], sums[Unit.LINE.value]


def monthly_fees(
    contract: Contracted, book: PriceBook, agreed: AgreedPrices
) -> Iterable[tuple[PriceKey, tuple[FeeInForce, ...]]]:
    """The fees in force for each monthly fee of a contract."""
    own = agreed.of(contract)
    for key in sorted(book.keys_of(contract.service_code, contract.item) | own.keys()):
        if key[2] == FeeKind.MONTHLY:
            yield key, book.fees(key, contract.shown_on, own.get(key, ()))
