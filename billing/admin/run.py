"""Billing runs: a month is closed, computed by the workers, looked at, and issued; what was set aside is looked at here."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from billing import closing, issuing
from billing.admin.closing_page import close_view
from billing.admin.figures import figures_view
from billing.models import BillingRun
from billing.models.run import STAGE_TONES
from billing.months import Month
from contracts.admin.shared import QueueFilter
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url, staff_user
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Queue, Row, listed, show_at_home
from iijiot.rules import Unmet
from iijiot.searching import Query
from iijiot.templatetags.console import badge

CLOSE, ISSUE = "billing.close_month", "billing.issue_invoice"


class AnotherRound(ConsoleAction):
    """締め処理の再実行 (G30.2)"""

    slug, label, permission, clause = "close-again", _("Compute once more"), CLOSE, "G30.2"
    plan_template, plan_at_once = "console/plan_close.html", True
    help = _("What has its document is passed over; what was set aside is tried again; what is new is made.")
    done = _("The run is under way.")

    def why_not(self) -> Sequence[Unmet]:
        """Not while drafts of an earlier month wait."""
        return closing.why_not_closed(Month.of(self.obj.month))

    def plan(self, data: dict[str, Any]) -> closing.ClosePlan:
        """What the round would come to."""
        return closing.plan_close(Month.of(self.obj.month))

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Plan the round and hand its chunks out."""
        closing.close(plan, actor=self.actor, user=staff_user(self.request))


class IssueRun(ConsoleAction):
    """請求書の発行 (G33, G37)"""

    slug, label, permission, clause, tone = "issue-run", _("Issue the drafts"), ISSUE, "G33", "primary"
    plan_template, plan_at_once = "console/plan_issue.html", True
    help = _("The drafts get their numbers, days and recipients at one stroke. PDFs and mails follow by themselves.")
    done = _("The drafts are issued. The PDFs are being made and sent.")

    def why_not(self) -> Sequence[Unmet]:
        """Only once the run is done and adds up."""
        return issuing.why_not_issued(self.obj)

    def plan(self, data: dict[str, Any]) -> issuing.IssuePlan:
        """What would be issued."""
        return issuing.plan_issue(self.obj, self.today)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Issue them."""
        issuing.issue(plan, actor=self.actor)


def searched(rows: Any, query: Query) -> QuerySet[BillingRun]:
    """The run of the month that was typed; none for what is no month."""
    try:
        months = [Month.written(query.typed).first]
    except ValueError:
        months = []
    found: QuerySet[BillingRun] = rows.of_months(months)
    return found


class RunQueue(QueueFilter):
    """Runs by what is to be done."""

    queues: ClassVar = {
        "to-issue": (_("Drafts to issue"), lambda rows: rows.to_issue()),
        "under-way": (_("Under way"), lambda rows: rows.under_way()),
    }


@admin.register(BillingRun)
class BillingRunAdmin(ReadOnlyAdmin):
    """Closings of months."""

    list_display: ClassVar = ["of_month", "facts_as_of", "rounds", "drafts", "issued", "aside", "started_by", "badge"]
    list_filter: ClassVar = [RunQueue]
    search_fields: ClassVar = ["month"]
    searched = staticmethod(searched)
    search_help_text = _("Month, such as 2026-11")
    list_before_template = "console/runs_before.html"
    fields: ClassVar = ["month"]
    dialogs: ClassVar = [AnotherRound, IssueRun]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BillingRun]:
        """With how far each is."""
        return BillingRun.objects.with_list_data().order_by("-month")

    def get_urls(self) -> list[Any]:
        """Closing a month that has no run yet, how far a run is, and figures."""
        view = self.admin_site.admin_view
        return [
            path("close/", view(self.close_view), name="billing_billingrun_close"),
            path("figures/", view(self.figures_view), name="billing_billingrun_figures"),
            path("<path:object_id>/progress/", view(self.progress_view), name="billing_billingrun_progress"),
            *super().get_urls(),
        ]

    def close_view(self, request: HttpRequest) -> HttpResponse:
        """Close a month."""
        if not request.user.has_perm(CLOSE):
            raise PermissionDenied
        return close_view(self, request)

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """Revenue, arrears and the latest run in figures."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return figures_view(self, request)

    def progress_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How far a run is, as data for the page's script."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405)
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        told = closing.statement(run)
        counts = {name: f"{getattr(told, name):,}" for name in ("expected", "made", "there", "aside", "beyond", "left")}
        answer = {"over": told.is_done, "tried": told.chunks - told.left, "counts": counts}
        return JsonResponse(answer, headers={"Cache-Control": "no-store"})

    @admin.display(description=_("month"), ordering="month")
    def of_month(self, run: BillingRun) -> str:
        """The month that is closed."""
        return str(run)

    @admin.display(description=_("drafts"))
    def drafts(self, run: Any) -> int:
        """Drafts that wait to be issued."""
        found: int = run.drafts
        return found

    @admin.display(description=_("issued documents"))
    def issued(self, run: Any) -> int:
        """Documents that went out."""
        found: int = run.issued
        return found

    @admin.display(description=_("set aside"))
    def aside(self, run: Any) -> int:
        """Management units that wait for a look."""
        found: int = run.aside
        return found

    @admin.display(description=_("state"))
    def badge(self, run: BillingRun) -> str:
        """How far it is, in its colour."""
        return badge(run.stage.label, STAGE_TONES[run.stage])

    def head(self, run: BillingRun) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": run.stage.label,
            "tone": STAGE_TONES[run.stage],
            "facts": [
                (_("Month"), str(run)),
                (_("Facts as of"), run.facts_as_of),
                (_("Rounds"), str(run.rounds)),
                (_("Started by"), run.started_by.display_name if run.started_by else ""),
            ],
            "links": [(_("Figures"), reverse("admin:billing_billingrun_figures"))],
        }


def to_issue(run: Any, today: date) -> Row:
    """A run whose drafts wait."""
    note = ngettext("%(n)s draft", "%(n)s drafts", run.drafts) % {"n": f"{run.drafts:,}"}
    return Row(str(run), change_url(run), run, note=note, next=IssueRun.slug)


show_history("billing.billingrun", lambda run: [run])
show_at_home(
    Queue(
        "runs",
        _("Invoices to issue"),
        Clause("G33"),
        ISSUE,
        listed("billing_billingrun", "to-issue"),
        waiting=lambda day: BillingRun.objects.to_issue(),
        row=to_issue,
        empty=_("No draft waits to be issued."),
        place=66,
    )
)
