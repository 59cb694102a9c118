"""Contracts with lines, cards on loan and addresses: as many lines as the contract says."""

from datetime import UTC, date, datetime
from typing import Any

from contracts.models import Contract
from iijiot.records import fresh
from sims import addressing
from sims.models import IpPool, Line
from tests.acts import BEN, WEDNESDAY, accept, screened
from tests.factories import ApplicationFactory, ContractFactory
from tests.factories.contracts import of
from tests.factories.sims import IpPoolFactory, LineFactory, SimCardFactory

NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)


def mobile(lines: int = 3, *, cards: bool = True, customer: Any = None, **more: Any) -> Contract:
    """A Mobile Access contract on an IoT contract, with so many lines in service, each with its card and address."""
    iot = ContractFactory(**(of(customer) if customer else {}))
    contract = ContractFactory(**of(iot.customer), mobile_access=True, quantity=lines, rests_on=[iot], **more)
    add_lines(contract, lines, cards=cards)
    return contract


def add_lines(contract: Contract, lines: int, *, cards: bool = True, **more: Any) -> list[Line]:
    """Lines in service, each with its card and address."""
    made = LineFactory.create_batch(lines, contract=contract, **more)
    if cards:
        for line in made:
            SimCardFactory(lent=True, line=line)
        if not IpPool.objects.exists():
            IpPoolFactory(network="10.64.0.0/22")
        from iijiot.records import chapter

        with chapter(actor=BEN, clause="MA5.2"):
            addressing.give([line.pk for line in made], contract.customer, at=NOON)
    return made


def iot_of(contract: Contract) -> Contract:
    """The IoT contract that it rests on."""
    base = contract.dependencies.get(on_contract__service_code="iot").on_contract
    assert base is not None
    return base


def asked_for(contract: Contract, lines: int, wished: date = WEDNESDAY, **more: Any) -> Any:
    """An application for more lines of a contract."""
    return ApplicationFactory(
        customer=contract.customer,
        management_unit=contract.management_unit,
        mobile_access=True,
        changes=contract,
        quantity=lines,
        start_wished_on=wished,
        **more,
    )


def more_lines(
    contract: Contract, lines: int, wished: date = WEDNESDAY, *, on: date = WEDNESDAY, **more: Any
) -> Contract:
    """More lines, applied for, screened and accepted."""
    return accept(screened(asked_for(contract, lines, wished)), on=on, **more)


def living(contract: Contract) -> int:
    """How many living lines it has; its quantity says the same."""
    many = contract.lines.living().count()
    assert fresh(contract).quantity == many
    return many
