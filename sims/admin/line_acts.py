"""What can be done to one line: into service, pauses, its end alone, protection, what it is called."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts.admin.shared import ReasonForm
from iijiot import clock
from iijiot.console.actions import ConsoleAction
from iijiot.console.fields import ConsoleDateField, PlainTextField, SentencesField
from iijiot.rules import Unmet
from sims import activating, ordering, protecting, relabelling
from sims.models import DesignatedItem, LineChange

ACTIVATE, PAUSE, END, PROTECT, CHANGE = (
    "sims.activate_line",
    "sims.pause_line",
    "sims.end_line",
    "sims.protect_line",
    "sims.change_line",
)


class ActivateLine(ConsoleAction):
    """回線の利用開始 (G3)"""

    slug, label, permission, clause = "activate-line", _("Put into service"), ACTIVATE, "G3"
    transition, tone = "activate", "primary"
    help = _("The line goes into service today, and gets its address in the same act.")
    done = _("The line is in service.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """Its addresses."""
        return [self.obj.address_uses.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Put it into service."""
        activating.activate(self.obj, on=self.today, at=clock.business_moment(), actor=self.actor)


class PauseLine(ConsoleAction):
    """回線の一時休止 (MA8.2)"""

    slug, label, permission, clause = "pause-line", pgettext_lazy("a line", "Pause"), PAUSE, "MA8.2"
    transition, form = "pause", ReasonForm
    help = _("At the customer's wish. Fees go on (article 30, paragraph 3). The card stays with the customer.")
    done = _("The line is paused.")

    def why_not(self) -> Sequence[Unmet]:
        """Its state, or that no pause is offered now."""
        return [*DesignatedItem.objects.why_not("pause"), *super().why_not()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Pause it."""
        activating.pause(self.obj, actor=self.actor, reason=data["reason"])


class ResumeLine(ConsoleAction):
    """回線の再開 (MA8.2)"""

    slug, label, permission, clause = "resume-line", pgettext_lazy("a line", "Resume"), PAUSE, "MA8.2"
    transition, form, tone = "resume", ReasonForm, "primary"
    done = _("The line is in service again.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """End the pause."""
        activating.resume(self.obj, actor=self.actor, reason=data["reason"])


class EndLineForm(forms.Form):
    """The last day, and why."""

    on = ConsoleDateField(label=_("Last day"), help_text=_("Charged in full; the line ends when it is over."))
    reason = SentencesField(label=_("Reason"), max_length=300)

    def clean_on(self) -> date:
        """Not a day that is over."""
        on: date = self.cleaned_data["on"]
        if on < clock.business_day():
            raise ValidationError(_("This day is over. Choose today or a later day."), code="MA8.1")
        return on


class EndLine(ConsoleAction):
    """回線の終了の予約 (MA8.1)"""

    slug, label, permission, clause = "end-line", pgettext_lazy("a line", "Book its end"), END, "MA8.1"
    transition, form, tone = "schedule_end", EndLineForm, "danger"
    plan_template = "console/plan_line_end.html"
    help = _("This line alone; the contract goes on with one line less. You see what becomes of its card first.")
    done = _("The end of the line is booked.")

    def initial(self) -> dict[str, Any]:
        """The day booked so far."""
        return {"on": self.obj.ends_on}

    def plan(self, data: dict[str, Any]) -> ordering.LineEndPlan:
        """Its last day, and what follows."""
        return ordering.plan_line_end(self.obj, data["on"], today=self.today)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Book it."""
        ordering.end_line(self.obj, plan.on, today=self.today, actor=self.actor, reason=data["reason"])


class LiftLineEnd(ConsoleAction):
    """回線の終了の取消し (MA8.1)"""

    slug, label, permission, clause = "lift-line-end", pgettext_lazy("a line", "Lift its end"), END, "MA8.1"
    transition, form = "lift_end", ReasonForm
    help = _("The line goes on. One that is to go with a reduction goes on when that one is taken back.")
    done = _("The line goes on.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Lift it."""
        ordering.lift_line_end(self.obj, today=self.today, actor=self.actor, reason=data["reason"])


class ProtectLine(ConsoleAction):
    """回線の解約保護の設定 (MA8.1)"""

    slug, label, permission, clause = "protect-line", _("Protect against termination"), PROTECT, "MA8.1"
    transition, form = "protect", ReasonForm
    help = _(
        "It cannot be ended alone, by whoever's hand. An end that is booked already is lifted, and a reduction goes on "
        "without it. It still ends with its contract."
    )
    done = _("The line is protected.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The reduction with which it was to go."""
        return [LineChange.objects.among([self.obj.leaves_with_id])]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Protect it."""
        protecting.protect_line(self.obj, today=self.today, actor=self.actor, reason=data["reason"])


class UnprotectLine(ConsoleAction):
    """回線の解約保護の解除 (MA8.1)"""

    slug, label, permission, clause = "unprotect-line", _("Take the protection away"), PROTECT, "MA8.1"
    transition, form = "unprotect", ReasonForm
    help = _("An end that the protection lifted does not come back: book it anew.")
    done = _("The line is protected no more.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Let it be ended again."""
        protecting.unprotect_line(self.obj, actor=self.actor, reason=data["reason"])


class LabelForm(ReasonForm):
    """The customer's own name for the line."""

    label = PlainTextField(
        label=_("Label"),
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The customer's own name for the line, such as the device's place. Empty: none."),
    )
    field_order = ["label", "reason"]


class Relabel(ConsoleAction):
    """回線の名称の変更 (MA8.2)"""

    slug, label, permission, clause = "relabel-line", _("Change the label"), CHANGE, "MA8.2"
    form = LabelForm
    done = _("The label is changed.")

    def why_not(self) -> Sequence[Unmet]:
        """Not where it has ended, or where this change is not offered."""
        return relabelling.why_not_label(self.obj)

    def initial(self) -> dict[str, Any]:
        """As it is called now."""
        return {"label": self.obj.label}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Call it so."""
        relabelling.relabel(self.obj, data["label"], actor=self.actor, reason=data["reason"])


class NumberForm(forms.Form):
    """Another telephone number, and why."""

    msisdn = PlainTextField(
        label=_("Telephone number"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Full width, blanks, hyphens and +81 are forgiven."),
    )
    reason = SentencesField(label=_("Reason"), max_length=300)


class Renumber(ConsoleAction):
    """回線の電話番号の変更 (MA8.1)"""

    slug, label, permission, clause = "renumber-line", _("Change the telephone number"), CHANGE, "MA8.1"
    form = NumberForm
    help = _("The host carrier has changed it, or it was recorded wrong. Files of usage then name the new one.")
    done = _("The telephone number is changed.")

    def why_not(self) -> Sequence[Unmet]:
        """Not where it has ended."""
        return relabelling.why_not_number(self.obj)

    def initial(self) -> dict[str, Any]:
        """Its number now."""
        return {"msisdn": self.obj.msisdn}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Give it this number."""
        relabelling.renumber(self.obj, data["msisdn"], actor=self.actor, reason=data["reason"])


LINE_ACTS = (
    ActivateLine,
    PauseLine,
    ResumeLine,
    EndLine,
    LiftLineEnd,
    ProtectLine,
    UnprotectLine,
    Relabel,
    Renumber,
)
