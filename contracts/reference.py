"""What every database holds from the start: the versions of the terms, and what the staff's groups may do."""

from typing import Any

from contracts.catalogue.terms_versions import EFFECTIVE_DAYS
from iijiot import roles
from iijiot.actors import Actor
from iijiot.bulk import bulk_add
from iijiot.records import chapter

READ = [
    f"contracts.view_{model}"
    for model in (
        "account",
        "announcement",
        "application",
        "cap",
        "changereport",
        "consent",
        "contactchannel",
        "contract",
        "customer",
        "death",
        "dependency",
        "discontinuation",
        "document",
        "documentrequest",
        "erasure",
        "externalsubscription",
        "finding",
        "maildomain",
        "managementunit",
        "measure",
        "notice",
        "proof",
        "recipient",
        "startcondition",
        "succession",
        "suspension",
        "termination",
        "termsversion",
        "violation",
        "wording",
    )
]
DESK = [
    "contracts.add_application",
    "contracts.change_application",
    "contracts.screen_application",
    "contracts.record_findings",
    "contracts.ask_documents",
    "contracts.accept_application",
    "contracts.refuse_application",
    "contracts.withdraw_application",
    "contracts.start_contract",
    "contracts.designate_condition",
    "contracts.end_contract",
    "contracts.protect_contract",
    "contracts.meet_condition",
    "contracts.change_dependency",
    "contracts.send_notice",
    "contracts.ask_contact_channel",
    "contracts.announce_suspension",
    "contracts.lift_suspension",
    "contracts.close_violation",
    "contracts.check_changereport",
    "contracts.carry_out_succession",
    "contracts.manage_account",
    "contracts.record_consent",
    "contracts.view_evidence",
    "contracts.keep_evidence",
    "contracts.open_evidence",
    "contracts.propose_erasure",
    *(
        f"contracts.{act}_{model}"
        for act in ("add", "change")
        for model in ("customer", "document", "externalsubscription", "managementunit", "violation")
    ),
]
SETTINGS = [
    *(
        f"contracts.{act}_{model}"
        for act in ("add", "change")
        for model in ("cap", "maildomain", "recipient", "termsversion")
    ),
    "contracts.change_wording",
]
LEAD = [
    "contracts.waive_conditions",
    "contracts.end_by_company",
    "contracts.carry_out_measure",
    "contracts.carry_out_discontinuation",
    "contracts.carry_out_termsversion",
    *(f"contracts.{act}_{model}" for act in ("add", "change") for model in ("discontinuation", "measure")),
    "contracts.take_back_termination",
    "contracts.unlock_account",
    "contracts.disclose_information",
    "contracts.exempt_document",
    "contracts.view_communication",
    "contracts.view_disclosure",
    "contracts.put_wording_in_force",
    "contracts.decide_erasure",
    "iijiot.decide_proposal",
    *SETTINGS,
]
COMPANY = [f"iijiot.{act}_company" for act in ("add", "change", "view")]
USERS = [*(f"iijiot.{act}_user" for act in ("add", "change", "view")), "iijiot.reset_second_factor"]

PARTNERS = [f"contracts.view_{model}" for model in ("partner", "grant", "partnerkey", "webhook", "delivery")]
SITE = ["iijiot.view_jobfailure", "iijiot.retry_job", "iijiot.view_backup"]


def load(**kwargs: Any) -> None:
    """Add what is missing; what the operator has changed stays."""
    from contracts.models import TermsVersion

    for group in roles.LABELS:
        own = [] if group == roles.AUDITOR else ["iijiot.take_work"]
        roles.grant(group, [*READ, *own, "iijiot.view_daystep", "iijiot.view_proposal", "iijiot.export_data"])
    roles.grant(
        roles.AUDITOR,
        [
            "iijiot.view_user",
            "iijiot.view_accessevent",
            "iijiot.view_jobfailure",
            "iijiot.view_backup",
            "contracts.view_disclosure",
            "contracts.view_evidence",
            "iijiot.view_company",
        ],
    )
    calls = [*PARTNERS, "iijiot.view_apicall"]
    roles.grant(roles.AUDITOR, calls)
    partners = [f"contracts.{act}_partner" for act in ("add", "change", "manage")]
    roles.grant(roles.OPERATOR, [*USERS, *COMPANY, *SETTINGS, *SITE, *calls, *partners, "contracts.manage_webhook"])
    roles.grant(roles.APPROVER, PARTNERS)
    roles.grant(roles.DESK, [*DESK, "contracts.take_back_termination"])
    roles.grant(roles.APPROVER, [*DESK, *LEAD])
    known = set(TermsVersion.objects.values_list("provision", "effective_on"))
    missing = [
        TermsVersion(provision=provision, effective_on=day, state="confirmed")
        for provision, days in EFFECTIVE_DAYS.items()
        for day in days
        if (provision, day) not in known
    ]
    with chapter(actor=Actor.command("migrate"), clause="G2.1"):
        bulk_add(missing)
