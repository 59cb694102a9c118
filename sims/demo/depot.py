"""The invented stock of cards: deliveries, assignments, shipments, and lines put into service, in the past."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from stdnum import luhn

from contracts.models import Contract
from iijiot import clock, roles
from iijiot.bulk import bulk_add
from iijiot.records import chapter
from iijiot.worlds import clerk
from sims import activating, issuing
from sims.models import IpPool, Line, Reservation, SimCard, SimProduct

SLICE = 5000
STOCK = 400
"""Cards that are left in stock."""
FORM_FACTORS = ("3ff", "4ff", "mff2")
PREFIX = "898110"


class Depot:
    """What the stock clerks do; every card and number is made up, with a right check digit."""

    def __init__(self, today: date, seed: int) -> None:
        self.today = today
        self.random = Random(seed)  # noqa: S311 - invents cards, keeps no secret
        self.stock = clerk(roles.STOCK)
        self._made = 0

    def open(self) -> None:
        """Address pools, and cards of every form factor in stock."""
        with chapter(actor=clerk(roles.OPERATOR), reason="アドレスの準備", clause="MA5.2"):
            pool = IpPool(name="見本プール1", network="10.64.0.0/16")
            pool.save()
            Reservation(pool=pool, address="10.64.0.1", because="ルータ（見本）").save()
            IpPool(name="見本プール2", network="10.65.0.0/27").save()
        for form_factor in FORM_FACTORS:
            self.receive(STOCK // len(FORM_FACTORS), form_factor, self.today - timedelta(20))

    def receive(self, many: int, form_factor: str, on: date) -> None:
        """Take a delivery into stock."""
        product = SimProduct.objects.get(code="docomo-m2m")
        delivery = f"MIHON-{on:%Y%m%d}-{form_factor}"
        for first in range(0, many, SLICE):
            cards = [self._card(product, form_factor, on, delivery) for _card in range(min(SLICE, many - first))]
            with chapter(actor=self.stock, reason=delivery, clause="MA1"):
                bulk_add(cards)

    def _card(self, product: SimProduct, form_factor: str, on: date, delivery: str) -> SimCard:
        self._made += 1
        base = f"{PREFIX}{self._made:012d}"
        return SimCard(
            iccid=f"{base}{luhn.calc_check_digit(base)}",
            imsi=f"44010{self._made:010d}",
            msisdn=f"0201{self._made:07d}",
            product=product,
            form_factor=form_factor,
            received_on=on,
            delivery=delivery,
        )

    def equip(self, contract: Contract, on: date) -> None:
        """Cards for all lines of a contract: received, assigned, shipped, arrived, and the lines put into service."""
        form_factor = self.random.choice(FORM_FACTORS)
        many = contract.lines.without_card().count()
        if not many:
            return
        self.receive(many, form_factor, on - timedelta(5))
        issuing.assign(contract, form_factor=form_factor, quantity=many, on=on, actor=self.stock)
        cards = list(SimCard.objects.of_contracts([contract.pk]).live().values_list("pk", flat=True))
        issuing.ship(cards, on=on, shipment=f"MIHON-{contract.number}", actor=self.stock)
        issuing.arrive(cards, actor=self.stock)
        if str(contract.state) in ("active", "restricted"):
            lines = list(contract.lines.values_list("pk", flat=True))
            moment = datetime.combine(on, time(10), clock.TOKYO)
            activating.activate_all(lines, on=on, at=moment, actor=self.stock)

    def supply(self, told: Callable[[float], None]) -> None:
        """Cards for the lines of all contracts that run."""
        contracts: Sequence[Contract] = list(Line.objects.without_card().contracts())
        for done, contract in enumerate(contracts):
            if contract.billing_starts_on is not None and contract.billing_starts_on <= self.today:
                self.equip(contract, contract.billing_starts_on)
            told(done / len(contracts))
