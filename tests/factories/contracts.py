"""Contracts, what they rest on, their start conditions and their ends."""

from datetime import date, timedelta
from typing import Any

import factory

from contracts.catalogue.services import SERVICES
from contracts.models import (
    Contract,
    Customer,
    Dependency,
    DesignatedDay,
    ExternalSubscription,
    StartCondition,
    Termination,
)
from contracts.models.contract import State
from contracts.models.dependency import Subject
from contracts.models.termination import Origin
from tests.factories.base import Recorded
from tests.factories.customers import CustomerFactory, ManagementUnitFactory


class DependencyFactory(Recorded):
    """A contract rests on something, with the clause and the cascade that its provision says."""

    class Meta:
        model = Dependency

    @classmethod
    def between(cls, contract: Contract, base: Subject) -> Dependency:
        """The contract rests on this base."""
        kind, _pk = base.key
        code = base.service if isinstance(base, ExternalSubscription) else base.service_code
        cascade = contract.service.ends_under(code)
        made: Dependency = cls(
            contract=contract,
            clause=(cascade or contract.service.eligibility.said_by).id,
            cascades=cascade is not None,
            **{f"on_{kind}": base},
        )
        return made


class ContractFactory(Recorded):
    """An IIJ IoT service contract in force since 2026-04-01. ``rests_on=[iot, backbone]`` makes the dependencies."""

    class Meta:
        model = Contract
        skip_postgeneration_save = True

    class Params:
        mobile_access = factory.Trait(service_code="mobile-access", item="TypeD", quantity=10)
        data_storage = factory.Trait(service_code="data-storage")
        private_connector = factory.Trait(service_code="private-connector")
        private_mobile_gateway = factory.Trait(service_code="private-mobile-gateway")
        wise_paas_connector = factory.Trait(service_code="wise-paas-connector")
        vpn_gateway = factory.Trait(service_code="vpn-gateway")
        wise_paas_option = factory.Trait(service_code="wise-paas-option")
        not_started = factory.Trait(state=State.ACCEPTED, billing_starts_on=None)
        starting = factory.Trait(state=State.ACCEPTED, billing_starts_on=date(2026, 12, 1))
        suspended = factory.Trait(state=State.SUSPENDED)
        restricted = factory.Trait(state=State.RESTRICTED)
        ending = factory.Trait(ends_on=date(2026, 12, 25))
        ended = factory.Trait(state=State.ENDED, ends_on=date(2026, 10, 31))

    customer = factory.SubFactory(CustomerFactory)
    management_unit = factory.SubFactory(ManagementUnitFactory, customer=factory.SelfAttribute("..customer"))
    service_code = "iot"
    accepted_on = date(2026, 3, 25)
    billing_starts_on = date(2026, 4, 1)
    state = State.ACTIVE

    @factory.lazy_attribute
    def ends_under(self) -> str:
        """The clause by which a customer's notice ends the service."""
        ends_on = getattr(self, "ends_on", None)
        return SERVICES[self.service_code].ends_on.said_by.id if ends_on else ""

    @factory.post_generation
    def rests_on(contract: Contract, create: bool, bases: list[Subject] | None, **kwargs: Any) -> None:  # noqa: N805
        """Make the dependencies."""
        for base in bases or []:
            DependencyFactory.between(contract, base)

    @factory.post_generation
    def notice(contract: Contract, create: bool, given: Any, **kwargs: Any) -> None:  # noqa: N805
        """An end has the customer's notice that made it, in time for its day."""
        if contract.ends_on:
            TerminationFactory(
                contract=contract,
                arrived_on=contract.ends_on - timedelta(days=30),
                carried_out=contract.state == State.ENDED,
            )


class StartConditionFactory(Recorded):
    """An operation policy that is still to be decided (PC4.1)."""

    class Meta:
        model = StartCondition

    class Params:
        met = factory.Trait(state="met", met_on=date(2026, 3, 30), answer="10.0.0.0/16、運用は契約者")

    contract = factory.SubFactory(ContractFactory, private_connector=True, not_started=True)
    code = "operation-policy"
    words = "運用ポリシーの決定"
    clause = "PC4.1"


class TerminationFactory(Recorded):
    """A customer's termination notice on our form, arrived on 2026-11-25, thirty days before it takes effect."""

    class Meta:
        model = Termination

    class Params:
        form_missing = factory.Trait(
            how=Termination.How.OTHER, effective_on=None, clause="G29.1", state="form-missing", reason="メールで連絡"
        )
        carried_out = factory.Trait(state="carried-out")
        by_company = factory.Trait(
            origin=Origin.COMPANY,
            how="",
            arrived_on=None,
            effective_on=date(2026, 12, 10),
            clause="G28.1.2",
            ground="G26.1.3",
        )
        of_subscription = factory.Trait(
            origin=Origin.EXTERNAL,
            how="",
            arrived_on=None,
            contract=None,
            effective_on=date(2026, 12, 31),
            clause="PC5.2",
        )

    contract = factory.SubFactory(ContractFactory)
    origin = Origin.NOTICE
    how = Termination.How.FORM
    arrived_on = date(2026, 11, 25)

    @factory.lazy_attribute
    def effective_on(self) -> date:
        """The later of thirty days after arrival and the day named."""
        named = getattr(self, "named_on", None)
        return SERVICES[self.contract.service_code].ends_on(self.arrived_on, named).day

    @factory.lazy_attribute
    def clause(self) -> str:
        """The clause of the contract's own provision."""
        return SERVICES[self.contract.service_code].ends_on.said_by.id


class DesignatedDayFactory(Recorded):
    """Mobile Access ends a month after the contract that it rests on."""

    class Meta:
        model = DesignatedDay

    contract = factory.SubFactory(ContractFactory, mobile_access=True)
    end = factory.SubFactory(
        TerminationFactory,
        contract=factory.SubFactory(ContractFactory, customer=factory.SelfAttribute("...contract.customer")),
    )
    on = date(2027, 1, 31)
    reason = "移行期間のため"


def of(customer: Customer) -> dict[str, Any]:
    """The customer and its management unit, as the factories want them: ``ContractFactory(**of(customer))``."""
    unit = customer.management_units.first() or ManagementUnitFactory(customer=customer)
    return {"customer": customer, "management_unit": unit}
