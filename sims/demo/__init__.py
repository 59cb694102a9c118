"""Lines of the invented customers: stock, cards on loan, faults, losses, late returns, months of usage."""

from datetime import date

from contracts.demo.life import play
from contracts.demo.office import Office
from contracts.models import Contract
from iijiot.worlds import Part, Told
from sims.demo import fleet, mishaps, sent, traffic
from sims.demo.depot import Depot
from sims.models import Line


def build(size: str, today: date, seed: int, told: Told) -> None:
    """A customer with 20,000 lines on ten contracts, and cards for the lines of everybody else."""
    office, depot = Office(today, ~seed), Depot(today, seed)
    depot.open()
    made: list[Contract] = []
    stories = [
        fleet.many_lines(office, depot, made),
        mishaps.mishaps(office, depot, made),
        mishaps.lines_that_wait(office, depot, made),
    ]
    play(office, stories, lambda done: told(done * 0.6))
    depot.supply(lambda done: told(0.6 + done * 0.3))
    traffic.flow(today, seed)
    sent.arrive(today)


PART = Part("sims", build, Line.objects.exists)
