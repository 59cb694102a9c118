"""Webhooks of partners: what was sent, what was answered, stopped and started again, sent again by hand (G40.3)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import delivering, hooking
from contracts.admin.shared import BecauseForm, QueueFilter, WithState, linked
from contracts.models import Delivery, Partner, Webhook
from contracts.models.webhook import TONES, WhyStopped
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, action_url, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.records import latest_version
from iijiot.rules import Unmet

MANAGE = "contracts.manage_webhook"
LATEST = 50


class StopWebhook(ConsoleAction):
    """Webhookの停止 (G40.3)"""

    slug, label, permission, clause = "stop-webhook", _("Stop"), MANAGE, "G40.3"
    form, tone = BecauseForm, "danger"
    help = _("Nothing is sent to it any more. What happens meanwhile the partner reads from the log of events.")
    done = _("The webhook is stopped.")

    def why_not(self) -> Sequence[Unmet]:
        """Once."""
        return [Unmet(Clause("G40.3"), _("This webhook is stopped already."))] if self.obj.stopped_at else []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Stop it."""
        hooking.stop(self.obj, WhyStopped.BY_HAND, at=clock.now(), actor=self.actor, reason=data["because"])


class ResumeWebhook(ConsoleAction):
    """Webhookの再開 (G40.3)"""

    slug, label, permission, clause = "resume-webhook", _("Start again"), MANAGE, "G40.3"
    help = _("It is told of what happens from now on.")
    done = _("The webhook is called again.")

    def why_not(self) -> Sequence[Unmet]:
        """Only one that is stopped."""
        return [] if self.obj.stopped_at else [Unmet(Clause("G40.3"), _("This webhook is not stopped."))]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Start it."""
        hooking.resume(self.obj, actor=self.actor)


class ResendForm(forms.Form):
    """Which of the latest."""

    delivery = forms.ChoiceField(label=_("Event"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, deliveries: Sequence[Delivery], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, f"{one.event.type} {one.event.subject} · {one.get_state_display()}") for one in deliveries]
        self.fields["delivery"].choices = choices  # type: ignore[attr-defined]


class Resend(ConsoleAction):
    """イベントの再送 (G40.3)"""

    slug, label, permission, clause = "resend", _("Send again"), MANAGE, "G40.3"
    form = ResendForm
    help = _("It is sent at once under the same ID, by which the receiver drops what it has.")
    seen_at_once = "has an event sent once more to the partner that was told of it"
    done = _("The event is sent again.")

    def why_not(self) -> Sequence[Unmet]:
        """Only where it is called."""
        if self.obj.works:
            return []
        return [Unmet(Clause("G40.3"), _("This webhook is stopped. Start it again first."))]

    def form_kwargs(self) -> dict[str, Any]:
        """The latest deliveries."""
        return {"deliveries": list(self.obj.deliveries.newest()[:LATEST])}

    def initial(self) -> dict[str, Any]:
        """The one whose link was followed."""
        return {"delivery": self.request.GET.get("delivery", "")}

    def version(self) -> str:
        """What waits counts, too: a second click finds it waiting."""
        return f"{latest_version(self.obj)}.{self.obj.deliveries.waiting().count()}"

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Have it sent."""
        chosen = self.obj.deliveries.get(key=data["delivery"])
        delivering.resend(chosen, at=clock.now(), actor=self.actor)


class WebhookQueue(QueueFilter):
    """Webhooks that nothing gets through to."""

    queues: ClassVar = {"stopped": (_("Stopped by themselves"), lambda rows: rows.stopped_by_themselves())}


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin):
    """Addresses of partners that are told of events."""

    list_display: ClassVar = ["number", "partner", "url", "stopped_at", "why_stopped"]
    further_columns: ClassVar = ["types", "contact"]
    list_filter: ClassVar = [WebhookQueue, "why_stopped"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(lambda rows, query: rows.numbered(query.numbered(Webhook.NUMBER_PREFIX) or ""))
    search_help_text = _("Number")
    list_select_related: ClassVar = ["partner"]
    page_related: ClassVar = ["partner"]
    fields: ClassVar = ["url", "types", "contact"]
    dialogs: ClassVar = [Resend, StopWebhook, ResumeWebhook]

    def head(self, webhook: Webhook) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": webhook.get_why_stopped_display() or _("Is called"),
            "tone": "danger" if webhook.stopped_at else "success",
            "facts": [
                (_("Number"), webhook.number),
                (_("Partner"), linked(webhook.partner)),
                (_("Stopped at"), webhook.stopped_at),
            ],
        }


def deliveries(request: HttpRequest, webhook: Webhook) -> dict[str, Any]:
    """What was told last, try by try."""
    return {
        "deliveries": webhook.deliveries.newest()[:LATEST],
        "may_resend": request.user.has_perm(MANAGE) and webhook.works,
        "resend": action_url(webhook, Resend),
    }


def webhooks(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    """A partner's webhooks."""
    return {"webhooks": partner.webhooks.all()}


def stopped(webhook: Webhook, today: date) -> Row:
    """An address that takes nothing any more; the partner was written to, and is asked by whoever takes this up."""
    since = clock.tokyo_day(webhook.stopped_at) if webhook.stopped_at else None
    note = f"{webhook.partner.name}: {webhook.get_why_stopped_display()}"
    return Row(str(webhook), change_url(webhook), webhook, due=since, note=note, next=ResumeWebhook.slug)


show_at_home(
    Queue(
        "webhooks", _("Webhooks that stopped"), Clause("G40.3"), MANAGE, listed("contracts_webhook", "stopped"),
        lambda day: Webhook.objects.stopped_by_themselves(), stopped,
        None, _("No webhook has stopped."), TruncDate("stopped_at", tzinfo=clock.TOKYO), place=90,
    )
)  # fmt: skip
show_on("contracts.webhook", Panel(_("Deliveries"), "console/panel_deliveries.html", deliveries, "deliveries", 10))
show_on("contracts.partner", Panel(_("Webhooks"), "console/panel_webhooks.html", webhooks, "webhooks", 30))
show_history("contracts.webhook", lambda webhook: [webhook])


@admin.register(Delivery)
class DeliveryAdmin(WithState, ReadOnlyAdmin):
    """Every event that was told to an address."""

    tones = TONES
    form = forms.ModelForm
    list_display: ClassVar = ["event", "webhook", "badge", "tried", "answer", "next_at", "settled_at"]
    list_filter: ClassVar = ["state"]
    search_fields: ClassVar = ["key__exact"]
    search_help_text = _("ID of the delivery")
    list_select_related: ClassVar = ["event", "webhook"]
    fields: ClassVar = ["key", "state", "tries", "next_at", "settled_at", "asked_by"]

    @admin.display(description=_("tries"))
    def tried(self, delivery: Delivery) -> int:
        """How often it was tried."""
        return delivery.made

    @admin.display(description=_("last answer"))
    def answer(self, delivery: Delivery) -> str:
        """How the last try went."""
        return str(delivery.answered)
