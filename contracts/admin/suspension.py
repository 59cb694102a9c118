"""Suspensions: announced on the contract's page, put into force, cured, lifted, withdrawn on their own."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from contracts import suspending
from contracts.admin.shared import (
    BecauseForm,
    QueueFilter,
    WithState,
    cited,
    linked,
    of_party,
    searched_by_number,
)
from contracts.models import Contract, Suspension, Violation
from contracts.models.suspension import TONES, Cause, Extent
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.desk import DESK
from iijiot.console.fields import ConsoleDateField, ConsoleTimeField, PlainTextField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import Unmet, unmet

ANNOUNCE, LIFT = "contracts.announce_suspension", "contracts.lift_suspension"


class AnnounceForm(forms.Form):
    """What is done to the contract, why, from when, and what the customer is told."""

    extent = forms.ChoiceField(
        label=pgettext_lazy("of a measure", "Extent"), choices=Extent.choices, widget=UnfoldAdminSelectWidget
    )
    cause = forms.ChoiceField(label=_("Cause"), choices=Cause.choices, widget=UnfoldAdminSelectWidget)
    violation = forms.ModelChoiceField(
        label=_("Violation"),
        queryset=Violation.objects.none(),
        required=False,
        help_text=_("For breach of duties and prohibited use; record it first on the customer's page."),
        widget=UnfoldAdminSelectWidget,
    )
    provider = PlainTextField(
        label=_("Wholesale provider"),
        required=False,
        max_length=100,
        help_text=_("Only where the provider has stopped the line."),
        widget=UnfoldAdminTextInputWidget,
    )
    provider_reference = PlainTextField(
        label=_("Its reference"), required=False, max_length=100, widget=UnfoldAdminTextInputWidget
    )
    begins_on = ConsoleDateField(label=_("Begins on"))
    begins_time = ConsoleTimeField(label=_("At"), initial=time(0, 0), help_text=_("Tokyo time, such as 9:00."))
    reason = SentencesField(label=_("Reason told to the customer"), max_length=300)
    period = PlainTextField(
        label=_("Period told to the customer"),
        max_length=100,
        initial="原因が解消されるまで",
        widget=UnfoldAdminTextInputWidget,
    )
    risk_because = SentencesField(
        label=_("Evident risk of non-payment"),
        required=False,
        max_length=300,
        help_text=_(
            "Where nothing of the contract is overdue: what makes the risk evident (article 26, paragraph 1, item 1)."
        ),
    )
    urgent_because = SentencesField(
        label=_("Without notice beforehand because"),
        required=False,
        max_length=300,
        help_text=_("Only where it is urgent (article 26, paragraph 2)."),
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["violation"].queryset = contract.customer.violations.open()  # type: ignore[attr-defined]


class AnnounceSuspension(ConsoleAction):
    """利用の停止・制限の通知 (G26)"""

    slug, label, permission, clause = "suspend", _("Suspend or restrict"), ANNOUNCE, "G26.2"
    transition, form, tone = "take_suspension", AnnounceForm, "danger"
    help = _("The customer is told first. Fees go on, and nothing that rests on the contract is suspended with it.")
    done = _("The suspension is announced.")

    def form_kwargs(self) -> dict[str, Any]:
        """The contract."""
        return {"contract": self.obj}

    def initial(self) -> dict[str, Any]:
        """The earliest day that needs no urgency."""
        return {"begins_on": clock.next_day(self.today)}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """Its suspensions."""
        return [self.obj.suspensions.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Announce it."""
        rest = {name: data[name] for name in data if name not in ("begins_on", "begins_time")}
        return suspending.announce(
            self.obj,
            begins_at=datetime.combine(data["begins_on"], data["begins_time"], clock.TOKYO),
            now=clock.business_moment(),
            actor=self.actor,
            **rest,
        )


class PutIntoForce(ConsoleAction):
    """停止・制限の実施 (G26.1)"""

    slug, label, permission, clause = "begin-suspension", _("Put into force"), ANNOUNCE, "G26.1"
    transition, tone = "begin", "danger"
    help = _("The daily run does this on its day; here it is done once its moment has come.")
    done = _("The suspension is in force.")

    def why_not(self) -> Sequence[Unmet]:
        """Only once its moment has come."""
        return unmet(self.obj.begin) or self.obj.why_not_begun(clock.business_moment())

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Put it into force."""
        suspending.begin(self.obj, on=self.today, actor=self.actor)


class Withdraw(ConsoleAction):
    """停止・制限の取りやめ (G26.2)"""

    slug, label, permission, clause = "withdraw-suspension", pgettext_lazy("a measure", "Withdraw"), LIFT, "G26.2"
    transition, form = "withdraw", BecauseForm
    help = _("Its cause is gone before it began; the customer is told.")
    done = _("The suspension is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw it."""
        suspending.withdraw(self.obj, on=self.today, because=data["because"], actor=self.actor)


class CureForm(forms.Form):
    """Since when the cause is gone."""

    on = ConsoleDateField(label=_("Cured on"))
    note = SentencesField(label=_("How we know"), max_length=300)


