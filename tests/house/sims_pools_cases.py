"""The cases of constraints of address pools, devices and the care of cards; see constraint_cases.py."""

from datetime import UTC, date, datetime
from typing import Any

from sims.models import AddressUse, Equipment
from tests.factories.devices import (
    CardViolationFactory,
    DesignatedDeviceFactory,
    DesignatedItemFactory,
    EquipmentFactory,
    SightingFactory,
    SubleaseConsentFactory,
)
from tests.factories.sims import AddressUseFactory, IpPoolFactory, ReservationFactory
from tests.house.constraint_cases import Check, Unique

BEFORE = date(2026, 1, 1)


def past(**more: Any) -> AddressUse:
    made: AddressUse = AddressUseFactory(until=datetime(2026, 5, 1, tzinfo=UTC), **more)
    return made


def device(**more: Any) -> Equipment:
    made: Equipment = EquipmentFactory(**more)
    return made


CHECKS: dict[str, Check] = {
    "pool_ends_after_it_begins": Check(IpPoolFactory, {"last": 0}),
    "pool_warns_within_its_size": Check(IpPoolFactory, {"warn_at": 101}),
    "sims_ippool_quarantine_days_check": Check(IpPoolFactory, {"quarantine_days": -1}),
    "sims_ippool_warn_at_check": Check(IpPoolFactory, {"warn_at": -1}),
    "address_is_ipv4": Check(AddressUseFactory, {"address": "2001:db8::1"}),
    "address_given_again_once_it_is_back": Check(AddressUseFactory, {"given_again": True}),
    "address_use_ends_after_it_begins": Check(past, {"until": datetime(2026, 3, 1, tzinfo=UTC)}),
    "designated_device_has_a_code": Check(DesignatedDeviceFactory, {"tac": "8600000"}),
    "equipment_state_known": Check(EquipmentFactory, {"state": "sold"}),
    "equipment_imei_well_formed": Check(EquipmentFactory, {"imei": "35417803685978"}),
    "equipment_may_connect_for_a_reason": Check(EquipmentFactory, {"mark": ""}),
    "equipment_test_has_its_days": Check(lambda: device(asked=True), {"report_due_on": None}),
    "equipment_retired_on_a_day": Check(lambda: device(retired=True), {"retired_on": None}),
    "sighting_state_known": Check(SightingFactory, {"state": "seen"}),
    "sighting_last_seen_after_the_first": Check(SightingFactory, {"last_seen_on": BEFORE}),
    "sighting_of_a_device": Check(SightingFactory, {"imei": "3599999900000"}),
    "sighting_settled_with_its_outcome": Check(SightingFactory, {"outcome": "当社の試験機"}),
    "sublease_consent_ends_after_it_begins": Check(SubleaseConsentFactory, {"until": BEFORE}),
    "sublease_consent_is_documented": Check(SubleaseConsentFactory, {"reference": ""}),
}
UNIQUES: dict[str, list[Unique]] = {
    "sims_ippool_name_key": [Unique(IpPoolFactory, lambda _row: IpPoolFactory(), lambda rival: {"name": rival.name})],
    "pools_do_not_overlap": [
        Unique(IpPoolFactory, lambda _row: IpPoolFactory(), lambda rival: {"first": rival.first, "last": rival.last})
    ],
    "address_reserved_once": [
        Unique(ReservationFactory, lambda _row: ReservationFactory(), lambda rival: {"address": rival.address})
    ],
    "address_on_one_line_at_a_time": [
        Unique(AddressUseFactory, lambda _row: AddressUseFactory(), lambda rival: {"address": rival.address}),
        Unique(past, lambda _row: past(), lambda rival: {"address": rival.address}),
    ],
    "one_address_per_line": [
        Unique(AddressUseFactory, lambda _row: AddressUseFactory(), lambda rival: {"line_id": rival.line_id})
    ],
    "sims_designateddevice_tac_key": [
        Unique(DesignatedDeviceFactory, lambda _row: DesignatedDeviceFactory(), lambda rival: {"tac": rival.tac})
    ],
    "sims_designateditem_code_key": [
        Unique(DesignatedItemFactory, lambda _row: DesignatedItemFactory(), lambda rival: {"code": rival.code})
    ],
    "one_living_device_per_imei": [
        Unique(EquipmentFactory, lambda _row: EquipmentFactory(), lambda rival: {"imei": rival.imei})
    ],
    "one_open_sighting_per_line_and_device": [
        Unique(SightingFactory, lambda row: SightingFactory(line=row.line), lambda rival: {"imei": rival.imei})
    ],
    "sims_cardviolation_violation_id_key": [
        Unique(
            CardViolationFactory,
            lambda _row: CardViolationFactory(),
            lambda rival: {"violation_id": rival.violation_id},
        )
    ],
}
OTHERS: dict[str, str] = {}
