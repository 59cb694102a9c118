"""Cards, lines, addresses: a file for each thing."""

from sims.models.card import SimCard
from sims.models.change import LineChange
from sims.models.charge_event import ChargeEvent
from sims.models.file_import import FileImport
from sims.models.incident import Incident
from sims.models.line import Line
from sims.models.pool import AddressUse, IpPool, Reservation
from sims.models.product import SimProduct
from sims.models.reconciliation import Difference, Reconciliation
from sims.models.replacement import Replacement

__all__ = [
    "AddressUse",
    "ChargeEvent",
    "Difference",
    "FileImport",
    "Incident",
    "IpPool",
    "Line",
    "LineChange",
    "Reconciliation",
    "Replacement",
    "Reservation",
    "SimCard",
    "SimProduct",
]
