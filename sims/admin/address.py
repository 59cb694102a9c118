"""Addresses of lines: lists, another address for a line, and who had one at a moment (MA5.2, G46.3)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts.admin.shared import BecauseForm, linked, or_of_customers
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url, staff_actor
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.offering import offer_on
from iijiot.console.panels import Panel, show_on
from iijiot.console.search import MOST, Hit, Searcher, search_for
from iijiot.rules import Unmet
from iijiot.searching import Query
from sims import addressing, tracing
from sims.admin.picking import has_lines, page_link
from sims.models import AddressUse
from sims.models.address_use import AddressUseQuerySet

TRACE = "sims.trace_address"
SHOWN = 20


class ChangeAddress(ConsoleAction):
    """IPアドレスの変更 (MA5.2)"""

    slug, label, permission, clause = "change-address", _("Give another address"), "sims.change_address", "MA5.2"
    form, tone = BecauseForm, "danger"
    help = addressing.WISH
    done = _("The line has another address.")

    @property
    def line(self) -> Any:
        """Whose address is changed."""
        return self.obj.line

    def why_not(self) -> Sequence[Unmet]:
        """Only the address that it has now."""
        return [] if self.obj.until is None else [Unmet(Clause("MA5.2"), _("The line has this address no more."))]

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The addresses of the line."""
        return [self.line.address_uses.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Give it the next free one."""
        return addressing.change(self.line, at=clock.business_moment(), reason=data["because"], actor=self.actor)


class ChangeAddressOfLine(ChangeAddress):
    """IPアドレスの変更、回線の画面から (MA5.2)"""

    slug = "change-line-address"

    @property
    def line(self) -> Any:
        """The line itself."""
        return self.obj

    def why_not(self) -> Sequence[Unmet]:
        """Only where it has one."""
        if self.obj.address_uses.current().exists():
            return []
        return [Unmet(Clause("MA5.2"), _("The line has no address; it gets one when it goes into service."))]


class WarningForm(forms.Form):
    """What was warned of, and why somebody looks."""

    purpose = PlainTextField(
        label=_("Purpose"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Such as the number of the warning. It stands in the access log."),
    )
    lines = SentencesField(
        label=_("Addresses and moments"),
        rows=8,
        help_text=_(
            "One in each line as they were sent, such as 203.0.113.5, 2026-12-01 09:30:00. Without a zone: Tokyo."
        ),
    )

    def clean_lines(self) -> list[tracing.Asked]:
        """What is asked for."""
        return tracing.read(self.cleaned_data["lines"])


def searched_uses(rows: AddressUseQuerySet, query: Query) -> QuerySet[AddressUse]:
    """Those of this address or line; where there are none, those of the customers found by what was typed."""
    return or_of_customers(rows.meant(query.address, query.numbered("L") or ""), rows, query)


@admin.register(AddressUse)
class AddressUseAdmin(ReadOnlyAdmin):
    """Which line has, or had, which address."""

    list_display: ClassVar = ["address", "line_link", "customer", "since", "until"]
    further_columns: ClassVar = ["pool", "given_again"]
    list_filter: ClassVar = ["pool"]
    search_fields: ClassVar = ["address"]
    searched = staticmethod(searched_uses)
    search_help_text = _("Address, number of the line, or the customer by name, kana, number, telephone or address")
    fields: ClassVar = ["address", "since", "until"]
    list_before_template = "console/addresses_before.html"
    dialogs: ClassVar = [ChangeAddress]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AddressUse]:
        """With what a list shows of each."""
        return AddressUse.objects.with_list_data().order_by("-pk")

    def get_urls(self) -> list[Any]:
        """One more page: who had an address at a moment."""
        view = self.admin_site.admin_view(self.who_view)
        return [path("who/", view, name="sims_addressuse_who"), *super().get_urls()]

    @method_decorator(never_cache)
    def who_view(self, request: HttpRequest) -> HttpResponse:
        """The form, and what was found; a look is taken by POST alone, and stands in the access log."""
        if not (self.has_view_permission(request) and request.user.has_perm(TRACE)):
            raise PermissionDenied
        asked = request.method == "POST"
        form = WarningForm(request.POST) if asked else WarningForm(initial={"lines": request.GET.get("lines", "")})
        found: list[dict[str, Any]] = []
        if asked and form.is_valid():
            given = form.cleaned_data
            looked = tracing.who_had(given["lines"], purpose=given["purpose"], actor=staff_actor(request))
            found = [shown(one) for one in looked]
        context = {"title": _("Who had an address"), "form": form, "found": found, "clause": Clause("G46.3")}
        return TemplateResponse(request, "console/who_had.html", {**self.admin_site.each_context(request), **context})

    @admin.display(description=_("line"))
    def line_link(self, use: AddressUse) -> str:
        """The line."""
        return page_link(use.line)

    @admin.display(description=_("customer"))
    def customer(self, use: AddressUse) -> str:
        """Whose line it is."""
        return str(use.line.contract.customer)

    def head(self, use: AddressUse) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("IP address"), use.address),
                (_("Line"), page_link(use.line)),
                (_("Contract"), linked(use.line.contract)),
                (_("Customer"), linked(use.line.contract.customer)),
                (_("Address pool"), linked(use.pool)),
                (_("Since"), use.since),
                (_("Until"), use.until),
            ]
        }


def shown(found: tracing.Found) -> dict[str, Any]:
    """A line of the result: what was asked, and who had it, with links."""
    use = found.use
    return {
        "asked": found.asked,
        "use": use,
        "line": page_link(use.line) if use else "",
        "contract": linked(use.line.contract) if use else "",
        "customer": linked(use.line.contract.customer) if use else "",
    }


def addresses(query: Query) -> Iterable[Hit]:
    """Who has this address now, and who had it."""
    for use in AddressUse.objects.meant(query.address, "")[:MOST]:
        until = "" if use.until else _("now")
        yield Hit(f"{use.address} {use.line}", change_url(use), f"{use.line.contract.customer} {until}", not use.until)


search_for(Searcher(_("IP address"), "sims.view_addressuse", addresses))


def addresses_panel(uses: Callable[[Any], QuerySet[AddressUse]]) -> Panel:
    """The addresses of a line or contract."""

    def told(request: HttpRequest, record: Any) -> dict[str, Any]:
        who = reverse("admin:sims_addressuse_who") if request.user.has_perm(TRACE) else ""
        return {"uses": uses(record)[:SHOWN], "who": who}

    return Panel(_("IP addresses"), "console/panel_addresses.html", told, "addresses", 65, fits=has_lines)


show_on("sims.line", addresses_panel(lambda line: line.address_uses.with_list_data()))
show_on("contracts.contract", addresses_panel(lambda contract: AddressUse.objects.of_contract(contract)))
offer_on("sims.line", ChangeAddressOfLine)
show_history("sims.addressuse", lambda use: [use])
