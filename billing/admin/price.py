"""The price list: versions with their prices, told to the customers and published by two."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing import publishing
from billing.models import Price, PriceVersion
from billing.models.price_version import TONES
from contracts.admin.announcement import Announce, announcements
from contracts.admin.shared import BecauseForm, QueueFilter, ReasonForm, WithState, cited, linked
from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin, ConsoleForm
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import RuleViolation, Unmet, unmet

ANNOUNCE, PUBLISH = "billing.announce_priceversion", "billing.publish_priceversion"


class AnnouncePrices(Announce):
    """料金改定の通知 (G30.4)"""

    slug, permission, clause, transition = "announce-prices", ANNOUNCE, "G30.4", "announce"
    help = _("Every customer who pays something else from the day on gets the same text, and nobody else does.")


class TellRest(ConsoleAction):
    """料金改定の通知の追加 (G30.4)"""

    slug, label, permission, clause = "tell-rest", _("Tell those not told yet"), ANNOUNCE, "G30.4"
    form = forms.Form
    help = _("Customers whom it changes since it was announced, such as by an agreed price that ended.")
    done = _("The notices are on their way.")

    def why_not(self) -> Sequence[Unmet]:
        """Once announced, while somebody has no notice."""
        try:
            publishing.refuse_telling_rest(self.obj)
        except RuleViolation as violation:
            return violation.unmet
        return []

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The announcement."""
        return [self.obj.announcements]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Tell them."""
        publishing.tell_rest(self.obj, actor=self.actor)


class PublishPrices(ConsoleAction):
    """料金表の公開 (G30.1, G30.4)"""

    slug, label, permission, clause = "publish-prices", pgettext_lazy("prices", "Publish"), PUBLISH, "G30.4"
    transition, form, tone = "publish", ReasonForm, "primary"
    help = _("From their days on applicants are shown these prices, and existing contracts pay them.")
    done = _("The prices are published.")

    def why_not(self) -> Sequence[Unmet]:
        """Only with prices, in time, and once every customer whom it changes was told."""
        if reasons := unmet(self.obj.publish):
            return reasons
        try:
            publishing.refuse_publishing(self.obj, on=self.today)
        except RuleViolation as violation:
            return violation.unmet
        return []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Publish them."""
        publishing.publish(self.obj, on=self.today, actor=self.actor, reason=data["reason"])


class WithdrawPrices(ConsoleAction):
    """料金表の取りやめ (G30.4)"""

    slug, label, permission, clause = "withdraw-prices", pgettext_lazy("prices", "Withdraw"), PUBLISH, "G30.4"
    transition, form = "withdraw", BecauseForm
    help = _("Only while they hold for nobody; those who were told are told of this too.")
    done = _("The prices are withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw them."""
        publishing.withdraw(self.obj, because=data["because"], on=self.today, actor=self.actor)


class VersionQueue(QueueFilter):
    """Versions that are to come."""

    queues: ClassVar = {"open": (_("To come"), lambda rows: rows.open())}


@admin.register(PriceVersion)
class PriceVersionAdmin(WithState, ConsoleAdmin):
    """Versions of the price list."""

    tones = TONES
    list_display: ClassVar = ["name", "new_from", "existing_from", "badge"]
    list_filter: ClassVar = [VersionQueue, "state"]
    search_fields: ClassVar = ["name__startswith"]
    search_help_text = _("Beginning of the name")
    fields: ClassVar = ["name", "new_from", "existing_from", "day_reason", "changes"]
    dialogs: ClassVar = [AnnouncePrices, TellRest, PublishPrices, WithdrawPrices]

    def get_readonly_fields(self, request: HttpRequest, obj: PriceVersion | None = None) -> Sequence[Any]:
        """What the customers were told stands, and what is published."""
        return [*super().get_readonly_fields(request, obj), *(obj.fixed() if obj else ())]

    def head(self, version: PriceVersion) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": version.get_state_display(),
            "tone": TONES[version.state],
            "facts": [
                (_("For new contracts from"), version.new_from),
                (_("For existing contracts from"), version.existing_from),
                (_("Clause"), cited("G30.4")),
                (_("Announced at"), version.announced_at),
                (_("Published on"), version.published_on),
                (_("Withdrawn because"), version.withdrawn_because),
            ],
        }


class PriceForm(ConsoleForm):
    """A price of a version that is a draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "version" in self.fields:
            self.fields["version"].queryset = PriceVersion.objects.drafts()  # type: ignore[attr-defined]


@admin.register(Price)
class PriceAdmin(ConsoleAdmin):
    """Prices: entered into a draft, and never changed once it is announced or published."""

    form = PriceForm
    list_display: ClassVar = ["what", "unit", "yen_without_tax", "tax", "version", "new_from", "existing_from"]
    list_filter: ClassVar = ["service_code", "kind"]
    fields: ClassVar = ["version", "service_code", "item", "kind", "unit", "cause", "yen", "tax"]
    fixed_fields: ClassVar = ["version"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        """With its version."""
        return Price.objects.with_list_data().order_by("-pk")

    def has_change_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        """While its version is a draft."""
        return super().has_change_permission(request, obj) and (obj is None or obj.version.is_draft)

    @admin.display(description=_("fee"))
    def what(self, price: Price) -> Any:
        """Which fee it is of."""
        return price.what

    @admin.display(description=_("without tax"), ordering="yen")
    def yen_without_tax(self, price: Price) -> str:
        """The sum."""
        return yen(price.yen)

    def head(self, price: Price) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Fee"), price.what),
                (_("Without tax"), f"{yen(price.yen)} {price.get_unit_display()}"),
                (_("Consumption tax"), price.get_tax_display()),
                (_("Price version"), linked(price.version)),
                (_("For new contracts from"), price.new_from),
                (_("For existing contracts from"), price.existing_from),
                (_("Clause"), cited(price.service.fees.said_by.id)),
            ]
        }


def prices(request: HttpRequest, version: PriceVersion) -> dict[str, Any]:
    """The prices of a version, and where to enter further ones."""
    add = f"{reverse('admin:billing_price_add')}?version={version.pk}"
    may = version.is_draft and request.user.has_perm("billing.add_price")
    return {"prices": Price.objects.of_version(version), "add": add if may else ""}


def told(request: HttpRequest, version: PriceVersion) -> dict[str, Any]:
    """What was announced about a version, and how many were not told in time."""
    untold = publishing.not_told(version).count() if version.state == "announced" else 0
    return {**announcements(request, version), "untold": untold}


def to_do(version: PriceVersion, today: date) -> Row:
    """A version to announce, or to publish."""
    announces = version.state == "draft" and version.existing_from is not None
    return Row(
        str(version), change_url(version), version, due=version.new_from, clause=Clause("G30.4"),
        note=version.get_state_display(), next=AnnouncePrices.slug if announces else PublishPrices.slug,
    )  # fmt: skip


show_at_home(
    Queue(
        "prices",
        _("Changes of prices"),
        Clause("G30.4"),
        "billing.view_priceversion",
        listed("billing_priceversion", "open"),
        lambda day: PriceVersion.objects.open(),
        to_do,
        None,
        _("No change of prices is to come."),
        F("new_from"),
        place=76,
    )
)
show_on("billing.priceversion", Panel(_("Prices"), "console/panel_prices.html", prices, "prices"))
show_on("billing.priceversion", Panel(_("Announcements"), "console/panel_announcements.html", told, "announcements"))
show_history("billing.priceversion", lambda version: [version, version.prices.all()])
show_history("billing.price", lambda price: [price])
