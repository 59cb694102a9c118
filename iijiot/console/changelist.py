"""Lists of the console: paged by keyset, with the columns that the reader chose, and cells written cheaply."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from unfold.views import ChangeList

from iijiot.console.bulk_choice import Choice, choice_of
from iijiot.days import fullday
from iijiot.keyset import Slice, keys_of, page
from iijiot.labels import labels_of

AFTER, BEFORE, COLUMNS = "after", "before", "columns"
EMPTY = "—"
IS_DAY = mark_safe(' class="console-day"')
NO_TICK = SafeString()
"""Of a plain string and a safe one Python makes a plain one."""


@dataclass(frozen=True)
class Pages:
    """What Django's list pages ask of a paginator; nothing is counted."""

    per_page: int
    template_name: str = "console/pagination.html"
    count: int = 0


@dataclass(frozen=True)
class Cell:
    """One value in its column."""

    label: str
    value: Any
    is_day: bool


class KeysetChangeList(ChangeList):
    """A list whose pages begin where the last one ended."""

    slice: Slice
    bulk: Choice | None = None
    """What the reader can do to a selection of these records, where that is anything."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """The filters alone, without what says where in the list one is and what it shows."""
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in (AFTER, BEFORE, COLUMNS)}

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """Links keep filters and columns, and begin the list anew unless they say where."""
        wanted = {AFTER: None, BEFORE: None, **(new_params or {})}
        return super().get_query_string(wanted, remove)

    def get_ordering_field_columns(self) -> dict[int, str]:
        """The columns by which the rows really are ordered: some queues have an order of their own."""
        if ORDER_VAR in self.params:
            columns: dict[int, str] = super().get_ordering_field_columns()
            return columns
        fields = [self.get_ordering_field(name) for name in self.list_display]
        order = [name for name in self.queryset.query.order_by if isinstance(name, str)]
        return {
            fields.index(name.removeprefix("-")): "desc" if name.startswith("-") else "asc"
            for name in order
            if name.removeprefix("-") in fields
        }

    def get_results(self, request: HttpRequest) -> None:
        """One page of rows."""
        keys = keys_of(self.model, self.queryset.query.order_by)
        after, before = request.GET.get(AFTER, ""), request.GET.get(BEFORE, "")
        rows = read_for_list(self.model_admin, self.queryset)
        self.slice = page(rows, keys, self.list_per_page, after=after, before=before)
        self.result_list = self.slice.rows
        self.result_count = len(self.result_list)
        self.full_result_count = self.result_count
        self.show_full_result_count = self.show_admin_actions = self.can_show_all = False
        self.multi_page = bool(self.slice.after or self.slice.before)
        self.paginator = Pages(self.list_per_page)
        self.bulk = choice_of(request, self) if self.result_list else None

    @property
    def first_url(self) -> str:
        """The first page, where this is another."""
        return self.get_query_string() if self.slice.before else ""

    @property
    def previous_url(self) -> str:
        """The page before."""
        return self.get_query_string({BEFORE: self.slice.before}) if self.slice.before else ""

    @property
    def next_url(self) -> str:
        """The page after."""
        return self.get_query_string({AFTER: self.slice.after}) if self.slice.after else ""

    @cached_property
    def headers(self) -> list[dict[str, Any]]:
        """The columns, with links to sort by them."""
        return list(result_headers(self))

    def written_rows(self) -> Iterator[str]:
        """The rows as HTML: hundreds of cells, too many for a template to walk."""
        ticks = self.bulk.ticks(self.result_list) if self.bulk else repeat(NO_TICK)
        for tick, row in zip(ticks, self.rows(), strict=False):
            yield tick + format_html_join(
                "",
                '<td data-label="{}"{}>{}</td>',
                ((cell.label, IS_DAY if cell.is_day else "", cell.value) for cell in row),
            )

    def rows(self) -> Iterator[list[Cell]]:
        """The rows as cells; the first links to the record."""
        labels = [str(header["text"]) for header in self.headers]
        columns = list(zip(self.list_display, labels, strict=True))
        for record in self.result_list:
            cells = [self._cell(name, label, record) for name, label in columns]
            link = format_html('<a href="{}">{}</a>', self.url_for_result(record), cells[0].value)
            yield [Cell(cells[0].label, link, cells[0].is_day), *cells[1:]]

    def _cell(self, name: Any, label: str, record: Any) -> Cell:
        try:
            field, attribute, value = lookup_field(name, record, self.model_admin)
        except ObjectDoesNotExist:
            return Cell(label, EMPTY, is_day=False)
        if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
            return Cell(label, fullday(value) or EMPTY, is_day=True)
        if field is None:
            boolean = getattr(attribute, "boolean", False)
            shown = EMPTY if value in (None, "") else display_for_value(value, EMPTY, boolean)
            return Cell(label, shown, is_day=False)
        if isinstance(field, models.ForeignKey):
            return Cell(label, str(getattr(record, field.name) or EMPTY), is_day=False)
        if isinstance(field, models.DateTimeField):
            return Cell(label, date_format(localtime(value), "Y-m-d H:i") if value else EMPTY, is_day=True)
        if field.flatchoices:
            return Cell(label, str(labels_of(field).get(value, EMPTY)), is_day=False)
        return Cell(label, display_for_field(value, field, EMPTY), is_day=False)


def read_for_list(own: Any, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """The rows of an admin's list, with no more of others than it shows."""
    fields = [field.name for field in own.model._meta.concrete_fields]
    return rows.only(*fields, *own.list_reads) if own.list_reads else rows


def chosen(asked: Sequence[str], offered: Sequence[str], usual: Sequence[str]) -> list[str]:
    """The columns asked for that are offered, in the order asked for; the usual ones where none is.

    A link says `columns=a,b`, the form sends `columns=a&columns=b`.
    """
    found = [name for name in dict.fromkeys(",".join(asked).split(",")) if name in offered]
    return found or list(usual)
