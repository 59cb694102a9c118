"""The invented customers of the demo: stories that the real acts have written and, on wish, many more around them."""

from datetime import date

from contracts.demo import applying, cascading, ending, happening, secrecy, wordings
from contracts.demo.life import joined, play
from contracts.demo.office import Office
from contracts.demo.volume import SIZES, Population
from contracts.models import Customer
from iijiot.worlds import Part, Told

STORIES = [
    *cascading.STORIES,
    *ending.STORIES,
    *applying.STORIES,
    *happening.STORIES,
    *secrecy.STORIES,
    *wordings.STORIES,
]


def build(size: str, today: date, seed: int, told: Told) -> None:
    """About thirty customers with every state there is, dated around the business day, and the many where wished.

    The many have the earlier numbers and are stored last: no story has to wait behind their applications (G13.2).
    """
    many = Population(size, today, seed) if size in SIZES else None
    if many:
        many.reserve(lambda done: told(done * 0.2))
    office = Office(today, seed)
    joining = joined(office)
    stories = [*(story(office) for story in STORIES), *(story for app in joining for story in app.stories)]
    chores = [chore for app in joining for chore in app.daily]
    play(office, stories, lambda done: told(done if many is None else 0.2 + done * 0.2), chores=chores)
    if many:
        many.store(lambda done: told(0.4 + done * 0.6))


PART = Part("contracts", build, Customer.objects.exists)
