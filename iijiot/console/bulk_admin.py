"""Runs of bulk acts at the console: what was selected, what would happen, how far each is, what was refused."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from iijiot import bulk_work, clock
from iijiot.bulk_runs import TONES, BulkRun
from iijiot.bulk_work import Foreseen
from iijiot.clauses import Clause
from iijiot.console import bulk_pages
from iijiot.console.actions import ConsoleAction, action_url, change_url, staff_user
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.bulk_choice import START
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, show_at_home, show_on
from iijiot.proposals import needs_two
from iijiot.rules import RuleViolation, Unmet, unmet
from iijiot.templatetags.console import badge

PAGING = "refused_after"


class OfRun(ConsoleAction):
    """What the dialogs of a run share: they are for whoever may do its act."""

    permission, clause = "iijiot.run_bulkrun", "G5.3"

    def why_not(self) -> Sequence[Unmet]:
        """The run's own reasons, and whether the user may do its act."""
        return unmet(getattr(self.obj, self.transition)) or self.obj.why_not_by(self.request.user)


class StartRun(OfRun):
    """一括処理の実行 (G5.3)"""

    slug, label, transition, tone = START, _("Carry out the bulk act"), "start", "primary"
    plan_template = "console/plan_bulk.html"
    done = _("It is under way. You may close this page; what was refused stands here in the end.")

    def __init__(self, obj: BulkRun, request: HttpRequest) -> None:
        super().__init__(obj, request)
        self.needs_second = needs_two(obj.permission)
        try:
            self.act = obj.bulk_act
        except RuleViolation:
            return
        own = {name: getattr(self.act, name) for name in ("form", "label", "help", "clause")}
        at_once = not any(field.required for field in self.act.form.base_fields.values())
        self.__dict__.update(own, permission=obj.permission, plan_at_once=at_once)

    def why_not(self) -> Sequence[Unmet]:
        """While it is prepared, and this version of the software knows its act."""
        try:
            _known = self.obj.bulk_act
        except RuleViolation as gone:
            return gone.unmet
        return super().why_not()

    def initial(self) -> dict[str, Any]:
        """What the act's own form shows at first."""
        return self.act.initial()

    def plan(self, data: dict[str, Any]) -> Foreseen:
        """The dry run."""
        posted = self.request.POST
        after = posted.get(PAGING, "")
        typed = {name: posted.getlist(name) for name in self.form.base_fields if name in posted}
        typed = typed if self.request.method == "POST" else {}
        return bulk_work.foresee(self.obj, data, typed, int(after) if after.isdecimal() and len(after) < 19 else 0)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Begin it."""
        bulk_work.start(
            self.obj, typed=plan.typed, reason=str(data.get("reason") or ""), could=plan.can,
            by=staff_user(self.request), at=clock.now(), actor=self.actor,
        )  # fmt: skip


class CancelRun(OfRun):
    """一括処理の中止 (G5.3)"""

    slug, label, transition = "cancel-bulk-run", _("Stop the bulk run"), "cancel"
    help = _("No further part is begun. What is done stays done.")
    done = _("The bulk run is stopped.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Stop it."""
        bulk_work.cancel(self.obj, by=staff_user(self.request), at=clock.now(), actor=self.actor)


