"""How the console looks, and its side bar: laid out by work, not by table."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def link(title: Any, icon: str, name: str, permission: str, query: str = "") -> dict[str, Any]:
    """One entry of the side bar."""
    return {
        "title": title,
        "icon": icon,
        "link": lambda request: str(reverse_lazy(f"admin:{name}")) + query,
        "permission": lambda request: request.user.has_perm(permission),
    }


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("IIJ IoT back office"),
    "SITE_HEADER": _("IIJ IoT back office"),
    "SITE_SYMBOL": "sim_card",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("iijiot/icon.svg")},
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "DASHBOARD_CALLBACK": "iijiot.console.home.dashboard",
    "STYLES": [lambda request: static("iijiot/console.css"), lambda request: static("iijiot/usage.css")],
    "ACCOUNT": {
        "navigation": [
            {"title": _("Your password"), "link": reverse_lazy("account_change_password")},
            {"title": _("Second factor"), "link": reverse_lazy("mfa_index")},
            {"title": _("Where you are logged in"), "link": reverse_lazy("usersessions_list")},
        ],
    },
    "SCRIPTS": [
        lambda request: static("iijiot/console.js"),
        lambda request: static("iijiot/search.js"),
        lambda request: static("iijiot/drafts.js"),
        lambda request: static("iijiot/presence.js"),
        lambda request: static("iijiot/files.js"),
        lambda request: static("iijiot/bulk.js"),
        lambda request: static("iijiot/scan.js"),
    ],
    "COLORS": {
        "primary": {
            "50": "#eef6fb",
            "100": "#d6eaf5",
            "200": "#b0d6ec",
            "300": "#7dbbdf",
            "400": "#449bcc",
            "500": "#1f7fb5",
            "600": "#116699",
            "700": "#0f527c",
            "800": "#114568",
            "900": "#133b57",
            "950": "#0b2539",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": _("Work"),
                "items": [
                    {"title": _("Home"), "icon": "home", "link": reverse_lazy("admin:index")},
                    link(
                        _("Applications waiting"),
                        "inbox",
                        "contracts_application_changelist",
                        "contracts.view_application",
                        "?queue=open",
                    ),
                    link(
                        _("Contracts to start"),
                        "play_circle",
                        "contracts_contract_changelist",
                        "contracts.view_contract",
                        "?queue=to-start",
                    ),
                    link(
                        _("Terminations to come"),
                        "event_busy",
                        "contracts_termination_changelist",
                        "contracts.view_termination",
                        "?queue=to-come",
                    ),
                    link(
                        _("Letters to post"),
                        "mail",
                        "contracts_notice_changelist",
                        "contracts.view_notice",
                        "?queue=letters",
                    ),
                ],
            },
            {
                "title": _("Registers"),
                "separator": True,
                "items": [
                    link(_("Customers"), "apartment", "contracts_customer_changelist", "contracts.view_customer"),
                    link(_("Contracts"), "contract", "contracts_contract_changelist", "contracts.view_contract"),
                    link(
                        _("Applications"),
                        "description",
                        "contracts_application_changelist",
                        "contracts.view_application",
                    ),
                    link(
                        _("External subscriptions"),
                        "hub",
                        "contracts_externalsubscription_changelist",
                        "contracts.view_externalsubscription",
                    ),
                    link(_("Terminations"), "logout", "contracts_termination_changelist", "contracts.view_termination"),
                    link(_("Accounts"), "key", "contracts_account_changelist", "contracts.view_account"),
                    link(_("Disclosures"), "ios_share", "contracts_disclosure_changelist", "contracts.view_disclosure"),
                    link(
                        _("Information handed over"),
                        "folder_shared",
                        "contracts_document_changelist",
                        "contracts.view_document",
                    ),
                    link(
                        _("Evidence files"), "attach_file", "contracts_evidence_changelist", "contracts.view_evidence"
                    ),
                    link(_("Notices"), "outgoing_mail", "contracts_notice_changelist", "contracts.view_notice"),
                    link(
                        _("Management units"),
                        "account_tree",
                        "contracts_managementunit_changelist",
                        "contracts.view_managementunit",
                    ),
                ],
            },
            {
                "title": _("Lines and SIM cards"),
                "separator": True,
                "items": [
                    link(
                        pgettext_lazy("records", "Lines"),
                        "settings_input_antenna",
                        "sims_line_changelist",
                        "sims.view_line",
                    ),
                    link(_("Changes of lines"), "exposure", "sims_linechange_changelist", "sims.view_linechange"),
                    link(_("SIM cards"), "sim_card", "sims_simcard_changelist", "sims.view_simcard"),
                    link(_("Take cards in"), "barcode_scanner", "sims_simcard_receive", "sims.receive_simcard"),
                    link(_("Take cards back"), "assignment_return", "sims_simcard_return", "sims.return_simcard"),
                    link(_("Faults and losses"), "sim_card_download", "sims_incident_changelist", "sims.view_incident"),
                    link(_("Replacements"), "swap_horiz", "sims_replacement_changelist", "sims.view_replacement"),
                    link(
                        _("One-time charges"), "request_quote", "sims_chargeevent_changelist", "sims.view_chargeevent"
                    ),
                ],
            },
            {
                "title": _("Addresses and devices"),
                "separator": True,
                "items": [
                    link(_("Addresses of lines"), "lan", "sims_addressuse_changelist", "sims.view_addressuse"),
                    link(_("Who had an address"), "person_search", "sims_addressuse_who", "sims.trace_address"),
                    link(_("Address pools"), "dns", "sims_ippool_changelist", "sims.view_ippool"),
                    link(_("Reserved addresses"), "router", "sims_reservation_changelist", "sims.view_reservation"),
                    link(_("Devices"), "devices_other", "sims_equipment_changelist", "sims.view_equipment"),
                    link(_("Devices seen"), "visibility", "sims_sighting_changelist", "sims.view_sighting"),
                    link(
                        _("Designated devices"),
                        "verified",
                        "sims_designateddevice_changelist",
                        "sims.view_designateddevice",
                    ),
                    link(
                        _("Designated changes"),
                        "rule",
                        "sims_designateditem_changelist",
                        "sims.view_designateditem",
                    ),
                    link(
                        _("Violations by SIM cards"),
                        "sim_card_alert",
                        "sims_cardviolation_changelist",
                        "sims.view_cardviolation",
                    ),
                    link(
                        _("Consents to subleases"),
                        "handshake",
                        "sims_subleaseconsent_changelist",
                        "sims.view_subleaseconsent",
                    ),
                ],
            },
            {
                "title": _("Invoices and payments"),
                "separator": True,
                "items": [
                    link(_("Invoices"), "receipt_long", "billing_invoice_changelist", "billing.view_invoice"),
                    link(_("Billing runs"), "event_repeat", "billing_billingrun_changelist", "billing.view_billingrun"),
                    link(_("Set aside"), "rule", "billing_setaside_changelist", "billing.view_setaside", "?queue=open"),
                    link(_("Figures"), "bar_chart", "billing_billingrun_figures", "billing.view_billingrun"),
                    link(_("Payments"), "payments", "billing_receipt_changelist", "billing.view_receipt"),
                    link(_("Banks' files"), "account_balance", "billing_bankfile_changelist", "billing.view_bankfile"),
                    link(_("Direct debit mandates"), "draw", "billing_mandate_changelist", "billing.view_mandate"),
                    link(_("Refunds"), "undo", "billing_refund_changelist", "billing.view_refund"),
                    link(_("Late charges"), "more_time", "billing_latecharge_changelist", "billing.view_latecharge"),
                    link(_("Reminders"), "notifications", "billing_reminder_changelist", "billing.view_reminder"),
                    link(_("Exemptions"), "shield", "billing_exemption_changelist", "billing.view_exemption"),
                ],
            },
            {
                "title": _("Prices and charges"),
                "separator": True,
                "items": [
                    link(
                        _("Price versions"),
                        "price_change",
                        "billing_priceversion_changelist",
                        "billing.view_priceversion",
                    ),
                    link(_("Prices"), "sell", "billing_price_changelist", "billing.view_price"),
                    link(_("Agreed prices"), "handshake", "billing_agreedprice_changelist", "billing.view_agreedprice"),
                    link(
                        _("Claims and credits"),
                        "request_quote",
                        "billing_extraitem_changelist",
                        "billing.view_extraitem",
                    ),
                ],
            },
            {
                "title": _("Measures and changes"),
                "separator": True,
                "items": [
                    link(_("Suspensions"), "block", "contracts_suspension_changelist", "contracts.view_suspension"),
                    link(
                        _("Throttles and blocks"), "speed", "sims_networkpolicy_changelist", "sims.view_networkpolicy"
                    ),
                    link(
                        _("Usage alerts"),
                        "notification_important",
                        "sims_usagealert_changelist",
                        "sims.view_usagealert",
                    ),
                    link(_("Violations"), "report", "contracts_violation_changelist", "contracts.view_violation"),
                    link(
                        _("Restrictions and interruptions"),
                        "construction",
                        "contracts_measure_changelist",
                        "contracts.view_measure",
                    ),
                    link(
                        _("Discontinuations"),
                        "event_available",
                        "contracts_discontinuation_changelist",
                        "contracts.view_discontinuation",
                    ),
                    link(
                        _("Announcements"),
                        "campaign",
                        "contracts_announcement_changelist",
                        "contracts.view_announcement",
                    ),
                    link(
                        _("Changed particulars"),
                        "edit_note",
                        "contracts_changereport_changelist",
                        "contracts.view_changereport",
                    ),
                    link(_("Successions"), "merge", "contracts_succession_changelist", "contracts.view_succession"),
                    link(_("Deaths"), "family_history", "contracts_death_changelist", "contracts.view_death"),
                ],
            },
            {
                "title": _("Files"),
                "separator": True,
                "items": [
                    link(_("Files loaded"), "upload_file", "sims_fileimport_changelist", "sims.view_fileimport"),
                    link(
                        _("Comparisons with the host carrier"),
                        "compare",
                        "sims_reconciliation_changelist",
                        "sims.view_reconciliation",
                    ),
                ],
            },
            {
                "title": _("Settings"),
                "separator": True,
                "items": [
                    link(_("Partners"), "hub", "contracts_partner_changelist", "contracts.view_partner"),
                    link(_("Webhooks"), "webhook", "contracts_webhook_changelist", "contracts.view_webhook"),
                    link(_("Calls of the API"), "api", "iijiot_apicall_changelist", "iijiot.view_apicall"),
                    link(_("Recipients"), "groups", "contracts_recipient_changelist", "contracts.view_recipient"),
                    link(_("Caps"), "speed", "contracts_cap_changelist", "contracts.view_cap"),
                    link(_("SIM products"), "category", "sims_simproduct_changelist", "sims.view_simproduct"),
                    link(_("Reorder points"), "inventory", "sims_reorderpoint_changelist", "sims.view_reorderpoint"),
                    link(
                        _("How cards are called back"),
                        "assignment_late",
                        "sims_returnpolicy_changelist",
                        "sims.view_returnpolicy",
                    ),
                    link(
                        _("Throttling policies"),
                        "network_check",
                        "sims_throttlepolicy_changelist",
                        "sims.view_throttlepolicy",
                    ),
                    link(
                        _("Wishes for usage alerts"),
                        "mark_email_unread",
                        "sims_alertwish_changelist",
                        "sims.view_alertwish",
                    ),
                    link(
                        _("Mail domains"),
                        "alternate_email",
                        "contracts_maildomain_changelist",
                        "contracts.view_maildomain",
                    ),
                    link(
                        _("Terms versions"), "gavel", "contracts_termsversion_changelist", "contracts.view_termsversion"
                    ),
                    link(_("Texts of letters"), "edit_document", "contracts_wording_kinds", "contracts.view_wording"),
                    link(_("Proposals"), "how_to_reg", "iijiot_proposal_changelist", "iijiot.view_proposal"),
                    link(_("Daily run"), "schedule", "iijiot_daystep_changelist", "iijiot.view_daystep"),
                    link(_("Bulk runs"), "checklist", "iijiot_bulkrun_changelist", "iijiot.view_bulkrun"),
                    {
                        "title": _("Jobs"),
                        "icon": "conveyor_belt",
                        "link": reverse_lazy("jobs"),
                        "permission": lambda request: request.user.has_perm("iijiot.view_jobfailure"),
                    },
                    link(_("Company"), "apartment", "iijiot_company_changelist", "iijiot.view_company"),
                    link(_("Users"), "group", "iijiot_user_changelist", "iijiot.view_user"),
                    link(_("Access log"), "policy", "iijiot_accessevent_changelist", "iijiot.view_accessevent"),
                ],
            },
            {
                "title": _("Knowing"),
                "separator": True,
                "items": [
                    {"title": _("Terms and system"), "icon": "menu_book", "link": reverse_lazy("terms")},
                    {"title": _("Help"), "icon": "help", "link": reverse_lazy("guide")},
                ],
            },
        ],
    },
}
