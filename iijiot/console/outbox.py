"""The outbox in the console: mails as they would have left, on a machine for trying out."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from iijiot import outbox

SEE = "contracts.view_notice"


def page(request: HttpRequest) -> HttpResponse:
    """The latest mails. Raises Http404 where mails are really sent."""
    _need(request)
    context = {"title": _("Outbox"), "mails": outbox.latest(), "most": outbox.MOST}
    return TemplateResponse(request, "console/outbox.html", {**admin.site.each_context(request), **context})


def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as text. Raises Http404 for what is not in the outbox."""
    _need(request)
    mails = outbox.found(name)
    if not mails:
        raise Http404
    context = {"title": mails[0].subject or _("Mail"), "mails": mails}
    return TemplateResponse(request, "console/outbox_mail.html", {**admin.site.each_context(request), **context})


def _need(request: HttpRequest) -> None:
    if outbox.folder() is None:
        raise Http404
    if not request.user.has_perm(SEE):
        raise PermissionDenied
