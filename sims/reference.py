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
        "chargeevent",
        "incident",
        "ippool",
        "line",
        "linechange",
        "networkpolicy",
        "replacement",
        "reservation",
        "simcard",
        "simproduct",
        "throttlepolicy",
        "usagealert",
        "usageload",
    )
]
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
    "sims.dispose_simcard",
    "sims.replace_card",
    "sims.report_incident",
    "sims.activate_line",
]
LEAD = ["sims.give_up_simcard"]
SETTINGS = [f"sims.{act}_{model}" for act in ("add", "change") for model in ("ippool", "reservation", "simproduct")]
SETTINGS += ["sims.add_throttlepolicy", "sims.withdraw_throttlepolicy"]

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


def load(**kwargs: Any) -> None:
    """Add what is missing; what the operator has changed stays."""
    from sims.models import SimProduct

    for group in roles.LABELS:
        roles.grant(group, READ)
    roles.grant(roles.DESK, DESK)
    roles.grant(roles.STOCK, STOCK)
    roles.grant(roles.APPROVER, [*DESK, *STOCK, *LEAD, *SETTINGS])
    roles.grant(roles.OPERATOR, SETTINGS)
    known = set(SimProduct.objects.values_list("code", flat=True))
    with chapter(actor=Actor.command("migrate"), clause="MA1"):
        for product in PRODUCTS:
            if product["code"] not in known:
                SimProduct(**product).save()
