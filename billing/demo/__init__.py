"""Prices of the invented world: a list, a change to come, prices agreed with some customers."""

from datetime import date

from billing.demo import prices
from billing.models import PriceVersion
from iijiot.worlds import Part, Told


def build(size: str, today: date, seed: int, told: Told) -> None:
    """The price list, since everything that is charged stands on it."""
    prices.publish_list(today)
    told(0.5)
    prices.agree(today)
    prices.announce_change(today)


PART = Part("billing", build, PriceVersion.objects.exists)
