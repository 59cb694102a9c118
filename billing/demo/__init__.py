"""Money of the invented world: a price list, prices agreed with some customers, three months invoiced and paid for."""

from datetime import date

from billing.demo import money, prices
from billing.models import PriceVersion
from iijiot.worlds import Part, Told


def build(size: str, today: date, seed: int, told: Told) -> None:
    """The price list, since everything that is charged stands on it, and the months that are charged."""
    begun = money.first_month(today).first
    with money.standing_on(begun, today):
        prices.publish_list(begun)
    prices.agree(today)
    money.live_through(today, told)
    prices.announce_change(today)


PART = Part("billing", build, PriceVersion.objects.exists)
