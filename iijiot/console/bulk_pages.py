"""What a run's page shows while it is under way and afterwards, and its report, row by row, as a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from iijiot import access_log, bulk_work, export
from iijiot.attachments import as_file
from iijiot.bulk_runs import BulkRun, State
from iijiot.console.actions import change_url
from iijiot.models import AccessEvent
from iijiot.rules import RuleViolation

PAGE = 50
SLICE = 1000


def of(admin: Any, request: HttpRequest, pk: int) -> BulkRun:
    """The run. Raises PermissionDenied for whoever may not see it, Http404 where there is none."""
    if not admin.has_view_or_change_permission(request):
        raise PermissionDenied
    run = BulkRun.objects.among([pk]).first()
    if run is None:
        raise Http404
    return run


def progress(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, as data for the page's script."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405)
    run = of(admin, request, pk)
    reached = run.reached
    return JsonResponse(
        {
            "over": run.state != State.RUNNING,
            "tried": reached.tried,
            "counts": {"done": f"{reached.done:,}", "refused": f"{reached.refused:,}", "left": f"{reached.left:,}"},
        },
        headers={"Cache-Control": "no-store"},
    )


def so_far(request: HttpRequest, run: BulkRun) -> dict[str, Any]:
    """Counts, and a page of what was refused and why."""
    asked = request.GET.get("refused_after", "")
    after = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    refusals = list(run.refusals.after(after)[: PAGE + 1])
    shown = refusals[:PAGE]
    records = run.model._base_manager.in_bulk({refusal.record_id for refusal in shown})
    return {
        "run": run,
        "reached": run.reached,
        "is_running": run.state == State.RUNNING,
        "refusals": [
            {"record": records[r.record_id], "url": change_url(records[r.record_id]), "refusal": r} for r in shown
        ],
        "next": shown[-1].record_id if len(refusals) > PAGE else None,
        "progress_url": reverse("admin:iijiot_bulkrun_progress", args=[run.pk]),
        "report_url": reverse("admin:iijiot_bulkrun_report", args=[run.pk]),
    }


def report(admin: Any, request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The report as a CSV file; before the run begins, of what it would do by what is typed. It stands in the access log."""
    if request.method != "POST":
        return HttpResponse(status=405)
    run = of(admin, request, pk)
    try:
        rows = _foreseen(run, request) if run.state == State.PREPARED else _done(run)
    except (ValidationError, RuleViolation):
        return HttpResponseRedirect(f"{change_url(run)}")
    access_log.note(AccessEvent.Kind.EXPORTED, request, detail=f"{run.number} {run.count}")
    header = [str(run.model._meta.verbose_name), _("Result"), _("Reason"), _("Clause")]
    language = translation.get_language()
    body = export.as_utf8(export.csv_lines(header, _in(language, rows)))
    answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    return as_file(answer, f"{run.number}.csv", plain=f"{run.number}.csv")


def _in(language: str | None, rows: Iterator[list[export.Value]]) -> Iterator[list[export.Value]]:
    """Rows in a language: the file is sent when the page's own has gone."""
    while True:
        with translation.override(language):
            row = next(rows, None)
        if row is None:
            return
        yield row


def _foreseen(run: BulkRun, request: HttpRequest) -> Iterator[list[export.Value]]:
    """What would become of every record, and why it refuses some."""
    act, ids = run.bulk_act, run.ids()
    data = act.cleaned(dict(request.POST.lists()))
    refused = set(bulk_work.cannot(act, ids, data))

    def rows() -> Iterator[list[export.Value]]:
        for part in _parts(ids):
            names = run.model._base_manager.in_bulk(part)
            told = {record.pk: why for record, why in act.reasons([pk for pk in part if pk in refused], data)}
            for pk in part:
                if pk not in told:
                    yield [str(names[pk]), _("possible"), "", ""]
                for reason in told.get(pk, ()):
                    yield [str(names[pk]), _("not possible"), str(reason.remedy), reason.clause.citation]

    return rows()


def _done(run: BulkRun) -> Iterator[list[export.Value]]:
    """What became of every record, in the order in which they are done."""
    ids, tried = run.ids(), run.reached.tried
    for place, part in enumerate(_parts(ids)):
        why = _reasons(run, part)
        names: Mapping[int, Any] = run.model._base_manager.in_bulk(part)
        for number, pk in enumerate(part, place * SLICE):
            if number >= tried:
                yield [str(names[pk]), _("not reached"), "", ""]
            elif pk not in why:
                yield [str(names[pk]), _("done"), "", ""]
            for refusal in why.get(pk, ()):
                yield [str(names[pk]), _("not possible"), refusal.why, refusal.clause]


def _reasons(run: BulkRun, part: Sequence[int]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for refusal in run.refusals.of_records(part):
        found.setdefault(refusal.record_id, []).append(refusal)
    return found


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), SLICE):
        yield ids[first : first + SLICE]
