"""The one place that asks what time it is. Everything else is given its day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

TOKYO = ZoneInfo("Asia/Tokyo")

_fixed: ContextVar[date | None] = ContextVar("business_day", default=None)
_still: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _still.get() or timezone.now()


def tokyo_day(instant: datetime) -> date:
    """The day in Tokyo on which something arrived or happened (Civil Code art. 97)."""
    return instant.astimezone(TOKYO).date()


def today() -> date:
    """The calendar day in Tokyo at this moment."""
    return tokyo_day(now())


def business_day() -> date:
    """The day the office works on: today in Tokyo, or the day the clock was moved on to if that is later.

    Only edges ask for it: views, commands and templates. Rules and transitions are handed a day.
    """
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    from iijiot.models import DayStep  # the clock is read before the models are loaded

    return max(today(), DayStep.objects.latest_day() or date.min)


def business_moment() -> datetime:
    """This moment, on the day the office works on where that was moved on."""
    moment, day = now().astimezone(TOKYO), business_day()
    return moment if moment.date() >= day else moment_of(day)


def moment_of(day: date) -> datetime:
    """This moment, on another day."""
    return datetime.combine(day, now().astimezone(TOKYO).timetz())


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Tokyo."""
    return datetime.combine(day, time(), TOKYO)


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)


@contextmanager
def standing_still(moment: datetime) -> Iterator[None]:
    """Hold the clock still at a moment: a past that is invented is the same whenever it is told."""
    token = _still.set(moment)
    try:
        yield
    finally:
        _still.reset(token)


@contextmanager
def working_on(day: date) -> Iterator[None]:
    """Hold the business day still for one request or one run, so that midnight cannot pass inside it."""
    token = _fixed.set(day)
    try:
        yield
    finally:
        _fixed.reset(token)
