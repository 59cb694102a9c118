"""Throttling policies, version by version; alerts of usage, and who wishes to be told of them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from contracts.admin.shared import BecauseForm, QueueFilter, WithState, cited, linked, of_party
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin, ConsoleForm, ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Queue, Row, listed, show_at_home
from sims import throttling
from sims.admin.network import line_link, searched
from sims.charting import volume
from sims.models import AlertWish, ThrottlePolicy, UsageAlert
from sims.models.throttle_policy import GIGABYTE, TONES


class PolicyForm(ConsoleForm):
    """A new version, from a day on that is not over."""

    threshold_gb = forms.DecimalField(
        label=_("Threshold in GB"),
        min_value=Decimal("0.001"),
        max_value=Decimal(9_000_000),
        decimal_places=3,
        help_text=_("1 GB is 1,000,000,000 bytes."),
        widget=UnfoldAdminDecimalFieldWidget,
    )

    def clean(self) -> dict[str, Any] | None:
        """The threshold in bytes; nothing that was judged is judged anew."""
        cleaned = super().clean()
        effective_on = self.cleaned_data.get("effective_on")
        if effective_on and effective_on < clock.business_day():
            self.add_error("effective_on", _("This day is over. Choose today or a later one."))
        if "threshold_gb" in self.cleaned_data:
            self.instance.threshold_bytes = int(self.cleaned_data["threshold_gb"] * GIGABYTE)
        return cleaned


class WithdrawPolicy(ConsoleAction):
    """速度制限ポリシーの取りやめ (MA15.2)"""

    slug, label, permission = "withdraw-policy", pgettext_lazy("a policy", "Withdraw"), "sims.withdraw_throttlepolicy"
    clause, transition, form = "MA15.2", "withdraw", BecauseForm
    help = _("Only before its day: once in force it explains what was throttled. The version before it goes on.")
    done = _("The version is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw it."""
        throttling.withdraw(self.obj, on=self.today, because=data["because"], actor=self.actor)


@admin.register(ThrottlePolicy)
class ThrottlePolicyAdmin(WithState, ConsoleAdmin):
    """Throttling policies: versions are added and never changed."""

    tones = TONES
    form = PolicyForm
    list_display: ClassVar = [
        "scope",
        "effective_on",
        "until",
        "counts",
        "threshold",
        "speed_kbps",
        "duration_days",
        "ends",
        "badge",
    ]
    list_filter: ClassVar = ["state", "counts"]
    autocomplete_fields: ClassVar = ["customer"]
    fields: ClassVar = [
        "customer", "item", "effective_on", "counts", "threshold_gb", "window_days", "speed_kbps", "duration_days",
        "is_over",
    ]  # fmt: skip
    dialogs: ClassVar = [WithdrawPolicy]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ThrottlePolicy]:
        """With what a list shows of each."""
        return ThrottlePolicy.objects.with_list_data()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The form is for new versions alone."""
        return super().get_fields(request, obj) if obj is None else ["withdrawn_because"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never changed."""
        return False

    @admin.display(description=_("holds for"))
    def scope(self, policy: ThrottlePolicy) -> str:
        """For whom."""
        return policy.scope

    @admin.display(description=_("threshold"), ordering="threshold_bytes")
    def threshold(self, policy: ThrottlePolicy) -> str:
        """How much in how many days."""
        return policy.threshold

    @admin.display(description=pgettext_lazy("of a policy", "until"))
    def until(self, policy: Any) -> date | None:
        """The last day of this version: the one before the next."""
        return policy.followed_on and policy.followed_on - timedelta(days=1)

    @admin.display(description=_("ends the policy"), ordering="is_over")
    def ends(self, policy: ThrottlePolicy) -> Any:
        """Whether from its day on there is no such policy."""
        return _("yes") if policy.is_over else ""

    def head(self, policy: ThrottlePolicy) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": policy.get_state_display(),
            "tone": TONES[policy.state],
            "facts": [
                (_("Holds for"), linked(policy.customer) if policy.customer else policy.scope),
                (_("Clause"), cited("MA15.2")),
                (pgettext_lazy("of a policy", "Effective on"), policy.effective_on),
                (pgettext_lazy("of a policy", "Until"), self.until(policy)),
                (_("Ends the policy"), _("yes") if policy.is_over else ""),
                (_("Counts"), policy.get_counts_display()),
                (_("Threshold"), policy.threshold),
                (_("Speed"), f"{policy.speed_kbps} kbit/s"),
                (_("Days throttled"), policy.duration_days),
            ],
        }


