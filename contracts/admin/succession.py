"""What happens to customers: changed particulars (G16), merger and split (G17), death and inheritance (G18)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import succeeding
from contracts.admin.evidence import AddToSuccession
from contracts.admin.shared import (
    BecauseForm,
    CustomerField,
    QueueFilter,
    WithState,
    cited,
    linked,
    of_party,
    searched_by_number,
)
from contracts.models import Customer, Succession
from contracts.models.succession import TONES, Kind
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import Unmet, unmet

RECORD = "contracts.carry_out_succession"


class SuccessionForm(forms.Form):
    """Who follows, from when, by which evidence, and by a split with what."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=UnfoldAdminSelectWidget)
    successor = CustomerField(label=_("Successor"))
    effective_on = ConsoleDateField(
        label=_("Effective day"),
        help_text=_("By law: the day in the contract, or of the registration of a new company."),
    )
    filed_on = ConsoleDateField(label=_("Filed on"))
    evidence = SentencesField(label=_("Evidence"), max_length=300)
    passes = SentencesField(
        label=_("What passes by a split"),
        required=False,
        help_text=_("Numbers of contracts and subscriptions, one in each line, with what they rest on."),
        rows=4,
    )
    debts = SentencesField(
        label=_("Debts that pass by a split"),
        required=False,
        max_length=300,
        help_text=_("As the split plan says. By a merger all debts pass."),
    )


class FileSuccession(ConsoleAction):
    """合併・分割による承継の届出 (G17)"""

    slug, label, permission, clause = "file-succession", _("Record a merger or split"), RECORD, "G17"
    form, tone, plan_template = SuccessionForm, "danger", "console/plan_succession.html"
    help = _("A business transfer is none: tell the new owner to apply anew (article 10).")
    done = _("The succession is recorded. What is due has been carried out.")

    def why_not(self) -> Sequence[Unmet]:
        """Not for a person."""
        if self.obj.kind == "sole-proprietor":
            return [Unmet(Clause("G17"), _("A sole proprietor neither merges nor splits."))]
        return []

    def initial(self) -> dict[str, Any]:
        """Filed today."""
        return {"filed_on": self.today}

    def plan(self, data: dict[str, Any]) -> succeeding.SuccessionPlan:
        """What would pass."""
        facts = {name: data[name] for name in ("kind", "successor", "effective_on", "filed_on", "evidence", "debts")}
        return succeeding.plan_succession(
            Succession(predecessor=self.obj, **facts), data["passes"].splitlines(), today=self.today
        )

    def carry_out(self, plan: succeeding.SuccessionPlan, data: dict[str, Any]) -> Any:
        """Record it."""
        return succeeding.file(plan, actor=self.actor)

    def after(self, result: Any) -> str:
        """To the succession."""
        return change_url(result)


class CarryOutSuccession(ConsoleAction):
    """承継の実施 (G17)"""

    slug, label, permission, clause = "carry-out-succession", _("Carry out"), RECORD, "G17"
    transition, tone, final = "carry_out", "danger", True
    help = _("The daily run does this on its day.")
    done = _("The succession is carried out.")

    def why_not(self) -> Sequence[Unmet]:
        """Once its day has come."""
        reasons = unmet(self.obj.carry_out)
        if not reasons and self.obj.effective_on > self.today:
            return [Unmet(Clause("G17"), _("Its day has not come."))]
        return reasons

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Carry it out."""
        succeeding.carry_out(self.obj, on=self.today, actor=self.actor)


class WithdrawSuccession(ConsoleAction):
    """承継の取下げ (G17)"""

    slug, label, permission, clause = "withdraw-succession", pgettext_lazy("a report", "Withdraw"), RECORD, "G17"
    transition, form = "withdraw", BecauseForm
    help = _("The merger or split does not come.")
    done = _("The succession is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw it."""
        succeeding.withdraw(self.obj, because=data["because"], actor=self.actor)


class SuccessionQueue(QueueFilter):
    """Successions to come."""

    queues: ClassVar = {"open": (_("To come"), lambda rows: rows.open())}


@admin.register(Succession)
class SuccessionAdmin(WithState, ReadOnlyAdmin):
    """Mergers and splits."""

    tones = TONES
    list_display: ClassVar = ["number", "predecessor", "successor", "kind", "effective_on", "badge"]
    further_columns: ClassVar = ["filed_on", "evidence"]
    list_filter: ClassVar = [SuccessionQueue, "state", "kind"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    fields: ClassVar = ["evidence", "debts"]
    dialogs: ClassVar = [AddToSuccession, CarryOutSuccession, WithdrawSuccession]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Succession]:
        """With what a list shows of each."""
        return Succession.objects.with_list_data().order_by("-pk")

    def head(self, succession: Succession) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": succession.get_state_display(),
            "tone": TONES[succession.state],
            "facts": [
                (_("Number"), succession.number),
                (_("Kind"), succession.get_kind_display()),
                (_("Predecessor"), linked(succession.predecessor)),
                (_("Successor"), linked(succession.successor)),
                (_("Effective day"), succession.effective_on),
                (_("Filed on"), succession.filed_on),
                (_("Clause"), cited("G17")),
            ],
        }


def to_come(s: Succession, today: date) -> Row:
    """A succession whose day is to come, or that could not be carried out."""
    return Row(
        str(s), change_url(s), s, s.predecessor, s.effective_on, clause=Clause("G17"), note=s.get_kind_display(),
        next="carry-out-succession" if s.effective_on <= today else "",
    )  # fmt: skip


def happened(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """What has happened to a customer."""
    records: Iterable[Any] = [
        *customer.change_reports.all()[:5],
        *Succession.objects.of_customer(customer).with_list_data()[:5],
        *customer.deaths.all(),
    ]
    return {"records": records}


show_at_home(
    Queue(
        "successions", _("Successions"), Clause("G17"), "contracts.view_succession",
        listed("contracts_succession", "open"), lambda day: Succession.objects.open().with_list_data(), to_come,
        of_party, _("No succession is to come."), F("effective_on"), place=80,
    )
)  # fmt: skip
show_on(
    "contracts.customer",
    Panel(_("Changes, successions, death"), "console/panel_happened.html", happened, "happened", 61),
)
show_on(
    "contracts.succession",
    Panel(
        _("What passes by the split"),
        "console/panel_items.html",
        lambda request, succession: {"items": succession.items.select_related("contract", "external")[:200]},
    ),
)
show_history(
    "contracts.succession",
    lambda succession: [succession, succession.items.all(), succession.evidence_files.all()],
)
