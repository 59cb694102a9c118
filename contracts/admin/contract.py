"""Contracts: their start, what they rest on, and how they end."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import ending, starting
from contracts.admin.dependency import AddDependency, DropDependency
from contracts.admin.disclosure import DiscloseSettings
from contracts.admin.ends import EndingAction, PlanForm
from contracts.admin.other_ends import EndAfterSuspension, EndForHindrance, EndInTrouble
from contracts.admin.protection import ProtectContract, UnprotectContract
from contracts.admin.shared import (
    QueueFilter,
    UnderClause,
    WithState,
    cited,
    dependents_page,
    lines_column,
    linked,
    searched_by_number,
)
from contracts.admin.suspension import AnnounceSuspension
from contracts.ending import Designated
from contracts.models import Contract, StartCondition, Termination
from contracts.models.condition import why_none_to_designate, why_none_to_meet
from contracts.models.contract_state import TONES
from iijiot import clock
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.desk import DESK
from iijiot.console.fields import ConsoleDateField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.console.timeline import Scope
from iijiot.rules import Unmet
from iijiot.templatetags.console import badge

START, WAIVE, END, MEET = (
    "contracts.start_contract",
    "contracts.waive_conditions",
    "contracts.end_contract",
    "contracts.meet_condition",
)


class StartForm(forms.Form):
    """The billing start date."""

    billing_from = ConsoleDateField(
        label=_("Billing start date"), help_text=_("Monthly fees are owed from this day (article 3).")
    )
    reason = SentencesField(label=_("Reason"), required=False, max_length=300)


class SetStart(ConsoleAction):
    """課金開始日の設定 (G3)"""

    slug, label, permission, clause = "set-start", _("Set the billing start date"), START, "G3"
    transition, form, tone = "set_start", StartForm, "primary"
    help = _("If the day has come, service begins at once; else the daily run starts the contract on it.")
    done = _("The billing start date is set.")

    def initial(self) -> dict[str, Any]:
        """The day set so far, or wished."""
        application = self.obj.application
        wished = max(application.start_wished_on, self.today) if application else self.today
        return {"billing_from": self.obj.billing_starts_on or wished}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Set it."""
        starting.set_start(self.obj, data["billing_from"], today=self.today, actor=self.actor, reason=data["reason"])


class ConditionForm(forms.Form):
    """Which condition, and what was decided."""

    condition = forms.ModelChoiceField(
        label=_("What is to be done"), queryset=StartCondition.objects.none(), widget=UnfoldAdminSelectWidget
    )
    answer = SentencesField(label=_("What was decided or disclosed"), rows=4)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["condition"].queryset = contract.conditions.all()  # type: ignore[attr-defined]
        self.fields["condition"].initial = contract.open_conditions().first()


