"""Reports of faults and losses, replacements, and the causes of one-time charges (MA10, MA13)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contracts.admin.shared import QueueFilter, WithState, linked
from iijiot import clock
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from sims.admin.picking import page_link
from sims.admin.reporting import EndReportedLine, RemindOfLoss, ReplaceReported, WithdrawReport
from sims.admin.search_cards import searched_by_card, searched_incidents
from sims.models import ChargeEvent, Incident, Replacement
from sims.models.incident import TONES

BY_CARD = _("ICCID (whole, first or last digits), IMSI, telephone number, or the customer by name, kana or number")


class IncidentQueue(QueueFilter):
    """Reports that wait for staff."""

    queues: ClassVar = {
        "open": (_("Procedure to be done"), lambda rows: rows.open()),
        "remind": (_("Customer to be reminded"), lambda rows: rows.to_remind(clock.business_day())),
    }


@admin.register(Incident)
class IncidentAdmin(WithState, ReadOnlyAdmin):
    """Reports of faults and losses; taken on the page of the card or its line."""

    tones = TONES
    list_display: ClassVar = ["number", "kind", "card_link", "line_link", "customer", "reported_on", "badge"]
    further_columns: ClassVar = ["channel", "what", "reminded_on", "settled_on"]
    list_filter: ClassVar = [IncidentQueue, "state", "kind", "channel"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_incidents)
    search_help_text = _("Number of the report, ICCID, IMSI, telephone number, or the customer by name, kana or number")
    page_related: ClassVar = ["card__product", "line__contract__customer"]
    fields: ClassVar = ["what"]
    dialogs: ClassVar = [ReplaceReported, EndReportedLine, WithdrawReport, RemindOfLoss]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Incident]:
        """With what a list shows of each."""
        return Incident.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("SIM card"))
    def card_link(self, incident: Incident) -> str:
        """The card."""
        return linked(incident.card)

    @admin.display(description=_("line"))
    def line_link(self, incident: Incident) -> str:
        """The line."""
        return page_link(incident.line)

    @admin.display(description=_("customer"))
    def customer(self, incident: Incident) -> str:
        """Whose card it is."""
        return str(incident.customer)

    def head(self, incident: Incident) -> dict[str, Any]:
        """Where the procedure is, and facts."""
        link = incident.replacements.with_list_data().first()
        return {
            "state": incident.get_state_display(),
            "tone": TONES[incident.state],
            "facts": [
                (_("Kind"), incident.get_kind_display()),
                (_("SIM card"), linked(incident.card)),
                (_("Custody"), incident.card.get_state_display()),
                (_("Line"), page_link(incident.line)),
                (_("Contract"), linked(incident.line.contract)),
                (_("Customer"), linked(incident.customer)),
                (_("Reported on"), incident.reported_on),
                (_("Channel"), incident.get_channel_display()),
                (_("What happened"), incident.what),
                (_("Customer reminded on"), incident.reminded_on),
                (_("Procedure done on"), incident.settled_on),
                (_("New card"), linked(link.new) if link else ""),
            ],
            "note": incident.costs_on(clock.business_day()),
        }


@admin.register(Replacement)
class ReplacementAdmin(ReadOnlyAdmin):
    """Replacements of cards."""

    list_display: ClassVar = ["replaced_on", "old_link", "new_link", "line_link", "customer", "reason"]
    further_columns: ClassVar = ["fee_shown", "incident"]
    list_filter: ClassVar = ["reason"]
    search_fields: ClassVar = ["old__iccid"]
    searched = staticmethod(searched_by_card)
    search_help_text = BY_CARD
    page_related: ClassVar = ["old", "new", "incident__card", "line__contract__customer"]
    fields: ClassVar = ["fee_shown"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Replacement]:
        """With what a list shows of each."""
        return Replacement.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("old card"))
    def old_link(self, link: Replacement) -> str:
        """The card that was replaced."""
        return linked(link.old)

    @admin.display(description=_("new card"))
    def new_link(self, link: Replacement) -> str:
        """The card that took its place."""
        return linked(link.new)

    @admin.display(description=_("line"))
    def line_link(self, link: Replacement) -> str:
        """The line."""
        return page_link(link.line)

    @admin.display(description=_("customer"))
    def customer(self, link: Replacement) -> str:
        """Whose line it is."""
        return str(link.line.contract.customer)

    def head(self, link: Replacement) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Old card"), linked(link.old)),
                (_("New card"), linked(link.new)),
                (_("Reason"), link.get_reason_display()),
                (_("Report"), linked(link.incident)),
                (_("Replaced on"), link.replaced_on),
                (_("Line"), page_link(link.line)),
                (_("Contract"), linked(link.line.contract)),
                (_("Customer"), linked(link.line.contract.customer)),
                (_("Fee shown beforehand"), link.fee_shown or _("none: nothing is charged")),
            ]
        }


class ChargeQueue(QueueFilter):
    """Charges that stand."""

    queues: ClassVar = {"standing": (_("Not taken back"), lambda rows: rows.not_taken_back())}


@admin.register(ChargeEvent)
class ChargeEventAdmin(ReadOnlyAdmin):
    """Causes of one-time charges; billing turns them into money."""

    list_display: ClassVar = ["occurred_on", "cause", "card_link", "contract_link", "customer", "taken_back_on"]
    further_columns: ClassVar = ["price_shown"]
    list_filter: ClassVar = [ChargeQueue, "cause"]
    search_fields: ClassVar = ["card__iccid"]
    searched = staticmethod(searched_by_card)
    search_help_text = BY_CARD
    page_related: ClassVar = ["card", "line", "contract__customer"]
    fields: ClassVar = ["price_shown"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChargeEvent]:
        """With what a list shows of each."""
        return ChargeEvent.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("SIM card"))
    def card_link(self, event: ChargeEvent) -> str:
        """The card."""
        return linked(event.card)

    @admin.display(description=_("contract"))
    def contract_link(self, event: ChargeEvent) -> str:
        """The contract that is charged."""
        return linked(event.contract)

    @admin.display(description=_("customer"))
    def customer(self, event: ChargeEvent) -> str:
        """Who is charged."""
        return str(event.contract.customer)

    def head(self, event: ChargeEvent) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Cause"), event.get_cause_display()),
                (_("Occurred on"), event.occurred_on),
                (_("SIM card"), linked(event.card)),
                (_("Line"), page_link(event.line)),
                (_("Contract"), linked(event.contract)),
                (_("Customer"), linked(event.contract.customer)),
                (_("Price shown beforehand"), event.price_shown),
                (_("Taken back on"), event.taken_back_on),
            ]
        }


show_history("sims.incident", lambda incident: [incident, incident.card])
show_history("sims.replacement", lambda link: [link])
show_history("sims.chargeevent", lambda event: [event])