class AlertQueue(QueueFilter):
    """Alerts of what has reached the threshold itself."""

    queues: ClassVar = {
        "at-threshold": (_("At the threshold now"), lambda rows: rows.at_threshold(clock.business_day()))
    }


@admin.register(UsageAlert)
class UsageAlertAdmin(ReadOnlyAdmin):
    """Alerts of usage."""

    list_display: ClassVar = ["subject", "customer", "percent", "measured_volume", "reached_on", "period_last"]
    list_filter: ClassVar = [AlertQueue, "percent"]
    search_fields: ClassVar = ["line__number"]
    searched = staticmethod(searched)
    search_help_text = _("Number or telephone number of the line, or the customer by name, kana or number")
    fields: ClassVar = ["policy"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UsageAlert]:
        """With what a list shows of each."""
        return UsageAlert.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("line or contract"))
    def subject(self, alert: UsageAlert) -> str:
        """What has reached it."""
        return str(alert.line or alert.contract)

    @admin.display(description=_("customer"))
    def customer(self, alert: UsageAlert) -> str:
        """Whose usage it is."""
        return str(alert.customer)

    @admin.display(description=_("measured"), ordering="measured")
    def measured_volume(self, alert: UsageAlert) -> str:
        """What was measured."""
        return volume(alert.measured)

    def head(self, alert: UsageAlert) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Per cent of the threshold"), f"{alert.percent} %"),
                (_("Line"), line_link(alert.line)),
                (_("Contract"), linked(alert.contract)),
                (_("Customer"), linked(alert.customer)),
                (_("Policy"), linked(alert.policy)),
                (_("Reached on"), alert.reached_on),
                (_("Period from"), alert.period_first),
                (_("Period to"), alert.period_last),
            ]
        }


@admin.register(AlertWish)
class AlertWishAdmin(ConsoleAdmin):
    """Customers who wish to be told of their usage."""

    list_display: ClassVar = ["customer", "from_percent", "is_wanted"]
    list_filter: ClassVar = ["is_wanted"]
    list_select_related: ClassVar = ["customer"]
    autocomplete_fields: ClassVar = ["customer"]
    fixed_fields: ClassVar = ["customer"]
    fields: ClassVar = ["customer", "from_percent", "is_wanted"]

    def head(self, wish: AlertWish) -> dict[str, Any]:
        """Facts."""
        return {"facts": [(_("Customer"), linked(wish.customer))]}


def reached(alert: UsageAlert, today: date) -> Row:
    """What has reached its threshold in a period that goes on."""
    return Row(str(alert.line or alert.contract), change_url(alert), alert, alert.customer, alert.period_last,
               note=alert.policy.threshold)  # fmt: skip


show_at_home(
    Queue(
        "usage-alerts", _("Usage at the threshold"), Clause("MA15.2"), "sims.view_usagealert",
        listed("sims_usagealert", "at-threshold"),
        lambda day: UsageAlert.objects.at_threshold(day).with_list_data(), reached, of_party,
        _("Nothing has reached its threshold."), F("period_last"), place=80,
    )
)  # fmt: skip
show_history("sims.throttlepolicy", lambda policy: [policy])
show_history("sims.usagealert", lambda alert: [alert])
show_history("sims.alertwish", lambda wish: [wish])
