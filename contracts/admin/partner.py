"""Partners whose systems come through the API: which customers each sees, and the keys with which it comes (G40.3, G5.4)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
)

from contracts import partnering
from contracts.admin.shared import BecauseForm, CustomerField, QueueFilter, linked, or_of_customers
from contracts.models import Customer, Grant, Partner, PartnerKey
from iijiot import clock
from iijiot.api.scopes import open_to, scopes
from iijiot.console import once
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin, ReadOnlyAdmin
from iijiot.console.fields import PlainTextField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.models import ApiCall
from iijiot.rules import Unmet
from iijiot.searching import Query

MANAGE = "contracts.manage_partner"
LATEST = 20


class ShowForm(forms.Form):
    """Which customer."""

    customer = CustomerField(label=_("Customer"))


class ShowCustomer(ConsoleAction):
    """契約者の開示 (G40.3)"""

    slug, label, permission, clause = "show-customer", _("Show a customer"), MANAGE, "G40.3"
    form = ShowForm
    help = _("Its systems see this customer from then on, and act for it as far as their keys go.")
    seen_at_once = "writes down which customer the partner may see; nobody is told"
    done = _("The partner sees this customer.")

    def why_not(self) -> Sequence[Unmet]:
        """Not once it was closed."""
        return partnering.why_closed(self.obj)

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What it sees."""
        return [self.obj.grants.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Grant:
        """Show it."""
        return partnering.show(self.obj, data["customer"], on=self.today, actor=self.actor)


class KeyForm(forms.Form):
    """What for, and what it may."""

    name = PlainTextField(label=_("What it is for"), max_length=50, widget=UnfoldAdminTextInputWidget)
    scopes = forms.MultipleChoiceField(label=_("Scopes"), widget=UnfoldAdminCheckboxSelectMultipleWidget)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = scopes()
        choices = [(name, f"{known[name].what} ({name})") for name in open_to(kind)]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]


class IssueKey(ConsoleAction):
    """APIキーの発行 (G40.3)"""

    slug, label, permission, clause = "issue-key", _("Issue a key"), MANAGE, "G40.3"
    form = KeyForm
    help = _("The secret is shown once, on the next page. Hand it over by another way than the client ID.")
    seen_at_once = "draws a key and shows it once; nobody is told"
    done = _("The key is issued.")

    def why_not(self) -> Sequence[Unmet]:
        """Not once it was closed."""
        return partnering.why_closed(self.obj)

    def form_kwargs(self) -> dict[str, Any]:
        """What this kind of partner may have."""
        return {"kind": self.obj.kind}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """Its keys."""
        return [self.obj.keys.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> partnering.Issued:
        """Draw it."""
        allowed = open_to(self.obj.kind)
        return partnering.issue_key(self.obj, **data, allowed=allowed, at=clock.now(), actor=self.actor)

    def after(self, result: partnering.Issued) -> str:
        """To the key, which shows its secret once."""
        once.keep(self.request, result.key, result.secret)
        return change_url(result.key)


class ClosePartner(ConsoleAction):
    """パートナーの利用終了 (G40.3)"""

    slug, label, permission, clause = "close-partner", _("Close the partner"), MANAGE, "G40.3"
    form, tone, final = BecauseForm, "danger", True
    help = _("Every key and token of it is worthless from the next call on, and nothing is sent to its webhooks.")
    done = _("The partner is closed.")

    def why_not(self) -> Sequence[Unmet]:
        """Once."""
        return partnering.why_closed(self.obj)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Shut it out."""
        partnering.close(self.obj, on=self.today, actor=self.actor, reason=data["because"])


@admin.register(Partner)
class PartnerAdmin(ConsoleAdmin):
    """Companies whose systems come through the API."""

    list_display: ClassVar = ["number", "name", "kind", "closed_on"]
    list_filter: ClassVar = ["kind"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(lambda rows, query: rows.found(query.typed, query.numbered(Partner.NUMBER_PREFIX)))
    search_help_text = _("Number, or beginning of the name")
    fixed_fields: ClassVar = ["kind"]
    fields: ClassVar = ["name", "kind"]
    dialogs: ClassVar = [ShowCustomer, IssueKey, ClosePartner]

    def save_model(self, request: HttpRequest, obj: Partner, form: Any, change: bool) -> None:
        """A new one gets a user under which its systems act (G5.3)."""
        if not change:
            obj.user = partnering.login_for(obj.name)
        super().save_model(request, obj, form, change)

    def head(self, partner: Partner) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Number"), partner.number),
                (_("What it is to the company"), partner.get_kind_display()),
                (_("Closed on"), partner.closed_on),
            ]
        }


def keys(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    """Its keys, the latest first."""
    return {"keys": partner.keys.newest()[:LATEST]}


def customers(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    """What it sees, and what it saw."""
    return {"grants": partner.grants.with_list_data().newest()[:LATEST]}


def calls(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    """Its latest calls, for who may see them."""
    may_see = request.user.has_perm("iijiot.view_apicall")
    return {"calls": ApiCall.objects.of_partner(partner.number)[:LATEST] if may_see else [], "partner": partner}


show_on("contracts.partner", Panel(_("Keys"), "console/panel_keys.html", keys, "keys", 10))
show_on("contracts.partner", Panel(_("Customers that it sees"), "console/panel_grants.html", customers, "grants", 20))
show_on("contracts.partner", Panel(_("Latest calls"), "console/panel_calls.html", calls, "calls", 60))
show_history("contracts.partner", lambda partner: [partner, partner.user])


def partners_of(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """The partners that see a customer."""
    return {"grants": customer.grants.with_list_data().newest()[:LATEST]}


show_on("contracts.customer", Panel(_("Partners"), "console/panel_partners.html", partners_of, "partners", 63))


class HideCustomer(ConsoleAction):
    """契約者の開示の終了 (G40.3)"""

    slug, label, permission, clause = "hide-customer", _("Show the customer no more"), MANAGE, "G40.3"
    form, tone = BecauseForm, "danger"
    help = _("Its systems do not see this customer from the next call on.")
    done = _("The partner does not see this customer any more.")

    def why_not(self) -> Sequence[Unmet]:
        """Once."""
        return partnering.why_not_hidden(self.obj)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it away."""
        partnering.hide(self.obj, on=self.today, actor=self.actor, reason=data["because"])


class StandingFilter(QueueFilter):
    """Those that stand."""

    title = _("standing")
    queues: ClassVar = {"standing": (_("Standing"), lambda rows: rows.standing())}


def grants_found(rows: Any, query: Query) -> QuerySet[Grant]:
    """Those of the customers found."""
    return or_of_customers(rows.none(), rows, query)


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    """Which partner sees which customer."""

    list_display: ClassVar = ["partner", "customer", "given_on", "withdrawn_on"]
    list_filter: ClassVar = [StandingFilter]
    search_fields: ClassVar = ["customer__number"]
    searched = staticmethod(grants_found)
    search_help_text = _("The customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["partner", "customer"]
    page_related: ClassVar = ["partner", "customer"]
    fields: ClassVar = ["given_on", "withdrawn_on"]
    dialogs: ClassVar = [HideCustomer]

    def head(self, grant: Grant) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Partner"), linked(grant.partner)),
                (_("Customer"), linked(grant.customer)),
                (_("Given on"), grant.given_on),
                (_("Withdrawn on"), grant.withdrawn_on),
            ]
        }


