"""Lines of the invented customers: stock, cards on loan, faults, losses, late returns, months of usage, and many more."""

from datetime import date

from contracts.demo.life import Joining
from contracts.demo.office import Office
from iijiot.daily import Tally
from iijiot.worlds import Part, Told
from sims import due, throttling
from sims.demo import sent, traffic, volume
from sims.demo.cards import Cards
from sims.demo.depot import Depot
from sims.demo.devices import Devices
from sims.demo.fleet import Fleet
from sims.demo.selections import Selections
from sims.models import Line

DAILY = [
    due.end_lines,
    due.order_lines,
    due.retire_devices,
    due.mark_overdue,
    due.remind_of_cards,
    due.dun_for_cards,
]
FIRST_DUE = -120
"""Before this day no line of a story ends, and no card is awaited."""


def told(office: Office) -> Joining:
    """What happens to lines and cards in the days of the contracts' stories."""
    depot = Depot(office)
    stories = [
        depot.opens(),
        Fleet(office).many_lines(),
        Cards(office, depot).everything(),
        Devices(office).come_and_go(),
        traffic.flow(office, office.seed),
        sent.arrive(office),
        Selections(office).runs(),
    ]

    def clock_works(day: date, tally: Tally) -> None:
        if day >= office.on(FIRST_DUE):
            for step in DAILY:
                step(day, tally)
        if day >= office.on(-traffic.JUDGED):  # before there are no figures, and nothing is blocked for a time
            throttling.set_and_lift(day, tally)

    return Joining(stories, [clock_works, depot.work])


def build(size: str, today: date, seed: int, told: Told) -> None:
    """The lines of the many contracts around the stories, as their contracts went, with cards and addresses."""
    volume.equip(seed, told)


PART = Part("sims", build, Line.objects.exists)
