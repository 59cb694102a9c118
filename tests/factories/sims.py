"""Lines with their cards and addresses: numbers are made up, with right check digits."""

from datetime import UTC, date, datetime

import factory
from stdnum import luhn

from sims.models import (
    AddressUse,
    ChargeEvent,
    Incident,
    IpPool,
    Line,
    LineChange,
    ReorderPoint,
    Replacement,
    Reservation,
    ReturnPolicy,
    SimCard,
    SimProduct,
)
from sims.models.card_state import Custody
from sims.models.line_state import Service
from tests.factories.base import Recorded
from tests.factories.contracts import ContractFactory


def iccid(n: int, prefix: str = "898110") -> str:
    """The n-th made-up ICCID of nineteen digits."""
    base = f"{prefix}{n:0{18 - len(prefix)}d}"
    return f"{base}{luhn.calc_check_digit(base)}"


def msisdn(n: int) -> str:
    """The n-th made-up number for machines."""
    return f"0201{n:07d}"


def docomo() -> SimProduct:
    """The product of docomo's cards for machines, which every database holds."""
    return SimProduct.objects.get(code="docomo-m2m")


class LineFactory(Recorded):
    """A line in service since 2026-04-01, on a Mobile Access contract. ``ordered=True``: not yet."""

    class Meta:
        model = Line

    class Params:
        ordered = factory.Trait(state=Service.ORDERED, activated_on=None, msisdn="")
        paused = factory.Trait(state=Service.PAUSED)
        stopped = factory.Trait(state=Service.STOPPED, returns_to="active")
        ended = factory.Trait(state=Service.ENDED, ends_on=date(2026, 10, 31), ends_under="MA8.1")

    contract = factory.SubFactory(ContractFactory, mobile_access=True)
    msisdn = factory.Sequence(msisdn)
    ordered_on = date(2026, 3, 25)
    billing_starts_on = date(2026, 4, 1)
    activated_on = date(2026, 4, 1)
    state = Service.ACTIVE


class SimCardFactory(Recorded):
    """A card in stock; ``lent=True``: on loan to a line since 2026-04-01."""

    class Meta:
        model = SimCard

    class Params:
        assigned = factory.Trait(
            state=Custody.ASSIGNED, line=factory.SubFactory(LineFactory, ordered=True), assigned_on=date(2026, 3, 26)
        )
        lent = factory.Trait(
            state=Custody.ON_LOAN,
            line=factory.SubFactory(LineFactory),
            assigned_on=date(2026, 3, 26),
            lent_on=date(2026, 4, 1),
        )

    iccid = factory.Sequence(iccid)
    imsi = factory.Sequence(lambda n: f"44010{n:010d}")
    product = factory.LazyFunction(docomo)
    form_factor = "3ff"
    received_on = date(2026, 3, 1)
    state = Custody.IN_STOCK
    returned_from = factory.LazyAttribute(lambda card: "due-back" if card.state == Custody.RETURNED else "")


class IpPoolFactory(Recorded):
    """A pool of six addresses."""

    class Meta:
        model = IpPool

    name = factory.Sequence(lambda n: f"プール{n}")
    network = factory.Sequence(lambda n: f"10.{n // 200}.{n % 200}.0/29")


class ReservationFactory(Recorded):
    """The first address of a pool is kept for a router."""

    class Meta:
        model = Reservation

    pool = factory.SubFactory(IpPoolFactory)
    address = factory.LazyAttribute(lambda kept: kept.pool.network.replace(".0/29", ".1"))
    because = "ルータ"


class AddressUseFactory(Recorded):
    """A line has the second address of a pool since 2026-04-01."""

    class Meta:
        model = AddressUse

    line = factory.SubFactory(LineFactory)
    pool = factory.SubFactory(IpPoolFactory)
    address = factory.LazyAttribute(lambda use: use.pool.network.replace(".0/29", ".2"))
    since = datetime(2026, 4, 1, tzinfo=UTC)


class LineChangeFactory(Recorded):
    """Two lines fewer from 2026-12-31 on."""

    class Meta:
        model = LineChange

    contract = factory.SubFactory(ContractFactory, mobile_access=True)
    kind = "fewer"
    quantity = 2
    asked_on = date(2026, 11, 25)
    effective_on = date(2026, 12, 31)


class IncidentFactory(Recorded):
    """A loss, reported on 2026-12-05."""

    class Meta:
        model = Incident

    card = factory.SubFactory(SimCardFactory, lent=True, state=Custody.LOST)
    line = factory.LazyAttribute(lambda report: report.card.line)
    kind = "loss"
    channel = "phone"
    reported_on = date(2026, 12, 5)
    what = "現場で亡失"


class ReplacementFactory(Recorded):
    """A faulty card was replaced on 2026-12-20."""

    class Meta:
        model = Replacement

    old = factory.SubFactory(SimCardFactory, lent=True, state=Custody.DUE_BACK, due_back_on=date(2027, 1, 19))
    line = factory.LazyAttribute(lambda link: link.old.line)
    new = factory.LazyAttribute(
        lambda link: SimCardFactory(
            lent=True, line=link.old.line, generation=1, assigned_on=date(2026, 12, 20), lent_on=date(2026, 12, 20)
        )
    )
    old_generation = 0
    new_generation = 1
    reason = "fault"
    replaced_on = date(2026, 12, 20)


class ChargeEventFactory(Recorded):
    """A card that did not come back."""

    class Meta:
        model = ChargeEvent

    card = factory.SubFactory(
        SimCardFactory,
        lent=True,
        state=Custody.NOT_RETURNED,
        due_back_on=date(2026, 11, 30),
        over_on=date(2026, 12, 20),
    )
    line = factory.LazyAttribute(lambda event: event.card.line)
    contract = factory.LazyAttribute(lambda event: event.line.contract)
    cause = "not-returned"
    occurred_on = date(2026, 12, 20)
    price_shown = "料金表 2026年4月版"


class ReturnPolicyFactory(Recorded):
    """Cards are called back weekly, four times, from the next working day on."""

    class Meta:
        model = ReturnPolicy


class SimProductFactory(Recorded):
    """A further product of docomo's."""

    class Meta:
        model = SimProduct

    code = factory.Sequence(lambda n: f"product-{n}")
    name = factory.Sequence(lambda n: f"見本製品{n}")
    lender = "株式会社NTTドコモ"
    prefixes = factory.List(["898110"])


class ReorderPointFactory(Recorded):
    """Fewer than ten micro cards of a product are short."""

    class Meta:
        model = ReorderPoint

    product = factory.SubFactory(SimProductFactory)
    form_factor = "3ff"
    quantity = 10
