"""The invented customers of the demo, each with a life that the real acts have written."""

from datetime import date

from contracts.demo import applying, cascading, ending
from contracts.demo.life import play
from contracts.demo.office import Office
from contracts.models import Customer
from iijiot.worlds import Part


def build(size: str, today: date, seed: int) -> None:
    """About thirty customers with every state there is, dated around the business day."""
    office = Office(today, seed)
    play(office, [story(office) for story in [*cascading.STORIES, *ending.STORIES, *applying.STORIES]])


PART = Part("contracts", build, Customer.objects.exists)