class RecordCure(ConsoleAction):
    """停止事由の解消の記録 (G28.1.1)"""

    slug, label, permission, clause = "cure", _("Record the cure"), LIFT, "G28.1.1"
    transition, form = "cure", CureForm
    seen_at_once = "writes down a day; the use is given back by lifting"
    help = _(
        "A cure within the two months takes the company's right to terminate away. Lift the suspension afterwards."
    )
    done = _("The cure is recorded.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": self.today}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        suspending.record_cure(self.obj, on=data["on"], note=data["note"], today=self.today, actor=self.actor)


class Lift(ConsoleAction):
    """停止・制限の解除 (G26.1)"""

    slug, label, permission, clause = "lift", pgettext_lazy("a measure", "Lift"), LIFT, "G26.1"
    transition, form, tone = "lift", BecauseForm, "primary"
    help = _("The use is given back as far as no other suspension is in force; the customer is told.")
    done = _("The suspension is lifted.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Lift it."""
        suspending.lift(self.obj, on=self.today, because=data["because"], actor=self.actor)


class SuspensionQueue(QueueFilter):
    """Suspensions that are waited for."""

    queues: ClassVar = {
        "to-watch": (_("Cause not gone"), lambda rows: rows.to_watch()),
        "to-begin": (_("To begin"), lambda rows: rows.announced()),
        "cured": (_("Cause gone, to be lifted"), lambda rows: rows.cured()),
    }


@admin.register(Suspension)
class SuspensionAdmin(WithState, ReadOnlyAdmin):
    """Suspensions and restrictions of contracts."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "contract", "extent", "cause", "begins_on", "cure_by", "badge"]
    further_columns: ClassVar = ["begun_on", "cured_on", "over_on"]
    list_filter: ClassVar = [SuspensionQueue, "state", "cause", "extent"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    fields: ClassVar = ["reason", "period", "provider", "provider_reference", "risk_because", "urgent_because"]
    dialogs: ClassVar = [PutIntoForce, Withdraw, RecordCure, Lift, *DESK]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suspension]:
        """With what a list shows of each."""
        return Suspension.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("customer"))
    def customer(self, suspension: Suspension) -> str:
        """Whose contract it is."""
        return str(suspension.contract.customer)

    def head(self, suspension: Suspension) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": suspension.get_state_display(),
            "tone": TONES[suspension.state],
            "facts": [
                (_("Number"), suspension.number),
                (_("Customer"), linked(suspension.contract.customer)),
                (_("Contract"), linked(suspension.contract)),
                (pgettext_lazy("of a measure", "Extent"), suspension.get_extent_display()),
                (_("Cause"), suspension.get_cause_display()),
                (_("Clause"), cited(suspension.cause)),
                (_("Violation"), linked(suspension.violation) if suspension.violation else ""),
                (_("Announced at"), suspension.announced_at),
                (_("Begins at"), suspension.begins_at),
                (_("In force since"), suspension.begun_on),
                (_("Last day to cure"), suspension.cure_by),
                (_("Cured on"), suspension.cured_on),
                (_("Terminable from"), suspension.terminable_from()),
                (_("Over since"), suspension.over_on),
            ],
        }


def watched(s: Suspension, today: date) -> Row:
    """A suspension whose cause goes on: the company may terminate once its period is over."""
    since = s.terminable_from()
    return Row(
        str(s), change_url(s), s, s.contract.customer, s.cure_by, clause=Clause("G28.1.1"),
        note=s.get_cause_display(), next="end-after-suspension" if since and since <= today else "",
        acts_on=s.contract if since and since <= today else None,
    )  # fmt: skip


def announced(s: Suspension, today: date) -> Row:
    """A suspension that was announced and is not in force yet."""
    return Row(
        str(s), change_url(s), s, s.contract.customer, s.begins_on, clause=s.clause_value,
        note=s.get_cause_display(), next="begin-suspension" if s.begins_on <= today else "",
    )  # fmt: skip


for queue in [
    Queue(
        "suspensions-to-begin", _("Suspensions announced"), Clause("G26.2"), "contracts.view_suspension",
        listed("contracts_suspension", "to-begin"), lambda day: Suspension.objects.announced().with_list_data(), announced,
        of_party, _("No suspension is announced."), F("begins_on"), place=60,
    ),
    Queue(
        "suspensions", _("Suspensions in force"), Clause("G28.1.1"), "contracts.view_suspension",
        listed("contracts_suspension", "to-watch"), lambda day: Suspension.objects.to_watch().with_list_data(), watched,
        of_party, _("No suspension is in force."), F("cure_by"), place=60,
    ),
]:  # fmt: skip
    show_at_home(queue)

show_on(
    "contracts.contract",
    Panel(
        _("Suspensions"),
        "console/panel_suspensions.html",
        lambda request, contract: {"suspensions": contract.suspensions.all()[:20]},
        "suspensions",
        60,
    ),
)
show_history("contracts.suspension", lambda suspension: [suspension])
