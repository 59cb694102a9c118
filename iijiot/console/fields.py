"""Form fields as people at the console type: full width or half, with slashes, or in the Japanese era."""

import unicodedata
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminTextareaWidget

from iijiot.typed_days import read_date
from iijiot.typed_text import PlainTextField as PlainTextField
from iijiot.typed_text import plain_text as plain_text


class DateInput(forms.DateInput):
    """The browser's own date picker, which also takes typing."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": " ".join([*INPUT_CLASSES, "max-w-xs"]), **(attrs or {})}, format="%Y-%m-%d")


class ConsoleDateField(forms.DateField):
    """A day; see `read_date`."""

    widget = DateInput

    def __init__(self, *, widget: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """Read what was typed."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else read_date(str(value))


class TimeInput(forms.TimeInput):
    """A time of day, which the browser lets type or choose."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": " ".join([*INPUT_CLASSES, "max-w-xs"]), **(attrs or {})}, format="%H:%M")


class ConsoleTimeField(forms.TimeField):
    """A time of day, full width or half."""

    widget = TimeInput

    def to_python(self, value: Any) -> time | None:
        """Read what was typed."""
        return super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)


class ConsoleDateTimeField(forms.SplitDateTimeField):
    """A moment in Tokyo: a day as `read_date` takes it, and a time of day."""

    def __init__(self, **kwargs: Any) -> None:
        forms.MultiValueField.__init__(self, (ConsoleDateField(), ConsoleTimeField()), **kwargs)
        for part, name in zip(getattr(self.widget, "widgets", ()), (_("Day"), _("Time of day")), strict=False):
            part.attrs["aria-label"] = name


class SentencesField(PlainTextField):
    """A sentence or a few, in a box of so many lines."""

    def __init__(self, *, rows: int = 2, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}), **kwargs)
