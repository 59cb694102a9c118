"""Letters on paper as the console gives them: to look at, to print, to keep as PDF."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from contracts import printing
from contracts.models import Notice
from contracts.printing import NotPrinted, Sheet
from iijiot import access_log
from iijiot.attachments import as_file
from iijiot.console.actions import change_url
from iijiot.models import AccessEvent

METHODS = ("GET", "HEAD")


def print_view(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """A letter as the browser prints it."""
    if request.method not in METHODS:
        return HttpResponse(status=405)
    answer = TemplateResponse(request, "letters/print.html", {"sheet": sheet})
    answer["Cache-Control"] = "no-store"
    return answer


def pdf(request: HttpRequest, sheet: Sheet, back: str, name: str) -> HttpResponse:
    """A letter as PDF to keep; where it can't be made, back to its page with the reason."""
    if request.method not in METHODS:
        return HttpResponse(status=405)
    try:
        made = printing.pdf(sheet)
    except NotPrinted as failure:
        messages.error(request, str(failure))
        return HttpResponseRedirect(back)
    return as_file(HttpResponse(made, content_type="application/pdf"), f"{name}.pdf", plain=f"{sheet.number}.pdf")


def notice_on_paper(request: HttpRequest, notice: Notice, form: str) -> HttpResponse:
    """A notice to a customer, in the form asked for; that it was taken out is in the access log."""
    sheet = printing.sheet_of(notice)
    if form == "pdf":
        answer = pdf(request, sheet, change_url(notice), _("Notice_%(number)s") % {"number": notice.number})
    else:
        answer = print_view(request, sheet)
    if request.method == "GET" and answer.status_code == 200:
        note = f"{notice.number} {notice.customer.number} {form}"
        access_log.note(AccessEvent.Kind.EXPORTED, request, detail=note)
    return answer
