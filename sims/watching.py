"""What those who watch over the site see of address pools."""

from collections.abc import Iterator
from datetime import datetime

from iijiot import health
from iijiot.metrics import Sample, gauge
from sims import pooling
from sims.models import IpPool


@gauge("addresses", "Addresses of each open pool: used, resting, reserved, free.")
def addresses(now: datetime) -> Iterator[Sample]:
    """By pool and by what they are."""
    for pool in IpPool.objects.open().with_fill(now):
        fill = pooling.filled(pool)
        for state in ("used", "resting", "reserved", "free"):
            yield {"pool": pool.name, "state": state}, getattr(fill, state)


@health.check("address-pools")
def address_pools(now: datetime) -> str:
    """Soon lines cannot go into service for want of an address."""
    scarce = IpPool.objects.scarce().count()
    return f"Address pools nearly used up: {scarce}. Open a further pool." if scarce else ""
