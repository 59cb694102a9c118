"""A list taken out as a file: the columns, order and filters on the screen, all rows of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from iijiot import access_log, clock, export
from iijiot.amounts import Sum
from iijiot.attachments import as_file
from iijiot.console.actions import staff_user
from iijiot.console.filter_words import filters_in_words
from iijiot.keyset import keys_of, page
from iijiot.labels import labels_of
from iijiot.models import AccessEvent

PERMISSION = "iijiot.export_data"
SLICE = 2000
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_list(admin: Any, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The file that a list's form asks for. Raises PermissionDenied; every file is in the access log."""
    if request.method != "POST":
        return HttpResponse(status=405)
    if not request.user.has_perm(PERMISSION) or not admin.has_view_or_change_permission(request):
        raise PermissionDenied
    form, cl = request.POST.get("form", "csv"), admin.get_changelist_instance(request)
    if form not in ("csv", "cp932", "xlsx"):
        return HttpResponseBadRequest(_("Choose one of the forms offered."))
    header = [str(label_for_field(name, admin.model, admin)) for name in cl.list_display]
    title, count = str(admin.opts.verbose_name_plural), cl.queryset.count()
    filters = filters_in_words(cl)
    access_log.note(AccessEvent.Kind.EXPORTED, request, detail=f"{title} {count} {form} {filters}")
    rows = _rows(admin, cl)
    name = f"{title}_{clock.business_day():%Y%m%d}"
    if form == "xlsx":
        about = [
            (_("Register"), title),
            (_("Filters"), filters or "—"),
            (_("Order"), ", ".join(key.path for key in keys_of(admin.model, cl.queryset.query.order_by))),
            (_("Rows"), count),
            (_("Taken out at"), localtime(clock.now())),
            (_("By"), staff_user(request).display_name),
        ]
        answer: Any = HttpResponse(export.workbook(title, header, rows, about), content_type=XLSX)
        return as_file(answer, f"{name}.xlsx", plain="export.xlsx")
    if form == "cp932":
        body, signs = export.as_cp932(header, rows), "Shift_JIS"
    else:
        body, signs = export.as_utf8(export.csv_lines(header, rows)), "utf-8"
    answer = StreamingHttpResponse(body, content_type=f"{CSV}; charset={signs}")
    return as_file(answer, f"{name}.csv", plain="export.csv")


def _rows(admin: Any, cl: Any) -> Iterator[list[export.Value]]:
    """All rows of the filter, slice by slice, so that memory does not grow with them."""
    keys, after, language = keys_of(admin.model, cl.queryset.query.order_by), "", translation.get_language()
    while True:
        found = page(cl.queryset, keys, SLICE, after=after)
        for record in found.rows:
            with translation.override(language):  # the file is sent when the page's own language has gone
                row = [_value(name, record, admin) for name in cl.list_display]
            yield row
        after = found.after
        if not after:
            return


def _value(name: Any, record: Any, admin: Any) -> export.Value:
    """What stands in a cell, as data: days, numbers and text without the page's markup."""
    try:
        field, _attribute, value = lookup_field(name, record, admin)
    except ObjectDoesNotExist:
        return None
    if isinstance(field, models.ForeignKey):
        return str(getattr(record, field.name) or "")
    if field is not None and getattr(field, "flatchoices", None):
        return str(labels_of(field).get(value, value) if value not in (None, "") else "")
    return _plain(value, told=field is None)


def _plain(value: Any, *, told: bool) -> export.Value:
    """A value as data; what a method tells may have markup (`told`)."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return localtime(value)
    if isinstance(value, Sum):
        return value.amount
    if value is None or isinstance(value, int | float) or hasattr(value, "isoformat"):
        return value
    text = strip_tags(str(value)) if told and "<" in str(value) else str(value)
    return "" if text == "—" else text
