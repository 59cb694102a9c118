"""What the page of a billing run shows: how far it is, what it came to, against the month before, what to look at."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing import charting, closing
from billing.admin.set_aside import LET_THROUGH, LetThrough
from billing.models import BillingRun, Invoice, InvoiceKind, InvoiceState, SetAside
from billing.models.run import ASIDE_TONES
from billing.months import Month
from iijiot.clauses import Clause
from iijiot.console.actions import action_url
from iijiot.console.panels import Panel, show_on

SHOWN = 50
LARGEST = 10


def so_far(request: HttpRequest, run: BillingRun) -> dict[str, Any]:
    """Chunks that are done, and the closing statement as it stands."""
    told = closing.statement(run)
    return {
        "told": told,
        "done": told.chunks - told.left,
        "is_running": not told.is_done,
        "progress_url": reverse("admin:billing_billingrun_progress", args=[run.pk]),
        "beyond": f"{_register(run)}&kind__exact={InvoiceKind.CREDIT_NOTE}",
    }


def _register(run: BillingRun) -> str:
    return f"{reverse('admin:billing_invoice_changelist')}?run__id__exact={run.pk}"


def documents(request: HttpRequest, run: BillingRun) -> dict[str, Any]:
    """Its documents by kind and state, each with the way to the list."""
    rows = [
        {
            "kind": InvoiceKind(kind).label,
            "state": InvoiceState(state).label,
            "many": many,
            "sums": (net, tax, total),
            "url": f"{_register(run)}&kind__exact={kind}&state__exact={state}",
        }
        for kind, state, many, net, tax, total in Invoice.objects.of_run(run).by_kind()
    ]
    return {"rows": rows, "drafts": f"{_register(run)}&queue=drafts"}


def against_before(request: HttpRequest, run: BillingRun) -> dict[str, Any]:
    """By service and kind of fee against the month before, and the invoices that changed most."""
    month = Month.of(run.month)
    rows = charting.compared(month)
    return {
        "rows": rows,
        "month": month,
        "before": month.previous,
        "now_sum": sum(row.now for row in rows),
        "before_sum": sum(row.before for row in rows),
        "largest": Invoice.objects.standing().of_run(run).most_changed(month.previous.first, LARGEST),
    }


def asides(request: HttpRequest, run: BillingRun) -> dict[str, Any]:
    """What was set aside, what is to be looked at first."""
    may = request.user.has_perm(LET_THROUGH)
    rows = list(SetAside.objects.of_run(run).with_list_data()[:SHOWN])
    return {
        "rows": [
            {
                "aside": aside,
                "clause": Clause(aside.clause),
                "tone": ASIDE_TONES[aside.state],
                "act": action_url(aside, LetThrough) if may and LetThrough.can(aside) else "",
            }
            for aside in rows
        ],
        "all_asides": f"{reverse('admin:billing_setaside_changelist')}?run__id__exact={run.pk}",
    }


show_on("billing.billingrun", Panel(_("Closing statement"), "console/panel_run.html", so_far, "statement", 10))
show_on("billing.billingrun", Panel(_("Set aside"), "console/panel_asides.html", asides, "asides", 20))
show_on("billing.billingrun", Panel(_("Documents"), "console/panel_documents_of_run.html", documents, "documents", 30))
show_on(
    "billing.billingrun",
    Panel(_("Against the month before"), "console/panel_compared.html", against_before, "compared", 40),
)
