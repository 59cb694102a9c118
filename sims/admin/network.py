"""Throttles and blocks: listed, lifted early, and set on a line's page."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from contracts.admin.shared import BecauseForm, QueueFilter, WithState, cited, linked, of_party, or_of_customers
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import Unmet, unmet
from iijiot.searching import Query
from iijiot.templatetags.console import badge
from sims import throttling
from sims.charting import volume
from sims.models import Line, NetworkPolicy
from sims.models.network_policy import BY_STAFF, KIND_TONES, TONES, Kind

BLOCK, LIFT = "sims.block_line", "sims.lift_throttle"


class BlockForm(forms.Form):
    """On what ground, why, and until when."""

    ground = forms.ChoiceField(
        label=pgettext_lazy("of a throttle or block", "Ground"),
        choices=[(g.value, g.label) for g in BY_STAFF],
        widget=UnfoldAdminSelectWidget,
    )
    because = SentencesField(label=_("Reason"), max_length=300)
    until = ConsoleDateField(
        label=pgettext_lazy("of a throttle or block", "Until"),
        required=False,
        help_text=_("Its last day. Empty: until the line is let in again."),
    )

    def clean_until(self) -> date | None:
        """A day that is not over."""
        until: date | None = self.cleaned_data["until"]
        if until and until < clock.business_day():
            raise ValidationError(_("This day is over. Choose today or a later one."), code="MA15.2")
        return until


class BlockLine(ConsoleAction):
    """回線の接続遮断 (MA10.1, MA15.1, MA8.2)"""

    slug, label, permission, clause = "block-line", pgettext_lazy("a line", "Block in the network"), BLOCK, "MA10.1"
    form, tone = BlockForm, "danger"
    help = _(
        "The network lets the line in no more. Its state stays, and fees go on. For breach of duties suspend the contract."
    )
    done = _("The line is blocked.")

    def why_not(self) -> Sequence[Unmet]:
        """Not once it has ended, and not twice."""
        if self.obj.state == "ended":
            return [Unmet(Clause("MA10.1"), _("The line has ended already."))]
        if self.obj.network_policies.blocks().in_force().exists():
            return [Unmet(Clause("MA10.1"), _("The line is blocked already."), ("unblock-line",))]
        return []

    def touched(self) -> Iterable[QuerySet[Any]]:
        """Its throttles and blocks."""
        return [self.obj.network_policies.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Block it."""
        throttling.block(
            self.obj,
            ground=data["ground"],
            because=data["because"],
            on=self.today,
            until=data["until"],
            actor=self.actor,
        )


