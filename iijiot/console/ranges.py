"""Filters of lists that are typed: from a day to a day, from a sum to a sum, a month; each end may be left open."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib.admin import ListFilter
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iijiot.days import fullday
from iijiot.typed_days import read_date
from iijiot.words import Words

LONGEST = 40
MOST = 10**15


def parameters_of(known: Any) -> Sequence[str]:
    """The names by which a filter of a list is asked for in a link."""
    names = getattr(known, "parameter_names", None) or [getattr(known, "parameter_name", None)]
    return [name for name in names if name]


class TypedFilter(ListFilter):
    """Values that are typed into a form of their own; what cannot be read is told there, and finds nothing."""

    template = "console/filter_typed.html"
    parameter_names: ClassVar[Sequence[str]]
    labels: ClassVar[Sequence[Words]]
    rows: ClassVar[str]
    """The queryset's method that takes the values."""
    input_type: ClassVar[str] = "text"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.request = request
        for name in self.parameter_names:
            if name in params:
                values = params.pop(name)
                self.used_parameters[name] = str(values[-1] if isinstance(values, list) else values)[:LONGEST]
        self.error = ""
        self.values: list[Any] = []
        try:
            self.values = [self.read(typed) if typed else None for typed in self.typed]
        except (ValidationError, ValueError) as error:
            self.error = " ".join(getattr(error, "messages", [])) or self.unread()

    @property
    def typed(self) -> list[str]:
        """What was typed, one for each parameter."""
        typed = [str(self.used_parameters.get(name, "")) for name in self.parameter_names]
        return [unicodedata.normalize("NFKC", text).strip() for text in typed]

    def read(self, typed: str) -> Any:
        """A value as it was typed. Raises ValueError or ValidationError."""
        raise NotImplementedError

    def unread(self) -> str:
        """What is said where it cannot be read."""
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        """A value as people read it."""
        return str(value)

    def has_output(self) -> bool:
        """Always: there is nothing to choose from, it is typed."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """The names in a link."""
        return list(self.parameter_names)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The form, and in words what was typed into it."""
        kept = changelist.get_filters_params()
        own = [
            (name, value)
            for name, values in kept.items()
            if name not in self.parameter_names
            for value in (values if isinstance(values, list) else [values])
        ]
        fields = list(zip(self.parameter_names, self.labels, self.typed, strict=True))
        asked = any(self.typed)
        yield {
            "selected": not asked,
            "display": _("All"),
            "fields": fields,
            "input_type": self.input_type,
            "error": self.error,
            "asked": asked,
            "kept": [*own, *([("q", changelist.query)] if changelist.query else [])],
            "without": changelist.get_query_string(remove=list(self.parameter_names)),
        }
        if asked:
            shown = [self.shown(value) if value is not None else "" for value in self.values] or self.typed
            yield {"selected": True, "display": " – ".join(shown) if len(shown) > 1 else shown[0]}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows within what was typed; none where it cannot be read."""
        if self.error:
            return queryset.none()
        if not any(self.typed):
            return queryset
        found: QuerySet[Any] = getattr(queryset, self.rows)(*self.values)
        return found


class DayRange(TypedFilter):
    """From a day to a day, both included."""

    labels = (gettext_lazy("From day"), gettext_lazy("To day"))
    input_type = "date"

    def read(self, typed: str) -> date:
        """The day."""
        return read_date(typed)

    def unread(self) -> str:
        """How days are written."""
        return _("Write days as 2026-12-25.")

    def shown(self, value: Any) -> str:
        """With its weekday."""
        return fullday(value)


class YenRange(TypedFilter):
    """From a sum to a sum, both included; with or without separators."""

    labels = (gettext_lazy("From sum"), gettext_lazy("To sum"))

    def read(self, typed: str) -> int:
        """The sum in yen; a triangle stands for what is below zero."""
        plain = typed.replace(",", "").replace("円", "").replace("¥", "").replace("▲", "-").replace("−", "-")
        value = int(plain)
        if abs(value) > MOST:
            raise ValueError(typed)
        return value

    def unread(self) -> str:
        """How sums are written."""
        return _("Write sums in digits, such as 110,000.")

    def shown(self, value: Any) -> str:
        """With separators."""
        return _("%(sum)s yen") % {"sum": f"{value:,}"}
