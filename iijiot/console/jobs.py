"""The page of jobs: what waits, runs and failed, and a second chance for what failed."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from iijiot import job_queue
from iijiot.console.actions import change_url, staff_actor

SEE, RETRY = "iijiot.view_jobfailure", "iijiot.retry_job"


def page(request: HttpRequest) -> HttpResponse:
    """Jobs by kind, those that failed with the last error, those that are tried again, those under way."""
    _need(request, SEE)
    queue = job_queue.jobs()
    context = {
        "title": _("Jobs"),
        "kinds": job_queue.kinds(),
        "failed": _with_links(queue.failed()),
        "again": _with_links(queue.to_try_again()),
        "running": _with_links(queue.running()),
        "retried": job_queue.retried(),
        "most": job_queue.MOST,
        "alive": job_queue.is_worker_alive(),
        "last_sign": job_queue.last_sign_of_life(),
        "may_retry": request.user.has_perm(RETRY),
    }
    return TemplateResponse(request, "console/jobs.html", {**admin.site.each_context(request), **context})


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a failed job run again; done once, however often it is sent."""
    _need(request, RETRY)
    if job_queue.retry(pk, actor=staff_actor(request)):
        messages.success(request, _("The job runs again as soon as a worker is free."))
    else:
        messages.error(request, _("This job has not failed, or runs again already."))
    return HttpResponseRedirect(reverse("jobs"))


def _with_links(rows: job_queue.JobQuerySet) -> list[dict[str, object]]:
    return [
        {"job": told.job, "label": told.label, "subject": told.subject, "url": _url(told.subject)}
        for told in job_queue.shown(rows)
    ]


def _url(subject: object) -> str:
    return change_url(subject) if subject is not None and admin.site.is_registered(type(subject)) else ""  # type: ignore[arg-type]


def _need(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied
