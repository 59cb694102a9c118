"""Money of the invented world: a price list, prices agreed with some customers, three months invoiced and paid for."""

from datetime import date, datetime, time, timedelta

from billing.demo import money, prices
from billing.models import PriceVersion
from iijiot import clock
from iijiot.worlds import Part, Told

BEFORE_THE_FIRST_CLOSE = timedelta(150)


def build(size: str, today: date, seed: int, told: Told) -> None:
    """The price list, since everything that is charged stands on it: it was there before the first month was closed."""
    before = (today - BEFORE_THE_FIRST_CLOSE).replace(day=1)
    with clock.standing_still(datetime.combine(before, time(9), clock.TOKYO)):
        prices.publish_list(before)
        prices.agree(today)
    money.live_through(today, told)
    prices.announce_change(today)


PART = Part("billing", build, PriceVersion.objects.exists)
