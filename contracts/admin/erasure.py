"""Erasures of personal data: proposed on the customer's page, carried out or put off on their own (G40.2.1)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from contracts import erasing, retaining
from contracts.admin.shared import (
    BecauseForm,
    QueueFilter,
    ReasonForm,
    WithState,
    cited,
    linked,
    of_party,
    searched_by_number,
)
from contracts.models import Customer, Erasure
from contracts.models.erasure import TONES
from iijiot import clock
from iijiot.console.actions import ConsoleAction, change_url, staff_user
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import RuleViolation, Unmet, unmet

PROPOSE, DECIDE = "contracts.propose_erasure", "contracts.decide_erasure"


class ProposeErasure(ConsoleAction):
    """個人情報の消去の起案 (G40.2.1)"""

    slug, label, permission, clause = "propose-erasure", _("Proposal to erase personal data"), PROPOSE, "G40.2.1"
    form, tone, plan_template, plan_at_once = ReasonForm, "danger", "console/plan_erasure.html", True
    help = _("Nothing is erased yet: another member of staff who may do so carries it out. It cannot be undone.")
    done = _("The erasure is proposed. It happens once another member of staff carries it out.")

    def why_not(self) -> Sequence[Unmet]:
        """While something needs the data, while the period runs, and while it is proposed already."""
        if waiting := Erasure.objects.of_customer(self.obj).proposed().first():
            return [
                Unmet(waiting.clause_value, _("This is proposed already and waits for a second person."), (waiting,))
            ]
        return retaining.why_kept(retaining.standing(self.obj), self.today)

    def plan(self, data: dict[str, Any]) -> erasing.ErasurePlan:
        """What would go."""
        return erasing.plan_erasure(self.obj, self.today)

    def carry_out(self, plan: erasing.ErasurePlan, data: dict[str, Any]) -> Erasure:
        """Propose it."""
        return erasing.propose(plan, by=staff_user(self.request), reason=data["reason"])

    def after(self, result: Erasure) -> str:
        """To the erasure."""
        return change_url(result)


class EraseData(ConsoleAction):
    """個人情報の消去 (G40.2.1)"""

    slug, label, permission, clause = "erase-personal-data", _("Erasure of personal data"), DECIDE, "G40.2.1"
    transition, form, tone, final = "decide", forms.Form, "danger", True
    plan_template, plan_at_once = "console/plan_erasure.html", True
    help = _("It is erased from the records and from their history, and cannot be brought back by anybody.")
    done = _("The personal data is erased.")

    def why_not(self) -> Sequence[Unmet]:
        """The reasons of the state, of the second person, and of the customer."""
        reasons = unmet(self.obj.decide) or self.obj.why_not_decided_by(self.request.user)
        if reasons:
            return reasons
        try:
            erasing.plan_of(self.obj, self.today)
        except RuleViolation as violation:
            return violation.unmet
        return []

    def plan(self, data: dict[str, Any]) -> erasing.ErasurePlan:
        """What goes."""
        return erasing.plan_of(self.obj, self.today)

    def carry_out(self, plan: erasing.ErasurePlan, data: dict[str, Any]) -> None:
        """Erase it."""
        erasing.carry_out(plan, self.obj, by=staff_user(self.request), at=clock.now())


class KeepData(ConsoleAction):
    """個人情報の消去の見送り (G40.2.1)"""

    slug, label, permission, clause = "keep-data", _("Keeping of the data"), DECIDE, "G40.2.1"
    transition, form = "withdraw", BecauseForm
    help = _(
        "For data that is needed still, such as in a dispute. It leaves the list; it can be proposed again any time."
    )
    done = _("The data is kept.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Keep it."""
        erasing.keep(self.obj, because=data["because"], actor=self.actor)


class ErasureListQueue(QueueFilter):
    """Erasures to be done."""

    queues: ClassVar = {"open": (_("To be done"), lambda rows: rows.open())}


@admin.register(Erasure)
class ErasureAdmin(WithState, ReadOnlyAdmin):
    """Erasures of personal data."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "keeping", "gone_since", "due_on", "badge"]
    further_columns: ClassVar = ["proposed_by", "decided_by", "decided_at", "because"]
    list_filter: ClassVar = [ErasureListQueue, "state", "keeping"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer", "proposed_by", "decided_by"]
    page_related: ClassVar = ["customer", "proposed_by", "decided_by"]
    fields: ClassVar = ["years", "because"]
    dialogs: ClassVar = [EraseData, KeepData]

    def head(self, erasure: Erasure) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": erasure.get_state_display(),
            "tone": TONES[erasure.state],
            "facts": [
                (_("Number"), erasure.number),
                (_("Customer"), linked(erasure.customer)),
                (_("What is erased"), erasure.get_keeping_display()),
                (_("Customer gone since"), erasure.gone_since),
                (_("Period in years"), erasure.years),
                (_("Possible from"), erasure.due_on),
                (_("Proposed by"), erasure.proposed_by),
                (_("Carried out by"), erasure.decided_by),
                (_("Carried out at"), erasure.decided_at),
                (_("Records in which something was erased"), erasure.records),
                (_("Versions in history in which something was erased"), erasure.versions),
                (_("Clause"), cited("G40.2.1")),
            ],
        }


def due(erasure: Erasure, today: date) -> Row:
    """An erasure to be proposed, or to be carried out by a second person."""
    proposed = erasure.state == "proposed"
    return Row(
        erasure.number, change_url(erasure), erasure, erasure.customer, erasure.due_on, clause=erasure.clause_value,
        note=f"{erasure.get_keeping_display()} {erasure.get_state_display()}",
        next="erase-personal-data" if proposed else "propose-erasure",
        acts_on=None if proposed else erasure.customer,
    )  # fmt: skip


show_at_home(
    Queue(
        "erasures", _("Personal data due for erasure"), Erasure().clause_value, "contracts.view_erasure",
        listed("contracts_erasure", "open"), lambda day: Erasure.objects.open().with_list_data(), due,
        of_party, _("No personal data is due for erasure."), F("due_on"), place=90,
    )
)  # fmt: skip


def erasures(request: Any, customer: Customer) -> dict[str, Any]:
    """What was erased of the customer, or is to be."""
    return {"erasures": customer.erasures.newest()[:5]}


show_on(
    "contracts.customer", Panel(_("Erasure of personal data"), "console/panel_erasures.html", erasures, "erasures", 90)
)
show_history("contracts.erasure", lambda erasure: [erasure])
