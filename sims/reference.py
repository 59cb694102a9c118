"""What every database holds from the start: the SIM products, and what the staff's groups may do with cards and lines."""

from typing import Any

from iijiot import roles
from iijiot.actors import Actor
from iijiot.records import chapter

READ = [
    f"sims.view_{model}"
    for model in (
        "addressuse",
        "alertwish",
        "cardviolation",
        "chargeevent",
        "designateddevice",
        "designateditem",
        "difference",
        "equipment",
        "fileimport",
        "incident",
        "ippool",
        "line",
        "linechange",
        "networkpolicy",
        "reconciliation",
        "reorderpoint",
        "replacement",
        "reservation",
        "returnpolicy",
        "sighting",
        "simcard",
        "simproduct",
        "subleaseconsent",
        "throttlepolicy",
        "usagealert",
    )
]
BULK = ["iijiot.run_bulkrun", "iijiot.view_bulkrun"]
DESK = [
    "sims.activate_line",
    "sims.pause_line",
    "sims.end_line",
    "sims.protect_line",
    "sims.change_lines",
    "sims.assign_simcard",
    "sims.report_incident",
    "sims.settle_incident",
    "sims.replace_card",
    "sims.call_back_simcard",
    "sims.change_line",
    "sims.view_dailyusage",
    "sims.block_line",
    "sims.lift_throttle",
    "sims.add_alertwish",
    "sims.change_alertwish",
]
STOCK = [
    "sims.receive_simcard",
    "sims.assign_simcard",
    "sims.ship_simcard",
    "sims.return_simcard",
    "sims.call_back_simcard",
    "sims.change_simcard",
    "sims.dispose_simcard",
    "sims.replace_card",
    "sims.report_incident",
    "sims.activate_line",
]
CARE = [
    "sims.change_address",
    "sims.consent_sublease",
    "sims.record_cardviolation",
    "sims.register_equipment",
    "sims.settle_sighting",
    "sims.test_equipment",
    "sims.trace_address",
]
POOLS = ["sims.close_ippool", "sims.reserve_address"]
FILES = ["sims.load_file", "sims.load_usage", "sims.reconcile_cards", "sims.settle_difference"]
LEAD = ["sims.give_up_simcard"]
SETTINGS = [
    "sims.add_throttlepolicy",
    "sims.withdraw_throttlepolicy",
    *(
        f"sims.{act}_{model}"
        for act in ("add", "change")
        for model in ("designateddevice", "designateditem", "ippool", "reorderpoint", "returnpolicy", "simproduct")
    ),
]

PRODUCTS = [
    {
        "code": "docomo-m2m",
        "name": "TypeD（020番号）",
        "lender": "株式会社NTTドコモ",
        "prefixes": ["898110"],
        "iccid_length": 19,
        "number_class": "m2m",
    },
    {
        "code": "docomo-voice",
        "name": "TypeD（旧モバイル接続、070〜090番号）",
        "lender": "株式会社NTTドコモ",
        "prefixes": ["898110"],
        "iccid_length": 19,
        "number_class": "voice",
    },
    {
        "code": "iij-m2m",
        "name": "IIJ発行カード（020番号）",
        "lender": "株式会社NTTドコモ",
        "prefixes": ["898103"],
        "iccid_length": 19,
        "number_class": "m2m",
    },
]

ITEMS = [
    {"code": "pause", "name": "回線の一時停止と再開", "how": "回線の画面から"},
    {"code": "form-factor", "name": "SIMカードの形状", "how": "SIMカードの交換による"},
    {"code": "ip-address", "name": "IPアドレス", "how": "当社が別のアドレスを指定する"},
    {"code": "label", "name": "回線の名称", "how": "回線の画面から"},
]


def load(**kwargs: Any) -> None:
    """Add what is missing; what the operator has changed stays."""
    from sims.models import DesignatedItem, SimProduct

    for group in roles.LABELS:
        roles.grant(group, READ)
    for group in (roles.AUDITOR, roles.OPERATOR):
        roles.grant(group, ["iijiot.view_bulkrun"])
    roles.grant(roles.DESK, [*DESK, *CARE, *BULK])
    roles.grant(roles.STOCK, [*STOCK, *FILES, *BULK])
    roles.grant(roles.APPROVER, [*DESK, *CARE, *POOLS, *STOCK, *FILES, *BULK, *LEAD, *SETTINGS])
    roles.grant(roles.OPERATOR, [*SETTINGS, *POOLS])
    known = set(SimProduct.objects.values_list("code", flat=True))
    with chapter(actor=Actor.command("migrate"), clause="MA1"):
        for product in PRODUCTS:
            if product["code"] not in known:
                SimProduct(**product).save()
    listed = set(DesignatedItem.objects.values_list("code", flat=True))
    with chapter(actor=Actor.command("migrate"), clause="MA8.2"):
        for item in ITEMS:
            if item["code"] not in listed:
                DesignatedItem(**item).save()
