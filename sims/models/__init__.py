"""Cards, lines, addresses, devices, usage: a file for each thing."""

from sims.models.address_use import AddressUse
from sims.models.card import SimCard
from sims.models.care import CardViolation, SubleaseConsent
from sims.models.change import LineChange
from sims.models.charge_event import ChargeEvent
from sims.models.designated_item import DesignatedItem
from sims.models.device import DesignatedDevice, Equipment
from sims.models.file_import import FileImport
from sims.models.incident import Incident
from sims.models.line import Line
from sims.models.network_policy import NetworkPolicy
from sims.models.policy import ReturnPolicy
from sims.models.pool import IpPool, Reservation
from sims.models.product import SimProduct
from sims.models.reconciliation import Difference, Reconciliation
from sims.models.reorder_point import ReorderPoint
from sims.models.replacement import Replacement
from sims.models.sighting import Sighting
from sims.models.throttle_policy import ThrottlePolicy
from sims.models.usage import ContractUsage, DailyUsage
from sims.models.usage_alert import AlertWish, UsageAlert

__all__ = [
    "AddressUse",
    "AlertWish",
    "CardViolation",
    "ChargeEvent",
    "ContractUsage",
    "DailyUsage",
    "DesignatedDevice",
    "DesignatedItem",
    "Difference",
    "Equipment",
    "FileImport",
    "Incident",
    "IpPool",
    "Line",
    "LineChange",
    "NetworkPolicy",
    "Reconciliation",
    "ReorderPoint",
    "Replacement",
    "Reservation",
    "ReturnPolicy",
    "Sighting",
    "SimCard",
    "SimProduct",
    "SubleaseConsent",
    "ThrottlePolicy",
    "UsageAlert",
]
