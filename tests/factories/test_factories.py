"""Every factory makes a lawful thing, alone and with each of its traits."""

import factory
import pytest

from iijiot.guards import is_kept, is_passing
from tests import factories
from tests.factories import ContractFactory, ExternalSubscriptionFactory, TerminationFactory
from tests.factories.contracts import of

ALONE = [
    getattr(factories, name)
    for name in factories.__all__
    if name.endswith("Factory") and name not in ("DependencyFactory",)
]
NEED_MORE = {"wise_paas_option", "of_subscription"}


def traits():
    for made in ALONE:
        yield pytest.param(made, {}, id=made.__name__)
        for name, parameter in made._meta.parameters.items():
            if isinstance(parameter, factory.Trait) and name not in NEED_MORE:
                yield pytest.param(made, {name: True}, id=f"{made.__name__}-{name}")


@pytest.mark.django_db
@pytest.mark.parametrize(("made", "trait"), traits())
def test_each_trait_is_lawful_and_has_its_history(made, trait):
    record = made(**trait)
    record.full_clean()
    without = is_kept(type(record)) or is_passing(type(record))
    assert without or record.history.first().history_actor == "factory"


def test_an_option_belongs_to_its_contract(aois_company):
    iot = ContractFactory(**of(aois_company))
    option = ContractFactory(**of(aois_company), wise_paas_option=True, parent=iot, rests_on=[iot])
    assert option.dependencies.get().clause == "IOT3.2"


def test_a_subscription_ends_by_a_termination_of_its_own(aois_company):
    backbone = ExternalSubscriptionFactory(customer=aois_company)
    assert TerminationFactory(of_subscription=True, external=backbone).subject == backbone


def test_an_ending_contract_has_the_notice_that_ends_it(aois_company):
    contract = ContractFactory(**of(aois_company), ending=True)
    assert contract.terminations.get().effective_on == contract.ends_on