class MeetCondition(ConsoleAction):
    """利用条件の確認 (PC4.1)"""

    slug, label, permission, clause = "meet-condition", _("Record a start condition as met"), MEET, "PC4.1"
    form = ConditionForm
    help = _("The customer decides and discloses; the company sets nothing in its place.")
    done = _("The condition is recorded as met.")

    def why_not(self) -> Sequence[Unmet]:
        """Only for a living contract that has conditions."""
        return why_none_to_meet(self.obj)

    def form_kwargs(self) -> dict[str, Any]:
        """The contract whose conditions are met."""
        return {"contract": self.obj}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The conditions."""
        return [self.obj.conditions.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        starting.meet(data["condition"], data["answer"], on=self.today, actor=self.actor)


class DesignateForm(forms.Form):
    """What else is asked of the customer."""

    words = SentencesField(label=_("What is to be done"), max_length=200)


class DesignateCondition(ConsoleAction):
    """個別指定事項の追加 (PC4.1)"""

    slug, label, permission, clause = (
        "designate-condition",
        _("Ask for one thing more"),
        "contracts.designate_condition",
        "PC4.1",
    )
    form = DesignateForm
    help = _("Something that this customer must do before the start.")
    seen_at_once = "adds one line to the checklist"
    done = _("The condition is added.")

    def why_not(self) -> Sequence[Unmet]:
        """Only before the start, where the provision leaves it to the company."""
        return why_none_to_designate(self.obj)

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The conditions."""
        return [self.obj.conditions.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Add it."""
        starting.designate_condition(self.obj, data["words"], actor=self.actor)


class WaiveForm(forms.Form):
    """Why the contract may start all the same."""

    because = SentencesField(label=_("Reason"), max_length=200)


class WaiveConditions(ConsoleAction):
    """利用条件未了での開始 (PC4.2)"""

    slug, label, permission, clause = "waive-conditions", _("Start with open conditions"), WAIVE, "PC4.2"
    transition, form = "waive_conditions", WaiveForm
    help = _("An approver may let the contract start although conditions are open.")
    done = _("The contract may start with open conditions.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Allow it."""
        starting.waive_conditions(self.obj, data["because"], actor=self.actor)


class NoticeForm(PlanForm):
    """A termination notice on our form."""

    arrived_on = ConsoleDateField(label=_("Arrived on"), help_text=_("The day is not counted (Civil Code art. 140)."))
    named_on = ConsoleDateField(label=_("Day named by the customer"), required=False)
    how = forms.ChoiceField(label=_("How it came"), choices=Termination.How.choices[:2], widget=UnfoldAdminSelectWidget)
    field_order = ["arrived_on", "named_on", "how", "reason"]


class TakeTerminationNotice(EndingAction):
    """解約申込書の受付 (G29.1)"""

    slug, label, permission, clause = "terminate", _("Take a termination notice"), END, "G29.1"
    transition, form, tone = "take_notice", NoticeForm, "danger"
    help = _(
        "Thirty days after arrival or the day named, whichever is later. You see everything that ends with it first."
    )
    done = _("The termination notice is taken.")

    def initial(self) -> dict[str, Any]:
        """Today, or the day of the message without our form."""
        return {"arrived_on": self.today}

    def planned(self, data: dict[str, Any], wishes: Sequence[Designated]) -> ending.EndingPlan:
        """Everything that would end."""
        return ending.plan_ending_by_notice(
            self.obj,
            arrived_on=data["arrived_on"],
            named_on=data["named_on"],
            how=data["how"],
            today=self.today,
            designated=wishes,
            completes=self.obj.terminations.without_our_form().first(),
        )


class MessageForm(forms.Form):
    """A message that is no notice yet."""

    arrived_on = ConsoleDateField(label=_("Arrived on"))
    note = SentencesField(label=_("What the customer wrote or said"), max_length=300, rows=3)

    def clean_arrived_on(self) -> date:
        """Refuse a day that has not come."""
        arrived_on: date = self.cleaned_data["arrived_on"]
        if arrived_on > clock.business_day():
            raise ValidationError(_("The day of arrival has not come yet. Check the day."), code="G29.1")
        return arrived_on


class RecordMessage(ConsoleAction):
    """所定書式によらない解約連絡の記録 (G29.1)"""

    slug, label, permission, clause = "message", _("Record a message without our form"), END, "G29.1"
    transition, form = "take_termination", MessageForm
    help = _("It ends nothing: the thirty days run from the arrival of our form. Send the customer the form.")
    seen_at_once = "writes down what the customer said; it ends nothing"
    done = _("The message is recorded; our form is missing.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"arrived_on": self.today}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The messages so far."""
        return [self.obj.terminations.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        ending.record_message(self.obj, arrived_on=data["arrived_on"], note=data["note"], actor=self.actor)


class ContractQueue(QueueFilter):
    """Contracts that wait."""

    queues: ClassVar = {
        "to-start": (_("To start"), lambda rows: rows.accepted()),
        "ending": (_("Ending"), lambda rows: rows.ending()),
    }


class ContractsUnderClause(UnderClause):
    """Contracts that wait for a condition of a clause."""

    rows = "waiting_under"


@admin.register(Contract)
class ContractAdmin(WithState, ConsoleAdmin):
    """Contracts; made by accepting an application."""

    tones = TONES
    list_display: ClassVar = [
        "number",
        "customer",
        "service_code",
        "line_count",
        "badge",
        "billing_starts_on",
        "ends_on",
        "why_ends",
    ]
    further_columns: ClassVar = ["item", "accepted_on", "management_unit"]
    list_filter: ClassVar = [ContractQueue, ContractsUnderClause, "state", "service_code"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    line_count = lines_column
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer"]
    fields: ClassVar = ["management_unit"]
    dialogs: ClassVar = [
        SetStart,
        MeetCondition,
        DesignateCondition,
        WaiveConditions,
        TakeTerminationNotice,
        RecordMessage,
        AnnounceSuspension,
        EndAfterSuspension,
        EndForHindrance,
        EndInTrouble,
        ProtectContract,
        UnprotectContract,
        DropDependency,
        AddDependency,
        DiscloseSettings,
        *DESK,
    ]

    @admin.display(description=_("clause"))
    def why_ends(self, contract: Contract) -> str:
        """The clause under which it ends."""
        return cited(contract.ends_under)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made by accepting an application."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Changed by acts alone."""
        return False

    def head(self, contract: Contract) -> dict[str, Any]:
        """State and facts."""
        terms = contract.terms_in_force(clock.business_day())
        return {
            "state": contract.get_state_display(),
            "tone": TONES[contract.state],
            "facts": [
                (_("Number"), contract.number),
                (_("Customer"), linked(contract.customer)),
                (_("Service"), contract.service.name),
                (_("Item"), contract.item),
                (_("Lines"), contract.quantity if contract.service.counts_lines else ""),
                (_("Accepted on"), contract.accepted_on),
                (_("Billing start date"), contract.billing_starts_on),
                (_("Protection"), badge(_("Protected against termination"), "info") if contract.protected else ""),
                (_("Termination date"), contract.ends_on),
                (_("Ends under"), cited(contract.ends_under) if contract.ends_under else ""),
                (_("Application"), linked(contract.application) if contract.application else ""),
                (_("Terms"), terms or ""),
            ],
        }


def resting(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    """What the contract rests on, what rests on it, its conditions and its ends."""
    return {
        "contract": contract,
        "dependencies": contract.dependencies.standing(),
        "dependents": dependents_page(request, contract),
        "conditions": contract.conditions.all(),
        "terminations": contract.terminations.with_list_data(),
        "eligibility": contract.service.eligibility,
        "flags": contract.flags(),
    }


show_on("contracts.contract", Panel(_("Connections"), "console/panel_resting.html", resting, "resting"))


def whole_contract(contract: Contract) -> Scope:
    """The contract and everything that belongs to it."""
    return [
        contract,
        contract.conditions.all(),
        contract.dependencies.all(),
        contract.terminations.all(),
        contract.designated_days.all(),
        contract.suspensions.all(),
        contract.notices.all(),
    ]


show_history("contracts.contract", whole_contract)