class GoOn(OfRun):
    """一括処理の再開 (G5.3)"""

    slug, label, transition, tone = "go-on-bulk-run", _("Let the bulk run go on"), "go_on", "primary"
    help = _("It goes on where it failed. Look at the reason first.")
    done = _("The bulk run goes on.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Let it go on."""
        bulk_work.go_on(self.obj, by=staff_user(self.request), actor=self.actor)


class SelectAgain(OfRun):
    """実行されなかったものの再選択 (G5.3)"""

    slug, label = "select-bulk-run-again", _("Select again what was not done")
    help = _("What was refused, and what it did not come to. What would happen is shown before it is carried out.")
    seen_at_once = "it only selects records; what would be done to them is shown next"
    done = _("Selected. Look at what would happen.")

    def why_not(self) -> Sequence[Unmet]:
        """While it is under way, and where it was done to all; whether the user may do its act."""
        return bulk_work.why_not_again(self.obj) or self.obj.why_not_by(self.request.user)

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What was selected for the same act since: a second click finds there what the first selected."""
        return [BulkRun.objects.prepared_after(self.obj)]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> BulkRun:
        """Select them."""
        user = staff_user(self.request)
        return bulk_work.select_again(self.obj, user=user, on=self.today, actor=self.actor)

    def after(self, result: BulkRun) -> str:
        """To what would happen."""
        return action_url(result, StartRun)


@admin.register(BulkRun)
class BulkRunAdmin(ReadOnlyAdmin):
    """Runs of bulk acts."""

    list_display: ClassVar = ["number", "act_words", "title", "selected_by", "selected_on", "finished_at", "badge"]
    list_filter: ClassVar = ["state"]
    search_fields: ClassVar = ["number__exact"]
    search_help_text = _("Number")
    list_select_related: ClassVar = ["selected_by"]
    fields: ClassVar = ["reason"]
    dialogs: ClassVar = [StartRun, CancelRun, GoOn, SelectAgain]

    def get_urls(self) -> list[Any]:
        """How far a run is, and its report as a file."""
        view = self.admin_site.admin_view
        return [
            path("<int:object_id>/progress/", view(self.progress_view), name="iijiot_bulkrun_progress"),
            path("<int:object_id>/report/", view(self.report_view), name="iijiot_bulkrun_report"),
            *super().get_urls(),
        ]

    def progress_view(self, request: HttpRequest, object_id: int) -> Any:
        """How far it is, for the page that shows it."""
        return bulk_pages.progress(self, request, object_id)

    def report_view(self, request: HttpRequest, object_id: int) -> Any:
        """What became of each record, or would, as a file."""
        return bulk_pages.report(self, request, object_id)

    @admin.display(description=_("state"), ordering="state")
    def badge(self, run: BulkRun) -> str:
        """The state in its colour."""
        return badge(run.get_state_display(), TONES[run.state])

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkRun]:
        """With what a list shows of each."""
        return BulkRun.objects.with_list_data().order_by("-pk")

    def head(self, run: BulkRun) -> dict[str, Any]:
        """State and facts."""
        act = reverse("act", args=[run.chapter]) if run.chapter else ""
        return {
            "state": run.get_state_display(),
            "tone": TONES[run.state],
            "facts": [
                (_("Number"), run.number),
                (_("Act"), run.act_words),
                (_("Clause"), run.clause_value.citation),
                (_("Selection"), run.title),
                (_("Reason"), run.reason),
                (_("Selected by"), run.selected_by.display_name),
                (_("Selected on"), run.selected_on),
                (_("Begun by"), run.who),
                (_("Begun at"), run.started_at),
                (_("Finished at"), run.finished_at),
                (_("Failed because"), run.failure),
                (_("In the history"), format_html('<a href="{}">{}</a>', act, _("all that it did")) if act else ""),
            ],
        }


def failed(run: BulkRun, today: date) -> Row:
    """A run that failed and waits for somebody to look at it."""
    return Row(str(run), change_url(run), run, due=run.selected_on, note=run.failure, next=GoOn.slug)


show_on("iijiot.bulkrun", Panel(_("What has been done"), "console/panel_bulk.html", bulk_pages.so_far, "so-far", 10))
show_history("iijiot.bulkrun", lambda run: [run])
show_at_home(
    Queue(
        "bulk-runs",
        _("Bulk runs that failed"),
        Clause("G5.3"),
        "iijiot.run_bulkrun",
        format_lazy("{}?state__exact=failed", reverse_lazy("admin:iijiot_bulkrun_changelist")),  # type: ignore[arg-type]
        lambda day: BulkRun.objects.failed().with_list_data(),
        failed,
        None,
        _("No bulk run has failed."),
        F("selected_on"),
        place=90,
    )
)
