"""What customers' contracts cost a month, for caps on fees (G14.3)."""

from datetime import date
from typing import Any

from billing.charging import contracts_where
from billing.months import Unit, fee_on
from billing.price_book import AgreedPrices, PriceBook, agreed_prices, price_book
from billing.pricing import Contracted
from billing.showing import contracts_asked_for, fees_of
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
        book = price_book()
        contracts = contracts_asked_for(application)
        fees = [_fees(contract, book, agreed_prices([contract]), on) for contract in contracts]
        once = 0 if application.changes_id else sum(once for once, _each in fees)
        return once, fees[0][1]


def _fees(contract: Contracted, book: PriceBook, agreed: AgreedPrices, on: date) -> tuple[int, int]:
    """The monthly fees of a contract on a day: for the contract, and for each line."""
    sums = {Unit.CONTRACT.value: 0, Unit.LINE.value: 0}
    for key, fees in fees_of(contract, book, agreed, ["monthly"]):
        fee = fee_on(fees, on)
        sums[key[3]] += fee.fee if fee else 0
    return sums[Unit.CONTRACT.value], sums[Unit.LINE.value]
