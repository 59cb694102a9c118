"""Whole customers: everything that can rest on everything, as the vectors of the cascade want it."""

from dataclasses import dataclass
from typing import Any

from contracts.models import Contract, Customer, Dependency, ExternalSubscription
from tests.factories.applications import ApplicationFactory
from tests.factories.contracts import ContractFactory, TerminationFactory, of
from tests.factories.customers import CustomerFactory, ExternalSubscriptionFactory
from tests.factories.notices import NoticeFactory


@dataclass
class House:
    """One customer with every service in force, all resting on one IoT contract and one Private Backbone."""

    customer: Customer
    backbone: ExternalSubscription
    wise_paas: ExternalSubscription
    iot: Contract
    mobile_access: Contract
    data_storage: Contract
    connector: Contract
    gateway: Contract
    wise_connector: Contract
    vpn: Contract
    option: Contract

    @property
    def contracts(self) -> dict[str, Contract]:
        """All contracts by the short names of the vectors."""
        return {
            "IOT": self.iot,
            "MA": self.mobile_access,
            "DS": self.data_storage,
            "PC": self.connector,
            "PMG": self.gateway,
            "WPC": self.wise_connector,
            "VPN": self.vpn,
            "WISE-PaaS option": self.option,
        }

    def through(self, contract: Contract, base: Contract | ExternalSubscription) -> Dependency:
        """The dependency by which a contract rests on something."""
        kind, _pk = base.key
        return contract.dependencies.get(**{f"on_{kind}": base})


def house(customer: Customer | None = None, *, gateway_also_on: tuple[ExternalSubscription, ...] = ()) -> House:
    """A customer with every service; the gateway rests on Mobile Access, and on whatever else is given."""
    customer = customer or CustomerFactory()
    whose: dict[str, Any] = of(customer)
    backbone = ExternalSubscriptionFactory(customer=customer)
    wise_paas = ExternalSubscriptionFactory(customer=customer, wise_paas_use=True)
    iot = ContractFactory(**whose)
    mobile = ContractFactory(**whose, mobile_access=True, rests_on=[iot])
    connector = ContractFactory(**whose, private_connector=True, rests_on=[iot, backbone])
    return House(
        customer=customer,
        backbone=backbone,
        wise_paas=wise_paas,
        iot=iot,
        mobile_access=mobile,
        data_storage=ContractFactory(**whose, data_storage=True, rests_on=[iot]),
        connector=connector,
        gateway=ContractFactory(
            **whose, private_mobile_gateway=True, rests_on=[iot, backbone, mobile, *gateway_also_on]
        ),
        wise_connector=ContractFactory(
            **whose, wise_paas_connector=True, rests_on=[iot, connector, backbone, wise_paas]
        ),
        vpn=ContractFactory(**whose, vpn_gateway=True, rests_on=[iot, backbone]),
        option=ContractFactory(**whose, wise_paas_option=True, parent=iot, rests_on=[iot, mobile, wise_paas]),
    )


def house_at_work(customer: Customer | None = None) -> House:
    """The same, with an application in screening, an end to come and a notice: something on every kind of page."""
    world = house(customer)
    ApplicationFactory(customer=world.customer, state="screening")
    TerminationFactory(contract=world.data_storage)
    NoticeFactory(customer=world.customer)
    return world
