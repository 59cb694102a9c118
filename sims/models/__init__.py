"""Cards, lines, addresses: a file for each thing."""

from sims.models.card import SimCard
from sims.models.change import LineChange
from sims.models.charge_event import ChargeEvent
from sims.models.incident import Incident
from sims.models.line import Line
from sims.models.network_policy import NetworkPolicy
from sims.models.pool import AddressUse, IpPool, Reservation
from sims.models.product import SimProduct
from sims.models.replacement import Replacement
from sims.models.throttle_policy import ThrottlePolicy
from sims.models.usage import ContractUsage, DailyUsage, UsageLoad
from sims.models.usage_alert import AlertWish, UsageAlert

__all__ = [
    "AddressUse",
    "AlertWish",
    "ChargeEvent",
    "ContractUsage",
    "DailyUsage",
    "Incident",
    "IpPool",
    "Line",
    "LineChange",
    "NetworkPolicy",
    "Replacement",
    "Reservation",
    "SimCard",
    "SimProduct",
    "ThrottlePolicy",
    "UsageAlert",
    "UsageLoad",
]
