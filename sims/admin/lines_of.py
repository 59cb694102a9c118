"""The lines of contracts and customers: on their pages, and what waits for staff at home."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.admin.contract import ContractQueue
from contracts.admin.shared import of_party
from contracts.models import Contract, Customer
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.offering import offer_on
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import Unmet
from iijiot.templatetags.console import badge
from iijiot.words import Words, said
from sims import activating
from sims.admin.badges import line_rows
from sims.admin.picking import has_lines
from sims.models import Line, LineChange
from sims.models.line_state import TONES, Service

LINES = pgettext_lazy("records", "Lines")
SHOWN = 10
CONTRACTS = 50
"""Contracts of a customer that its page shows with their lines."""
SOON = timedelta(days=45)


class ActivateReady(ConsoleAction):
    """回線の利用開始、契約の画面から (G3)"""

    slug, label, permission, clause = (
        "activate-ready-lines",
        _("Put ready lines into service"),
        "sims.activate_line",
        "G3",
    )
    plan_template, plan_at_once, tone = "console/plan_ready_lines.html", True, "primary"
    help = _(
        "Every ordered line whose card was sent out goes into service today, and gets its address in the same act."
    )
    done = _("The lines are in service.")

    @classmethod
    def fits(cls, obj: Any) -> bool:
        """Only contracts with lines."""
        return has_lines(obj)

    def why_not(self) -> Sequence[Unmet]:
        """Not where no line is ready."""
        return activating.why_none_ready(self.obj)

    def plan(self, data: dict[str, Any]) -> activating.ReadyPlan:
        """Which lines."""
        return activating.plan_ready(self.obj, on=self.today)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Put them into service."""
        activating.activate_ready(plan, at=clock.business_moment(), actor=self.actor)


def lines_url(**filters: Any) -> str:
    """The list of lines with these filters."""
    return f"{reverse('admin:sims_line_changelist')}?{urlencode(filters)}"


def by_state(counts: dict[str, int], **filters: Any) -> list[tuple[str, str]]:
    """How many are in each state, in its colour, each with the way to them."""
    return [
        (lines_url(**filters, state__exact=state), badge(f"{label} {counts[state]:,}", TONES[state]))
        for state, label in Service.choices
        if counts.get(state)
    ]


def of_contract(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    """How many lines a contract has in each state, the first of them, and how their number changes."""
    own = {"contract__id__exact": contract.pk}
    application = {
        "customer": contract.customer_id,
        "management_unit": contract.management_unit_id,
        "changes": contract.pk,
        "service_code": contract.service_code,
        "item": contract.item,
    }
    living = str(contract.state) != "ended"
    may_apply = living and request.user.has_perm("contracts.add_application")
    return {
        "states": by_state(contract.lines.count_by_state(), **own),
        "lines": line_rows(contract.lines.with_list_data().with_network_policy().order_by("number")[:SHOWN]),
        "all_url": lines_url(**own),
        "more_url": f"{reverse('admin:contracts_application_add')}?{urlencode(application)}" if may_apply else "",
        "changes": LineChange.objects.latest_of(contract)[:SHOWN],
        "changes_url": f"{reverse('admin:sims_linechange_changelist')}?{urlencode(own)}",
        "empty": _("No line yet."),
    }


def of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """The lines of a customer, contract by contract."""
    contracts = list(Contract.objects.of_customer(customer).with_lines()[: CONTRACTS + 1])
    counts = Line.objects.count_by_contract_and_state([contract.pk for contract in contracts[:CONTRACTS]])
    return {
        "contracts": [
            {"contract": c, "states": by_state(counts.get(c.pk, {}), contract__id__exact=c.pk)}
            for c in contracts[:CONTRACTS]
        ],
        "further": len(contracts) > CONTRACTS,
        "all_url": lines_url(q=customer.number),
    }


show_on(
    "contracts.contract",
    Panel(LINES, "console/panel_lines_of_contract.html", of_contract, "lines", 30, fits=has_lines),
)
show_on("contracts.customer", Panel(LINES, "console/panel_lines_of_customer.html", of_customer, "lines", 25))
offer_on("contracts.contract", ActivateReady)


def counted(words: Words, contract: Any) -> Words:
    """How many lines it is about."""
    return said(words, many=f"{contract.many_lines:,}")


def without_card(contract: Any, today: date) -> Row:
    """A contract with ordered lines that have no card."""
    note = counted(_("{many} lines wait for a card"), contract)
    return Row(str(contract), change_url(contract), contract, contract.customer, contract.first_line_day, note=note)


def ready(contract: Any, today: date) -> Row:
    """A contract with lines that can go into service."""
    note = counted(_("{many} lines are ready"), contract)
    return Row(
        str(contract), change_url(contract), contract, contract.customer, contract.first_line_day, note=note,
        next=ActivateReady.slug,
    )  # fmt: skip


def ending(contract: Any, today: date) -> Row:
    """A contract with lines that end alone."""
    url = lines_url(contract__id__exact=contract.pk, queue="ending")
    note = counted(_("{many} lines end alone"), contract)
    return Row(str(contract), url, contract, contract.customer, contract.first_line_day, note=note)


def change(line_change: LineChange, today: date) -> Row:
    """More or fewer lines to come."""
    return Row(
        str(line_change), change_url(line_change), line_change, line_change.customer, line_change.effective_on,
        note=str(line_change.contract),
    )  # fmt: skip


WITHOUT_CARD, READY, ENDING = "lines-without-card", "lines-ready", "lines-ending"

ContractQueue.offer(
    WITHOUT_CARD,
    _("Lines waiting for a card"),
    lambda rows: rows.with_any_of(Line.objects.waiting_for_first_card()),
)
ContractQueue.offer(READY, _("Lines ready to go live"), lambda rows: rows.with_any_of(Line.objects.ready()))
ContractQueue.offer(
    ENDING,
    _("Lines that end alone soon"),
    lambda rows: rows.with_any_of(Line.objects.ending_until(clock.business_day() + SOON)),
)

for queue in [
    Queue(
        WITHOUT_CARD, _("Lines waiting for a card"), Clause("MA8.1"), "sims.view_line",
        listed("contracts_contract", WITHOUT_CARD),
        lambda day: Line.objects.waiting_for_first_card().by_contract("ordered_on"), without_card,
        of_party, _("No line is waiting for a card."), F("first_line_day"), place=60,
    ),
    Queue(
        READY, _("Lines ready to go live"), Clause("G3"), "sims.view_line", listed("contracts_contract", READY),
        lambda day: Line.objects.ready().by_contract("ordered_on"), ready,
        of_party, _("No line is waiting to go live."), F("first_line_day"), place=60,
    ),
    Queue(
        "line-changes", _("Changes of lines to come"), Clause("MA8.1"), "sims.view_linechange",
        listed("sims_linechange", "pending"),
        lambda day: LineChange.objects.pending().with_list_data(), change,
        of_party, _("The number of no contract's lines is about to change."), F("effective_on"), place=60,
    ),
    Queue(
        ENDING, _("Lines that end alone soon"), Clause("MA8.1"), "sims.view_line", listed("contracts_contract", ENDING),
        lambda day: Line.objects.ending_until(day + SOON).by_contract("ends_on"), ending,
        of_party, _("No line ends alone in the next 45 days."), F("first_line_day"), place=60,
    ),
]:  # fmt: skip
    show_at_home(queue)
