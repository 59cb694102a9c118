"""The fees that an application shows: those of the list on the day it was received, or what was quoted in it (G30.1)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import pgettext_lazy

from billing.charging import contracts_where
from billing.models import Price
from billing.models.price_key import KEY, PriceKey, Unit
from billing.months import FeeInForce, fee_on
from billing.price_book import AgreedPrices, PriceBook, agreed_prices, price_book
from billing.pricing import Contracted
from contracts.applying import FeeShown
from contracts.models import Application
from iijiot.words import Words

PER: dict[str, Words] = {
    Unit.CONTRACT: pgettext_lazy("beside a fee", "per contract"),
    Unit.LINE: pgettext_lazy("beside a fee", "per line"),
    Unit.CASE: pgettext_lazy("beside a fee", "per case"),
}


class Shown(NamedTuple):
    """One fee that an application shows."""

    key: PriceKey
    fee: FeeInForce


def contracts_asked_for(application: Any) -> list[Contracted]:
    """The contracts that an application would make, as far as prices care; of a change, the contract that is changed."""
    if application.changes_id:
        return contracts_where("contract.id = %s", [application.changes_id])
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


def asked_for_since(day: date) -> list[Contracted]:
    """The contracts that applications would make which were received since a day and are not decided."""
    waiting = [application for application in Application.objects.open() if application.received_on >= day]
    return [contract for application in waiting for contract in contracts_asked_for(application)]


def fees_shown(application: Any) -> list[Shown]:
    """Every fee of what is applied for, on the day on which the application was received."""
    book, shown = price_book(), []
    for contract in contracts_asked_for(application):
        for key, fees in fees_of(contract, book, agreed_prices([contract])):
            fee = fee_on(fees, max(application.received_on, contract.accepted_on))
            if fee is not None:
                shown.append(Shown(key, fee))
    return shown


def told(application: Any) -> list[FeeShown]:
    """The same in words, as whoever applies is shown it before he confirms (G30.1)."""
    found = []
    for shown in fees_shown(application):
        price = Price(**dict(zip(KEY, shown.key, strict=True)))
        found.append(FeeShown(price.what, shown.fee.fee, PER[price.unit], shown.key))
    return found


def fees_of(
    contract: Contracted,
    book: PriceBook,
    agreed: AgreedPrices,
    kinds: Sequence[str] = ("initial", "monthly", "one-time"),
) -> Iterable[tuple[PriceKey, tuple[FeeInForce, ...]]]:
    """The fees in force for each fee of a contract, of these kinds."""
    own = agreed.of(contract)
    for key in sorted(book.keys_of(contract.service_code, contract.item) | own.keys()):
        if key[2] in kinds:
            yield key, book.fees(key, contract, own.get(key, ()))
