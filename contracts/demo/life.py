"""Stories told side by side: each says on which day it goes on, and the clock does its daily work in between."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from contracts import due
from contracts.demo.office import Office
from iijiot import clock
from iijiot.daily import Tally

Story = Iterator[int]
"""What happens to one customer; yields the day on which it goes on, counted from the business day (-30: a month ago)."""

Chore = Callable[[date, Tally], object]

DAILY: list[Chore] = [
    due.end_without_heirs,
    due.carry_out_successions,
    due.discontinue,
    due.end_contracts,
    due.close_subscriptions,
    due.start_contracts,
    due.begin_suspensions,
    due.begin_measures,
]


class Joining(NamedTuple):
    """What an app to the right adds: stories of its own, and its daily work, which comes after that of the contracts."""

    stories: Sequence[Story]
    daily: Sequence[Chore]


_joining: list[Callable[[Office], Joining]] = []


def join(told: Callable[[Office], Joining]) -> None:
    """Let an app to the right tell what happens there in the same days."""
    _joining.append(told)


def joined(office: Office) -> list[Joining]:
    """What all of them add."""
    return [told(office) for told in _joining]


def play(
    office: Office,
    stories: Sequence[Story],
    told: Callable[[float], None] = lambda done: None,
    *,
    chores: Sequence[Chore] = (),
) -> None:
    """Tell all stories in the order of their days, so that numbers and turns come as they would have come."""
    waiting = [(next(story), place) for place, story in enumerate(stories)]
    heapify(waiting)
    first = waiting[0][0]
    while waiting:
        offset, place = heappop(waiting)
        told(1 - offset / first if first < 0 else 1)
        open_the_office(office, office.today + timedelta(offset), chores)
        with clock.working_on(office.day), clock.standing_still(office.next_moment()):
            following = next(stories[place], None)
        if following is not None:
            if following < offset:
                raise ValueError(f"Story {place} goes back from day {offset} to {following}.")
            heappush(waiting, (following, place))
    open_the_office(office, office.today, chores)


def open_the_office(office: Office, day: date, chores: Sequence[Chore] = ()) -> None:
    """Let the clock do its work if a new day begins; mails leave after the whole world is stored."""
    if day == office.day:
        return
    office.begin_day(day)
    with clock.working_on(day), clock.standing_still(clock.midnight(day) + timedelta(minutes=5)):
        for step in [*DAILY, *chores]:
            tally = Tally()
            step(day, tally)
            if tally.set_aside:
                raise ValueError(f"On {day} the demo leaves work undone: {tally.set_aside}")
