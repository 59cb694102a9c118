"""The invented stock of cards: deliveries, assignments, shipments, lines put into service, and cards that come back."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Contract
from iijiot import clock, roles
from iijiot.copying import copy_in
from iijiot.daily import Tally
from iijiot.records import chapter
from iijiot.worlds import clerk
from sims import activating, bulk, issuing, receiving
from sims.identifiers import luhn_digit
from sims.models import IpPool, Line, Reservation, SimCard, SimProduct, policy

SLICE = 5000
STOCK = 300
"""Cards of a delivery that is not for certain lines."""
FORM_FACTORS = ("3ff", "4ff", "mff2")
PREFIX = "898110"
ON_THE_WAY = timedelta(2)
NEVER_BACK, DESTROYED = 8, 3
"""One in so many cards does not come back by itself; one in so many that came back is destroyed."""


class Depot:
    """What the stock clerks do; every card and number is made up, with a right check digit."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.stock = clerk(roles.STOCK)
        self._made = self._sent = 0
        self.kept: set[int] = set()

    def opens(self) -> Story:
        """Address pools, and deliveries of every form factor that are in stock still."""
        yield -450
        with chapter(actor=clerk(roles.OPERATOR), reason="アドレスの準備", clause="MA5.2"):
            pool = IpPool(name="見本プール1", network="10.64.0.0/16")
            pool.save()
            Reservation(pool=pool, address="10.64.0.1", because="ルータ（見本）").save()
            IpPool(name="見本プール2", network="10.65.0.0/27").save()
        self.deliver()
        yield -20
        self.deliver()
        receiving.undo(SimCard.objects.in_stock().latest("pk"), actor=self.stock, reason="別便の混入（見本）")

    def deliver(self) -> None:
        """A delivery of every form factor."""
        for form_factor in FORM_FACTORS:
            self.receive(STOCK // len(FORM_FACTORS), form_factor)

    def receive(self, many: int, form_factor: str) -> None:
        """Take a delivery into stock."""
        product, on = SimProduct.objects.get(code="docomo-m2m"), self.office.day
        delivery = f"MIHON-{on:%Y%m%d}-{form_factor}"
        whole = {"product": product.pk, "form_factor": form_factor, "received_on": on, "delivery": delivery}
        with chapter(actor=self.stock, reason=delivery, clause="MA1"):
            for first in range(0, many, SLICE):
                copy_in(SimCard, self._numbers(min(SLICE, many - first)), whole)

    def _numbers(self, many: int) -> dict[str, list[str]]:
        made = range(self._made + 1, self._made + many + 1)
        self._made += many
        bases = [f"{PREFIX}{n:012d}" for n in made]
        return {
            "iccid": [f"{base}{luhn_digit(base)}" for base in bases],
            "imsi": [f"44010{n:010d}" for n in made],
            "msisdn": [f"0201{n:07d}" for n in made],
        }

    def work(self, day: date, tally: Tally) -> None:
        """A day of the depot: what came is recorded, lines go into service, what waits is sent, what came back is taken."""
        late = day >= self.office.today
        with clock.standing_still(clock.now() if late else datetime.combine(day, time(10), clock.TOKYO)):
            if arrived := _keys(SimCard.objects.can_arrive().filter(lent_on__lte=day - ON_THE_WAY)):
                bulk.arrive(arrived, actor=self.stock)
            self.equip(day)
            if not late and (waiting := _keys(SimCard.objects.to_ship())):
                bulk.ship(waiting, on=day, shipment=f"MIHON-{day:%Y%m%d}", actor=self.stock)
            self.take_back(day)

    def equip(self, day: date) -> None:
        """Ordered lines that can go into service do; those without a card are sent one."""
        lines = Line.objects.to_activate()
        if not lines.exists():
            return
        if ready := _keys(lines.ready()):
            activating.activate_all(ready, on=day, at=clock.now(), actor=self.stock)
        for contract in lines.waiting_for_first_card().contracts():
            self.send(contract, day)

    def send(self, contract: Contract, day: date) -> None:
        """Cards for all lines of a contract that wait for one: received and assigned."""
        self._sent += 1
        form_factor = FORM_FACTORS[self._sent % len(FORM_FACTORS)]
        many = contract.lines.waiting_for_first_card().count()
        self.receive(many, form_factor)
        issuing.assign(contract, form_factor=form_factor, quantity=many, on=day, actor=self.stock)

    def take_back(self, day: date) -> None:
        """Most cards come back before their day; some are dunned for in vain, and closed as not returned."""
        awaited: list[Any] = list(SimCard.objects.awaited().values_list("pk", "due_back_on", "dunned_times"))
        kept = {pk for pk, _due, _times in awaited if pk in self.kept or not pk % NEVER_BACK}
        back = [pk for pk, due, _times in awaited if pk not in kept and day >= due - timedelta(pk % 25)]
        gone = [pk for pk, _due, times in awaited if pk in kept and times >= policy.in_force().most_times]
        if back:
            bulk.take_back(back, on=day, actor=self.stock, note="返送品の検品（見本）")
            self.destroy([pk for pk in back if not pk % DESTROYED])
        if gone:
            bulk.give_up(gone, on=day, price_shown="料金表 2026年4月版（見本）", actor=self.office.approver)

    def destroy(self, cards: Sequence[int]) -> None:
        """Cards that are of no use any more."""
        if cards:
            bulk.dispose(cards, actor=self.stock, reason="再利用不可のため（見本）")


def _keys(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))
