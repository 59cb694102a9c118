"""Devices of lines, those seen, and care of cards: numbers are made up, with right check digits."""

from datetime import date

import factory
from stdnum import luhn

from sims.models import CardViolation, DesignatedDevice, DesignatedItem, Equipment, Sighting, SubleaseConsent
from tests.factories.base import Recorded
from tests.factories.contracts import ContractFactory
from tests.factories.measures import ViolationFactory
from tests.factories.sims import LineFactory, SimCardFactory


def imei(n: int, tac: str = "35417803") -> str:
    """The n-th made-up IMEI of a type."""
    base = f"{tac}{n:06d}"
    return f"{base}{luhn.calc_check_digit(base)}"


class DesignatedDeviceFactory(Recorded):
    """A device on the list."""

    class Meta:
        model = DesignatedDevice

    tac = factory.Sequence(lambda n: f"{86000000 + n}")
    maker = "架空電子"
    name = factory.Sequence(lambda n: f"GW-{n}")


class DesignatedItemFactory(Recorded):
    """Something that customers can have changed."""

    class Meta:
        model = DesignatedItem

    code = factory.Sequence(lambda n: f"item-{n}")
    name = factory.Sequence(lambda n: f"事項{n}")


class EquipmentFactory(Recorded):
    """A device that conforms to the technical standards, on a line that waits for its service."""

    class Meta:
        model = Equipment

    class Params:
        asked = factory.Trait(state="test-asked", report_due_on=date(2026, 12, 10))
        passed = factory.Trait(state="passed", tested_on=date(2026, 11, 20), report="試験良好")
        failed = factory.Trait(state="failed", tested_on=date(2026, 11, 20), report="電力超過")
        retired = factory.Trait(state="retired", retired_on=date(2026, 11, 20))

    line = factory.SubFactory(LineFactory, ordered=True)
    imei = factory.Sequence(imei)
    maker = "架空電子"
    name = "GW-1"
    basis = "conforming"
    mark = "001-A00001"
    registered_on = date(2026, 3, 25)


class SightingFactory(Recorded):
    """An unknown device was seen on 2026-11-20."""

    class Meta:
        model = Sighting

    line = factory.SubFactory(LineFactory)
    imei = factory.Sequence(lambda n: imei(n, "35999999"))
    first_seen_on = date(2026, 11, 20)
    last_seen_on = date(2026, 11, 20)


class CardViolationFactory(Recorded):
    """A card was taken abroad."""

    class Meta:
        model = CardViolation

    card = factory.SubFactory(SimCardFactory, lent=True)
    violation = factory.LazyAttribute(
        lambda by: ViolationFactory(
            customer=by.card.line.contract.customer, contract=by.card.line.contract, breach="MA9.1.2"
        )
    )


class SubleaseConsentFactory(Recorded):
    """A customer may lend the cards of a contract on since 2026-10-01."""

    class Meta:
        model = SubleaseConsent

    contract = factory.SubFactory(ContractFactory, mobile_access=True)
    to_whom = "架空物流株式会社"
    since = date(2026, 10, 1)
    reference = "承諾書 2026-09-25"
