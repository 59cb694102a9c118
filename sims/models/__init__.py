"""Cards, lines, addresses: a file for each thing."""

from sims.models.card import SimCard
from sims.models.change import LineChange
from sims.models.charge_event import ChargeEvent
from sims.models.incident import Incident
from sims.models.line import Line
from sims.models.policy import ReturnPolicy
from sims.models.pool import AddressUse, IpPool, Reservation
from sims.models.product import SimProduct
from sims.models.replacement import Replacement

__all__ = [
    "AddressUse",
    "ChargeEvent",
    "Incident",
    "IpPool",
    "Line",
    "LineChange",
    "Replacement",
    "Reservation",
    "ReturnPolicy",
    "SimCard",
    "SimProduct",
]
