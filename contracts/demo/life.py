"""Stories told side by side: each says on which day it goes on, and the clock does its daily work in between."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from heapq import heapify, heappop, heappush

from contracts import due
from contracts.demo.office import Office
from iijiot import clock
from iijiot.daily import Tally

Story = Iterator[int]
"""What happens to one customer; yields the day on which it goes on, counted from the business day (-30: a month ago)."""

DAILY = [
    due.end_without_heirs,
    due.carry_out_successions,
    due.discontinue,
    due.end_contracts,
    due.close_subscriptions,
    due.start_contracts,
    due.begin_suspensions,
    due.begin_measures,
]


def play(office: Office, stories: Sequence[Story], told: Callable[[float], None] = lambda done: None) -> None:
    """Tell all stories in the order of their days, so that numbers and turns come as they would have come."""
    waiting = [(next(story), place) for place, story in enumerate(stories)]
    heapify(waiting)
    first = waiting[0][0]
    while waiting:
        offset, place = heappop(waiting)
        told(1 - offset / first if first < 0 else 1)
        open_the_office(office, office.today + timedelta(offset))
        with clock.working_on(office.day):
            following = next(stories[place], None)
        if following is not None:
            if following < offset:
                raise ValueError(f"Story {place} goes back from day {offset} to {following}.")
            heappush(waiting, (following, place))
    open_the_office(office, office.today)


def open_the_office(office: Office, day: date) -> None:
    """Let the clock do its work if a new day begins; mails leave after the whole world is stored."""
    if day == office.day:
        return
    office.begin_day(day)
    with clock.working_on(day):
        for step in DAILY:
            tally = Tally()
            step(day, tally)
            if tally.set_aside:
                raise ValueError(f"On {day} the demo leaves work undone: {tally.set_aside}")