class UnblockLine(ConsoleAction):
    """回線の接続遮断の解除 (MA10.1, MA15.1, MA8.2)"""

    slug, label, permission, clause = "unblock-line", pgettext_lazy("a line", "Let in again"), BLOCK, "MA10.1"
    form, tone = BecauseForm, "primary"
    help = _("The network lets the line in again; a throttle beside it stays.")
    done = _("The line is let in again.")

    def why_not(self) -> Sequence[Unmet]:
        """Only while it is blocked."""
        if self.obj.network_policies.blocks().in_force().exists():
            return []
        return [Unmet(Clause("MA10.1"), _("The line is not blocked."))]

    def touched(self) -> Iterable[QuerySet[Any]]:
        """Its throttles and blocks."""
        return [self.obj.network_policies.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Let it in."""
        throttling.unblock(self.obj, on=self.today, because=data["because"], actor=self.actor)


LINE_DIALOGS = (BlockLine, UnblockLine)
"""What can be done to a line here; its page lists them among its dialogs."""


class Lifting(ConsoleAction):
    """Ends one throttle or block before its time."""

    transition, form, tone = "lift", BecauseForm, "primary"
    kind: ClassVar[str]
    done = _("The line has its full use back.")

    def why_not(self) -> Sequence[Unmet]:
        """Only what is of this kind, while it is in force."""
        if self.obj.kind != self.kind:
            return [
                Unmet(
                    self.obj.clause_value,
                    _("This is done by the other button: a throttle is lifted, a blocked line let in."),
                )
            ]
        return unmet(self.obj.lift)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Lift it."""
        throttling.lift(self.obj, on=self.today, because=data["because"], actor=self.actor)


class LiftThrottle(Lifting):
    """速度制限の解除 (MA15.2)"""

    slug, label, permission, clause = "lift-throttle", _("Lift the throttle"), LIFT, "MA15.2"
    kind = Kind.THROTTLED
    help = _("Before its last day, with a reason. The traffic that caused it throttles the line no more.")


class LetIn(Lifting):
    """接続遮断の解除 (MA10.1, MA15.1, MA8.2)"""

    slug, label, permission, clause = "let-in", pgettext_lazy("a line", "Let in again"), BLOCK, "MA10.1"
    kind = Kind.BLOCKED
    help = _("The network lets the line in again; a throttle beside it stays.")


class NetworkQueue(QueueFilter):
    """What the network holds back now."""

    queues: ClassVar = {
        "throttled": (_("Throttled now"), lambda rows: rows.throttles().now()),
        "blocked": (_("Blocked now"), lambda rows: rows.blocks().now()),
    }


def line_link(line: Line | None) -> str:
    """A line with a link to its page, where it has one."""
    if line is None:
        return ""
    return linked(line) if admin.site.is_registered(Line) else str(line)


def searched(rows: Any, query: Query) -> QuerySet[Any]:
    """Those on the line of this number or telephone number; where there is none, those of the customers found."""
    return or_of_customers(rows.of_line_called(query.numbered("L"), query.compact), rows, query)


@admin.register(NetworkPolicy)
class NetworkPolicyAdmin(WithState, ReadOnlyAdmin):
    """Throttles and blocks of lines."""

    tones = TONES
    list_display: ClassVar = ["line", "customer", "what", "ground", "from_day", "until_day", "badge"]
    further_columns: ClassVar = ["measured_volume", "window_first", "window_last", "over_on", "because"]
    list_filter: ClassVar = [NetworkQueue, "kind", "ground", "state"]
    search_fields: ClassVar = ["line__number"]
    searched = staticmethod(searched)
    search_help_text = _("Number or telephone number of the line, or the customer by name, kana or number")
    fields: ClassVar = ["because", "over_because"]
    dialogs: ClassVar = [LiftThrottle, LetIn]

    def get_queryset(self, request: HttpRequest) -> QuerySet[NetworkPolicy]:
        """With what a list shows of each."""
        return NetworkPolicy.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("customer"))
    def customer(self, policy: NetworkPolicy) -> str:
        """Whose line it is."""
        return str(policy.customer)

    @admin.display(description=_("network"), ordering="kind")
    def what(self, policy: NetworkPolicy) -> str:
        """Throttled or blocked, in its colour."""
        return badge(policy.get_kind_display(), KIND_TONES[policy.kind])

    @admin.display(description=_("measured"), ordering="measured")
    def measured_volume(self, policy: NetworkPolicy) -> str:
        """What was measured."""
        return volume(policy.measured) if policy.measured is not None else ""

    def head(self, policy: NetworkPolicy) -> dict[str, Any]:
        """State and facts: everything that explains it."""
        return {
            "state": policy.get_state_display(),
            "tone": TONES[policy.state],
            "facts": [
                (_("Network"), policy.get_kind_display()),
                (_("Line"), line_link(policy.line)),
                (_("Customer"), linked(policy.customer)),
                (_("Contract"), linked(policy.contract)),
                (pgettext_lazy("of a throttle or block", "Ground"), policy.get_ground_display()),
                (_("Clause"), cited(policy.ground)),
                (_("Throttling policy"), linked(policy.policy)),
                (_("Speed"), f"{policy.policy.speed_kbps} kbit/s" if policy.policy else ""),
                (pgettext_lazy("of a throttle or block", "From"), policy.from_day),
                (pgettext_lazy("of a throttle or block", "Until"), policy.until_day),
                (_("Over on"), policy.over_on),
            ],
        }


def held_back(policy: NetworkPolicy, today: date) -> Row:
    """A line that the network holds back now, until a day."""
    note = policy.policy.threshold if policy.policy else policy.because
    return Row(str(policy.line), change_url(policy), policy, policy.customer, policy.until_day,
               clause=policy.clause_value, note=note)  # fmt: skip


for queue in [
    Queue(
        "throttled", _("Lines throttled now"), Clause("MA15.2"), "sims.view_networkpolicy",
        listed("sims_networkpolicy", "throttled"),
        lambda day: NetworkPolicy.objects.throttles().now().with_list_data(), held_back, of_party,
        _("No line is throttled."), F("until_day"), place=80,
    ),
    Queue(
        "blocked", _("Lines blocked now"), Clause("MA10.1"), "sims.view_networkpolicy",
        listed("sims_networkpolicy", "blocked"),
        lambda day: NetworkPolicy.objects.blocks().now().with_list_data(), held_back, of_party,
        _("No line is blocked."), F("until_day"), place=80,
    ),
]:  # fmt: skip
    show_at_home(queue)


def on_line(request: HttpRequest, line: Line) -> dict[str, Any]:
    """What the network did and does with a line, the latest first, each with what explains it."""
    return {"policies": line.network_policies.with_list_data()[:10]}


show_on("sims.line", Panel(_("Throttles and blocks"), "console/panel_network.html", on_line, "network", 45))
show_history("sims.networkpolicy", lambda policy: [policy])
