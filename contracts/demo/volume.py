"""Many customers, skewed as in life: the same seed and day, the same world."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stdnum.jp import cn

from contracts.catalogue.services import SERVICES
from contracts.demo.falling import Life
from contracts.demo.names import invented
from contracts.demo.told import Staff, Thing
from contracts.models import Application, Customer, ManagementUnit
from iijiot import clock, roles
from iijiot.loading import everything_counted
from iijiot.pasts import Line, Order, Past
from iijiot.worlds import clerk

SLICE = 100
"""Customers stored together."""
IN_USE = timedelta(days=730)
"""Since when this software has been in use; what is older was taken over."""
OLDEST = timedelta(days=8 * 365)


@dataclass(frozen=True)
class Size:
    """How many customers, how many of them have most of the lines, and the two that stand out."""

    customers: int
    heavy: int
    sites: int
    """Management units of a heavy customer."""
    biggest: int
    """Lines of the customer with the most."""
    most: int
    """Management units of the customer with the most contracts."""


SIZES = {
    "office": Size(customers=320, heavy=6, sites=60, biggest=20_000, most=150),
    "big": Size(customers=10_000, heavy=113, sites=194, biggest=100_000, most=2_000),
}


@dataclass(frozen=True)
class Shape:
    """One customer to be."""

    index: int
    since: date
    sites: int
    lines: int
    """Lines of a site, more or less."""
    spread: float
    """The part of the sites that came much later than the first."""


def shapes(size: Size, today: date, random: Random) -> Iterator[Shape]:
    """The heavy ones, the one with the most contracts, and everybody else."""
    for index in range(size.customers):
        since = today - timedelta(random.randrange(40, OLDEST.days))
        if index == 0:
            yield Shape(index, today - OLDEST, 25, size.biggest // 25, 0)
        elif index == 1:
            yield Shape(index, today - OLDEST, size.most, 3, 0.5)
        elif index <= size.heavy:
            weight = 12 if index < 5 else 8 if index < 20 else 3
            sites = random.randrange(size.sites // 2, size.sites + size.sites // 2)
            yield Shape(index, min(since, today - IN_USE), sites, weight * 4, 0.35)
        else:
            yield Shape(index, since, random.choice((1, 1, 2, 2, 3, 4, 6, 9)), 5, 0.4)


class Population:
    """All customers of a size, told twice: once for the order in which everything came to be, once to be stored."""

    def __init__(self, name: str, today: date, seed: int) -> None:
        self.size, self.today, self.seed = SIZES[name], today, seed
        random = Random(f"{seed}/{name}")  # noqa: S311 - invents customers, keeps no secret
        self.shapes = sorted(shapes(self.size, today, random), key=lambda shape: (shape.since, shape.index))
        self.corporate = random.sample(range(10**8), self.size.customers)
        self.order = Order()

    def reserve(self, told: Callable[[float], None]) -> None:
        """Find the order, and take the numbers: whoever comes later gets later ones."""
        self._tell(Past(self.order, storing=False), told)
        self.order.reserve()

    def store(self, told: Callable[[float], None]) -> None:
        """Store everybody."""
        self._tell(Past(self.order, storing=True), told)
        everything_counted()

    def _tell(self, past: Past, told: Callable[[float], None]) -> None:
        staff = self._staff()
        for done, shape in enumerate(self.shapes):
            live(shape, past, staff, self._random(shape), self.corporate[shape.index])
            if past.storing and (done % SLICE == SLICE - 1 or shape.sites > SLICE):
                past.store()
            if done % SLICE == 0:
                told(done / len(self.shapes))
        past.store()

    def _random(self, shape: Shape) -> Random:
        return Random(f"{self.seed}/{shape.index}")  # noqa: S311 - invents a life, keeps no secret

    def _staff(self) -> Staff:
        waiting = Application.objects.open().values_list("received_at", flat=True).first()
        never = clock.midnight(clock.next_day(self.today))
        return Staff(clerk(roles.DESK), clerk(roles.APPROVER), self.today, self.today - IN_USE, waiting or never)


def live(shape: Shape, past: Past, staff: Staff, random: Random, corporate: int) -> None:
    """One customer: registered, growing site by site, and then perhaps an end."""
    customer, units = register(shape, past, staff, random, corporate)
    life = Life(past, random, staff, customer)
    backbone = with_wise = None
    if random.random() < 0.3:
        backbone = life.external("private-backbone", shape.since - timedelta(100), f"MIHON-B{shape.index:06d}")
    if random.random() < 0.12:
        with_wise = life.external("wise-paas-use", shape.since - timedelta(50), f"MIHON-W{shape.index:06d}")
    if random.random() < 0.05:
        life.external("mobile-type-i", shape.since - timedelta(60), f"MIHON-I{shape.index:06d}", "closed")
    if random.random() < 0.05:
        life.external("mobile-type-k", shape.since - timedelta(60), f"MIHON-K{shape.index:06d}")
    outside = [thing for thing in life.things.values() if thing.key[0] == "external"]
    for first in range(0, len(units), 100):
        branch(life, shape, units[first : first + 100], outside, backbone, with_wise)
    if life.things:
        what_came_then(life, random, backbone)


def register(shape: Shape, past: Past, staff: Staff, random: Random, corporate: int) -> tuple[Line, list[Line]]:
    """The customer with its management units (G8, G9.2)."""
    life = Life(past, random, staff, Line(Customer, 0, {}))
    old = shape.since < staff.introduced
    by = life.migrated() if old else life.at(shape.since, random.randrange(300), reason="お客様の登録")
    name, kana = invented(shape.index)
    sole = random.random() < 0.04 and shape.sites < 5
    base = f"9999{corporate:08d}"
    customer = past.add(
        Customer,
        by,
        "G12.1",
        kind="sole-proprietor" if sole else "corporation",
        name=name.removesuffix("株式会社") if sole else name,
        name_kana=kana,
        corporate_number="" if sole else cn.calc_check_digit(base) + base,
        evidence="個人事業の開業届出書（控え）" if sole else "",
        evidence_seen_on=shape.since if sole else None,
        postal_code="000-0000",
        address=f"見本県架空市例町{random.randint(1, 9)}-{random.randint(1, 30)}",
        contact_person=f"担当 {random.choice(('花子', '太郎', '一郎', '桜子'))}（架空）",
        phone=f"00-0000-{random.randint(0, 9999):04d}",
        notice_email=f"keiyaku@k{shape.index:05d}.example",
    )
    names = ["本社", *(f"架空第{n}拠点" for n in range(1, shape.sites))]
    return customer, [past.add(ManagementUnit, by, "G9.2", customer=customer, name=name) for name in names]


def branch(
    life: Life, shape: Shape, units: list[Line], outside: list[Thing], backbone: Thing | None, wise: Thing | None
) -> None:
    """One IIJ IoT contract, and what rests on it."""
    iot = life.contract("iot", units[0], [], shape.since)
    if iot is None:
        return
    usual = iot.holding.first + timedelta(life.random.randrange(5, 40))
    mobile = sites(life, shape, units, iot, usual)
    if backbone or wise:
        networks(life, units[0], [iot, *outside, *([mobile] if mobile else [])], usual + timedelta(30))


def sites(life: Life, shape: Shape, units: list[Line], iot: Thing, usual: date) -> Thing | None:
    """Mobile Access and Data Storage, site by site; the last Mobile Access."""
    random, last = life.random, None
    running = max(1, (life.staff.today - iot.holding.first).days)
    for unit in units:
        day = usual + timedelta(random.randrange(20))
        if random.random() < shape.spread:
            day = iot.holding.first + timedelta(random.randrange(running) + 1)
        if shape.index == 0:
            last = life.contract("mobile-access", unit, [iot], day, shape.lines) or last
        elif random.random() < 0.92:
            lines = max(1, round(shape.lines * random.uniform(0.6, 1.4)))
            last = life.contract("mobile-access", unit, [iot], day, lines) or last
        if random.random() < 0.55:
            life.contract("data-storage", unit, [iot], day + timedelta(random.randrange(3)))
    return last


def networks(life: Life, unit: Line, held: list[Thing], day: date) -> None:
    """What else the requirements let the customer have: `contract` makes none whose requirements are not met."""
    random = life.random
    connector = life.contract("private-connector", unit, held, day)
    if random.random() < 0.4:
        life.contract("vpn-gateway", unit, held, day + timedelta(random.randrange(600)))
    if random.random() < 0.4:
        life.contract("private-mobile-gateway", unit, held, day + timedelta(7))
    if connector:
        life.contract("wise-paas-connector", unit, [*held, connector], day + timedelta(20))
    life.contract("wise-paas-option", unit, held, day + timedelta(25))


def what_came_then(life: Life, random: Random, backbone: Thing | None) -> None:
    """Most go on; the others end in one of the ways there are."""
    staff, fate = life.staff, random.random()
    made = [thing for thing in life.things.values() if thing.key[0] == "contract"]
    contracts = [thing for thing in made if thing.holding.first < date.max]
    last_made = max((thing.line.values["accepted_on"] for thing in made), default=date.max)
    begun = max([last_made, staff.introduced, *(thing.holding.first for thing in contracts)])
    days = (staff.today - begun).days - 10
    bases = {rest.edge.base for rest in life.rests}
    leaves = [thing for thing in contracts if thing.key not in bases]
    if fate > 0.3 or days < 1 or not leaves:
        return
    recent = random.random() < 0.4
    day = staff.today - timedelta(random.randrange(min(days, 25) if recent else days))
    leaf = random.choice(leaves)
    iot = next(thing for thing in contracts if thing.holding.code == "iot")
    if fate < 0.16:
        of_a_leaf(life, leaf, day, fate)
    elif fate < 0.2 and backbone:
        by = life.at(day, 300, reason="他の約款に基づく契約の終了の連絡")
        last = day + timedelta(random.randrange(5, 60))
        life.end(backbone, on=last, clause="G29.1", by=by, origin="external")
    elif fate < 0.22:
        by = life.at(day, 310, staff.approver, "約款違反により業務に支障が生じたため（架空の事例）")
        life.end(iot, on=day + timedelta(10), clause="G28.1.2", by=by, origin="company", ground="G26.1.3")
    elif fate < 0.26:
        notice(life, iot, day, message_on=leaf if leaf in resting_on(life, iot) else None)
    else:
        storages = [thing for thing in resting_on(life, iot) if thing.holding.code == "data-storage"]
        notice(life, iot, day, later={storage.key: 25 for storage in storages[:1] if fate > 0.28})


def resting_on(life: Life, base: Thing) -> list[Thing]:
    """The contracts that rest on something."""
    resting = {rest.edge.dependent for rest in life.rests if rest.edge.base == base.key}
    return [thing for key, thing in life.things.items() if key in resting]


def of_a_leaf(life: Life, leaf: Thing, day: date, fate: float) -> None:
    """A contract on which nothing rests: a notice, one taken back, or a message that is none yet."""
    if fate < 0.1:
        notice(life, leaf, day)
    elif fate < 0.13:
        taken_back(life, leaf, day)
    else:
        life.message(leaf, day)


def notice(
    life: Life,
    thing: Thing,
    day: date,
    *,
    message_on: Thing | None = None,
    later: dict[tuple[str, int], int] | None = None,
) -> None:
    """A notice on our form, perhaps with a day named (G29.1)."""
    named = day + timedelta(life.random.randrange(31, 80)) if life.random.random() < 0.4 else None
    end = SERVICES[thing.holding.code].ends_on(day, named)
    if message_on:
        life.message(message_on, day - timedelta(2), lapses_on=end.day)
    life.end(
        thing,
        on=end.day,
        clause=end.clause.id,
        by=life.at(day, 260, reason="解約申込書の受領"),
        designated={key: end.day + timedelta(days) for key, days in (later or {}).items()},
        origin="notice",
        how="form",
        arrived_on=day,
        named_on=named,
    )


def taken_back(life: Life, leaf: Thing, day: date) -> None:
    """A notice, and a change of mind some days later."""
    end = SERVICES[leaf.holding.code].ends_on(day)
    back = day + timedelta(life.random.randrange(1, 8))
    if back > life.staff.today:
        return
    by = life.at(day, 260, reason="解約申込書の受領")
    on, clause = end.day, end.clause.id
    rows, _found = life.schedule(leaf, on=on, clause=clause, by=by, origin="notice", how="form", arrived_on=day)
    life.taken_back(leaf, rows[leaf.key], back)
