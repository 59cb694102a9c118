"""Changes of the number of lines: more by an application, fewer by choice; listed, shown, taken back (MA8.1)."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts.admin.shared import QueueFilter, ReasonForm, WithState, linked, or_of_customers
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.offering import offer_on
from iijiot.console.panels import Panel, show_on
from iijiot.console.search import Hit, Searcher, search_for
from iijiot.rules import Unmet, unmet
from iijiot.searching import Query
from sims import changing
from sims.admin.badges import line_rows
from sims.admin.picking import LinesField, has_lines
from sims.models import Line, LineChange
from sims.models.change import TONES, Kind, LineChangeQuerySet

CHANGE = "sims.change_lines"
SHOWN = 20


class FewerForm(forms.Form):
    """The last day, and which lines, or how many."""

    effective_on = ConsoleDateField(label=_("Last day of the lines"), help_text=_("Charged in full."))
    how_many = forms.IntegerField(
        label=_("How many"),
        required=False,
        min_value=1,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
        help_text=_("First those without a card, then the latest ordered: you see which before you confirm."),
    )
    lines = LinesField(label=_("Or which lines"), required=False)
    reason = SentencesField(label=_("Reason or remark"), required=False, max_length=300)

    def __init__(self, *args: Any, contract: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].contract = contract  # type: ignore[attr-defined]


class FewerLines(ConsoleAction):
    """回線数の減少 (MA8.1)"""

    slug, label, permission, clause = "fewer-lines", _("Fewer lines"), CHANGE, "MA8.1"
    form, plan_template, tone = FewerForm, "console/plan_fewer_lines.html", "danger"
    help = _(
        "Lines end on their last day, the contract goes on. You see which, and what becomes of their cards, first."
    )
    done = _("The lines end on their last day.")

    @classmethod
    def fits(cls, obj: Any) -> bool:
        """Only contracts with lines."""
        return has_lines(obj)

    def why_not(self) -> Sequence[Unmet]:
        """Not while the contract is protected, waits for heirs, or has ended."""
        return unmet(self.obj.take_fewer_lines)

    def form_kwargs(self) -> dict[str, Any]:
        """The contract whose lines end."""
        return {"contract": self.obj}

    def plan(self, data: dict[str, Any]) -> changing.ReductionPlan:
        """Which lines would end, and what follows."""
        return changing.plan_reduction(
            self.obj,
            effective_on=data["effective_on"],
            today=self.today,
            chosen=data["lines"],
            how_many=data["how_many"] or 0,
        )

    def carry_out(self, plan: Any, data: dict[str, Any]) -> LineChange:
        """Book it."""
        return changing.reduce(plan, actor=self.actor, reason=data["reason"])

    def after(self, result: Any) -> str:
        """To the change."""
        return change_url(result)


class TakeBackChange(ConsoleAction):
    """回線数の変更の取消し (MA8.1)"""

    slug, label, permission, clause = "take-back-change", pgettext_lazy("a change", "Take back"), CHANGE, "MA8.1"
    transition, form, plan_template, plan_at_once = "close", ReasonForm, "console/plan_change_back.html", True
    help = _("Lines that were to end go on, each; lines that were to come do not. Until the change's day is over.")
    done = _("The change is taken back.")

    def why_not(self) -> Sequence[Unmet]:
        """Only while it waits, and until its day is over."""
        return changing.why_not_back(self.obj, today=self.today)

    def plan(self, data: dict[str, Any]) -> changing.BackPlan:
        """What goes on, or does not come."""
        return changing.plan_taking_back(self.obj, today=self.today)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it back."""
        changing.take_back(plan, actor=self.actor, reason=data["reason"])


class ChangeQueue(QueueFilter):
    """Changes that wait."""

    queues: ClassVar = {
        "pending": (_("To come"), lambda rows: rows.pending()),
        "more": (_("More lines to come"), lambda rows: rows.pending().more()),
        "fewer": (_("Fewer lines to come"), lambda rows: rows.pending().fewer()),
    }


def searched(rows: Any, query: Query) -> QuerySet[LineChange]:
    """The one of this number, those of the contract of this number, or those of the customers found."""
    contract = query.numbered("K") if query.compact.startswith("K") else None
    own = query.numbered("Q")
    meant = rows.of_contract_called(contract) if contract else rows.numbered(own) if own else rows.none()
    return or_of_customers(meant, rows, query)


@admin.register(LineChange)
class LineChangeAdmin(WithState, ReadOnlyAdmin):
    """Changes of the number of lines; more come by an application, fewer from the page of the contract."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "contract_column", "kind", "quantity", "effective_on", "badge"]
    further_columns: ClassVar = ["asked_on", "closed_because"]
    list_filter: ClassVar = [ChangeQueue, "kind", "state"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched)
    search_help_text = _("Number, number of the contract, or the customer by name, kana or number")
    fields: ClassVar = ["kind"]
    dialogs: ClassVar = [TakeBackChange]

    def get_queryset(self, request: HttpRequest) -> LineChangeQuerySet:
        """With what a list shows of each."""
        return LineChange.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("customer"))
    def customer(self, change: LineChange) -> str:
        """Whose contract it is."""
        return str(change.customer)

    @admin.display(description=_("contract"))
    def contract_column(self, change: LineChange) -> str:
        """The number of the contract."""
        return change.contract.number

    def head(self, change: LineChange) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": change.get_state_display(),
            "tone": TONES[change.state],
            "facts": [
                (_("Kind"), change.get_kind_display()),
                (_("Lines"), change.quantity),
                (_("Customer"), linked(change.customer)),
                (_("Contract"), linked(change.contract)),
                (_("Application"), linked(change.application) if change.application else ""),
                (_("Asked for on"), change.asked_on),
                (_("There from") if change.kind == Kind.MORE else _("Last day of the lines"), change.effective_on),
                (_("Closed because"), change.get_closed_because_display()),
            ],
        }


def going(request: HttpRequest, change: LineChange) -> dict[str, Any]:
    """The first lines that go with a reduction, and the way to all of them."""
    shown = Line.objects.chosen_for(change).with_list_data().with_network_policy()[:SHOWN]
    return {
        "lines": line_rows(shown),
        "all_url": f"{reverse('admin:sims_line_changelist')}?leaves_with__id__exact={change.pk}",
        "empty": _("The lines that went with it stand in the history, or go on."),
    }


show_on(
    "sims.linechange",
    Panel(
        _("Lines that end"),
        "console/panel_lines.html",
        going,
        "lines",
        20,
        fits=lambda change: change.kind == Kind.FEWER,
    ),
)
show_history("sims.linechange", lambda change: [change, Line.objects.chosen_for(change)])
offer_on("contracts.contract", FewerLines)


def changes(query: Query) -> Any:
    """By number."""
    number = query.numbered("Q")
    for change in LineChange.objects.numbered(number).with_list_data() if number else ():
        yield Hit(str(change), change_url(change), str(change.customer), query.compact.startswith("Q"))


search_for(Searcher(_("change of lines"), "sims.view_linechange", changes))
