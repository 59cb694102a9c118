"""Prices agreed with a customer: they end on a day, or are taken back (G30.1)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from billing.models import AgreedPrice
from billing.models.price_key import KEY
from contracts.models import Contract
from iijiot.actors import Actor
from iijiot.bulk import bulk_add, bulk_change
from iijiot.records import chapter, locked


def end(agreed: AgreedPrice, last: date, *, today: date, actor: Actor, reason: str = "") -> None:
    """Let an agreed price hold to a day that is not over, and no longer."""
    with chapter(actor=actor, reason=reason, clause="G30.1"), locked(agreed) as (held,):
        held.end_on(last, today)
        held.save()


def withdraw(agreed: AgreedPrice, *, because: str, actor: Actor) -> None:
    """Take back a price that was entered by mistake: what was charged by it is corrected by the next run."""
    with chapter(actor=actor, reason=because, clause="G30.1"), locked(agreed) as (held,):
        held.withdraw(because)
        held.save()


def go_with(moved: Mapping[int, int]) -> None:
    """Let contracts pay at their new customer what was agreed for them at the old one, inside the open act (G17, G30.1).

    `moved` gives for each contract whose it was. What was agreed for all contracts of the old customer, or for those of
    an application, is written down for each contract that moved.
    """
    own = AgreedPrice.objects.standing().of_contracts(list(moved))
    contracts = {contract.pk: contract for contract in Contract.objects.among(moved)}
    for customer in {contract.customer_id for contract in contracts.values()}:
        theirs = [price.pk for price in own if contracts[price.contract_id or 0].customer_id == customer]
        bulk_change(AgreedPrice.objects.among(theirs), {"customer": customer}, releasing=["customer"])
    taken = {(price.contract_id, price.key, price.since) for price in own}
    wide = list(AgreedPrice.objects.standing().of_customers(sorted(set(moved.values()))).for_several())
    copies: dict[Any, AgreedPrice] = {}
    for price in sorted(wide, key=lambda price: price.application_id is not None):
        for pk, before in moved.items():
            at = (pk, price.key, price.since)
            if price.customer_id == before and at not in taken and _is_for(price, contracts[pk]):
                copies[at] = _copy(price, contracts[pk])
    bulk_add(list(copies.values()))


def _is_for(price: AgreedPrice, contract: Contract) -> bool:
    """Whether a price for several contracts is for this one."""
    is_own = price.application_id in (None, contract.application_id)
    return is_own and price.key[:2] == (contract.service_code, contract.item)


def _copy(price: AgreedPrice, contract: Contract) -> AgreedPrice:
    same = {name: getattr(price, name) for name in (*KEY, "yen", "tax", "basis", "reference", "since", "until")}
    return AgreedPrice(customer_id=contract.customer_id, contract=contract, **same)
