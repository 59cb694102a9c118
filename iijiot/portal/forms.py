"""Forms of the portal: labels above, errors beside their fields, and nothing taken that the form does not show."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from iijiot.typed_days import read_date
from iijiot.typed_text import PlainTextField


class DayInput(forms.DateInput):
    """The browser's own date picker, which also takes typing."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day; see `read_date`."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        """Read what was typed."""
        if value in self.empty_values:
            return None
        return value if isinstance(value, date) else read_date(str(value))


class TextField(PlainTextField):
    """A line of text."""


class SentencesField(PlainTextField):
    """A sentence or a few."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": rows}), **kwargs)


class MailField(forms.EmailField):
    """A mail address of one person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)
        self.widget.attrs["autocomplete"] = "off"


class PasswordField(forms.CharField):
    """The password once more, before what binds the customer."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput({"autocomplete": "current-password"})
        super().__init__(widget=widget, strip=False, max_length=1000, **kwargs)


class PortalForm(forms.Form):
    """A form of the portal."""

    required_css_class = "is-required"
    use_required_attribute = False

    def not_shown(self, sent: QueryDict, files: Iterable[str], beside: Iterable[str]) -> list[str]:
        """The names of what was sent although neither the form nor the page beside it shows such a field (X28)."""
        known = {"csrfmiddlewaretoken", *beside}
        for field in self:
            parts = getattr(field.field.widget, "widgets_names", [""])
            known |= {f"{field.html_name}{part}" for part in parts}
        return sorted({*sent, *files} - known)
