"""Prices: a list published long ago, with the fees of the scenarios, and what is agreed beside it."""

from datetime import date
from typing import Any

import factory
from django.db import connection

from billing.models import AgreedPrice, ExtraItem, Price, PriceVersion
from tests.factories.base import Recorded
from tests.factories.contracts import ContractFactory
from tests.factories.customers import CustomerFactory

LONG_AGO = date(2016, 11, 30)
FEES = {
    ("iot", "contract"): 5_000,
    ("wise-paas-option", "contract"): 2_000,
    ("mobile-access", "line"): 300,
    ("data-storage", "contract"): 1_000,
    ("private-connector", "contract"): 30_000,
    ("private-mobile-gateway", "contract"): 50_000,
    ("wise-paas-connector", "contract"): 10_000,
    ("vpn-gateway", "contract"): 20_000,
}
"""Yen a month, as the scenarios have them."""


class PriceVersionFactory(Recorded):
    """A draft for new contracts from 2027-01-01. ``published=True``: a list that holds since the first day of the terms."""

    class Meta:
        model = PriceVersion

    class Params:
        published = factory.Trait(state="published", new_from=LONG_AGO, published_on=LONG_AGO)

    name = factory.Sequence(lambda n: f"料金表{n}")
    new_from = date(2027, 1, 1)


class PriceFactory(Recorded):
    """The monthly fee of the IIJ IoT service, in a list that holds. ``draft=True``: in a version that does not yet."""

    class Meta:
        model = Price

    class Params:
        draft = factory.Trait(version=factory.SubFactory(PriceVersionFactory), new_from=None, existing_from=None)
        per_line = factory.Trait(service_code="mobile-access", item="TypeD", unit="line", yen=300)
        one_time = factory.Trait(
            service_code="mobile-access", item="TypeD", kind="one-time", unit="case", cause="not-returned", yen=3_000
        )

    version = factory.SubFactory(PriceVersionFactory, published=True)
    service_code = "iot"
    kind = "monthly"
    unit = "contract"
    yen = 5_000
    new_from = factory.LazyAttribute(lambda price: price.version.new_from)
    existing_from = factory.LazyAttribute(lambda price: price.version.existing_from)


class AgreedPriceFactory(Recorded):
    """Four thousand yen a month for one customer's IIJ IoT service, agreed from 2026-04-01 on."""

    class Meta:
        model = AgreedPrice

    class Params:
        of_a_contract = factory.Trait(
            contract=factory.SubFactory(ContractFactory, customer=factory.SelfAttribute("..customer"))
        )

    customer = factory.SubFactory(CustomerFactory)
    service_code = "iot"
    kind = "monthly"
    unit = "contract"
    yen = 4_000
    reference = "見積書 2026-0301"
    since = date(2026, 4, 1)


class ExtraItemFactory(Recorded):
    """Damages of 100,000 yen, not on an invoice yet. ``credit=True``: goodwill of 1,000 yen."""

    class Meta:
        model = ExtraItem

    class Params:
        credit = factory.Trait(kind="goodwill", amount=-1_000, taxable=True, clause="G30.1", text="お詫び")

    contract = factory.SubFactory(ContractFactory)
    customer = factory.LazyAttribute(lambda extra: extra.contract.customer)
    management_unit = factory.LazyAttribute(lambda extra: extra.contract.management_unit)
    kind = "damages"
    month = date(2026, 12, 1)
    arose_on = date(2026, 12, 10)
    amount = 100_000
    clause = "G21"
    text = "設備の損傷"
    reason = "10月の事故の修理代"


def price_list(fees: dict[tuple[str, str], int] | None = None, **version: Any) -> PriceVersion:
    """A published list of monthly fees, by service and unit: those of the scenarios, or others."""
    made: PriceVersion = PriceVersionFactory(**{"published": True, **version})
    for (service, unit), yen in (FEES if fees is None else fees).items():
        item = "TypeD" if service == "mobile-access" else ""
        PriceFactory(version=made, service_code=service, item=item, unit=unit, yen=yen)
    return made


def new_price(since: date, yen: int, service: str = "private-connector", unit: str = "contract") -> PriceVersion:
    """A published change of one monthly fee, from one day on for new contracts and existing ones."""
    fees = {(service, unit): yen}
    reason = "" if since.day == 1 else "月の途中の改定"
    return price_list(fees, new_from=since, existing_from=since, published_on=since, day_reason=reason)


def lined(contract: Any, many: int, **line: Any) -> Any:
    """Give a Mobile Access contract so many lines at once, of the same days."""
    from iijiot.bulk import bulk_insert
    from iijiot.records import chapter
    from sims.models import Line
    from tests.factories.base import MAKER
    from tests.factories.sims import LineFactory

    one = LineFactory.build(**{"contract": contract, "msisdn": "", **line})
    fields = [field for field in Line._meta.concrete_fields if field.name not in ("id", "number")]
    types = ", ".join(f"%s::{field.db_type(connection)} AS {field.column}" for field in fields)
    with chapter(actor=MAKER):
        bulk_insert(
            Line,
            {field.name: str(field.column) for field in fields},
            f"SELECT {types} FROM generate_series(1, %s)",  # noqa: S608 - the columns of the model
            [*(field.value_from_object(one) for field in fields), many],
        )
    return Line.objects.of_contracts([contract.pk])


def mobile_access(many: int = 10, **contract: Any) -> Any:
    """A Mobile Access contract with so many lines since its start."""
    made = ContractFactory(mobile_access=True, quantity=max(many, 1), **contract)
    if many:
        lined(made, many, billing_starts_on=made.billing_starts_on)
    return made