show_history("contracts.grant", lambda grant: [grant])


class RotateForm(forms.Form):
    """For how long the old one works on."""

    hours = forms.IntegerField(
        label=_("Hours for which the former key works on"),
        min_value=0,
        max_value=24 * 30,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("In this time the partner changes over; 0 ends it at once."),
    )


class RotateKey(ConsoleAction):
    """APIキーの更新 (G5.4)"""

    slug, label, permission, clause = "rotate-key", _("Put another key in its place"), MANAGE, "G5.4"
    form = RotateForm
    help = _("The new one has the same scopes; its secret is shown once, on the next page.")
    seen_at_once = "draws another key and shows it once; nobody is told"
    done = _("The new key is issued.")

    def initial(self) -> dict[str, Any]:
        """A day."""
        return {"hours": 24}

    def why_not(self) -> Sequence[Unmet]:
        """Only one that works and has none in its place."""
        return partnering.why_not_rotated(self.obj, at=clock.now())

    def carry_out(self, plan: Any, data: dict[str, Any]) -> partnering.Issued:
        """Draw it."""
        now = clock.now()
        return partnering.rotate(self.obj, at=now, until=now + timedelta(hours=data["hours"]), actor=self.actor)

    def after(self, result: partnering.Issued) -> str:
        """To the new key, which shows its secret once."""
        once.keep(self.request, result.key, result.secret)
        return change_url(result.key)


class RevokeKey(ConsoleAction):
    """APIキーの失効 (G5.4)"""

    slug, label, permission, clause = "revoke-key", _("Revoke"), MANAGE, "G5.4"
    form, tone = BecauseForm, "danger"
    help = _("The key and every token of it are worthless from the next call on.")
    done = _("The key is revoked.")

    def why_not(self) -> Sequence[Unmet]:
        """Once."""
        return partnering.why_not_revoked(self.obj)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Revoke it."""
        partnering.revoke(self.obj, at=clock.now(), actor=self.actor, reason=data["because"])


class WorkingFilter(QueueFilter):
    """Those that nobody revoked."""

    title = _("standing")
    queues: ClassVar = {"working": (_("Not revoked"), lambda rows: rows.not_revoked())}


@admin.register(PartnerKey)
class PartnerKeyAdmin(ReadOnlyAdmin):
    """Keys of the API."""

    list_display: ClassVar = ["name", "partner", "issued_at", "ends_at", "revoked_at"]
    further_columns: ClassVar = ["client_id"]
    list_filter: ClassVar = [WorkingFilter]
    search_fields: ClassVar = ["client_id__exact"]
    search_help_text = _("Client ID")
    list_select_related: ClassVar = ["partner"]
    page_related: ClassVar = ["partner__user"]
    fields: ClassVar = ["scopes"]
    dialogs: ClassVar = [RotateKey, RevokeKey]

    def head(self, key: PartnerKey) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Partner"), linked(key.partner)),
                (_("Client ID"), key.client_id),
                (_("Issued at"), key.issued_at),
                (_("Good until"), key.ends_at),
                (_("Revoked at"), key.revoked_at),
            ]
        }


def secret(request: HttpRequest, key: PartnerKey) -> dict[str, Any]:
    """The secret of a key that was just issued, for whoever issued it."""
    return {"secret": once.told(request, key)}


show_on("contracts.partnerkey", Panel(_("Secret"), "console/panel_secret.html", secret, "secret", 5))
show_history("contracts.partnerkey", lambda key: [key])
