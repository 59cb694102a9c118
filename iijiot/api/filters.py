"""What lists can be narrowed by: days as programs write them, and public ids."""

import re
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from iijiot.api.ids import PublicId

NOBODYS = "-"
"""A number that no record has."""


class DayField(forms.DateField):
    """A day: 2026-12-25."""

    def to_python(self, value: Any) -> Any:
        """The day. Raises a sentence for anything that is written in another way."""
        if value and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value), re.ASCII):
            raise forms.ValidationError(_("Give a day as in 2026-12-25."), code="invalid")
        return super().to_python(value)


class DayFilter(django_filters.DateFilter):
    """A day: 2026-12-25."""

    field_class = DayField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class IdField(forms.CharField):
    """A public id, read as the number of its record."""

    def __init__(self, *, ids: PublicId, **kwargs: Any) -> None:
        self.ids = ids
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The number; that of nobody for nonsense and for the id of something else."""
        public = super().clean(value)
        return self.ids.number(public) or NOBODYS if public else ""


class IdFilter(django_filters.Filter):
    """Those that belong to the record with a public id; nonsense is of none."""

    field_class = IdField

    def __init__(self, ids: PublicId, field_name: str) -> None:
        super().__init__(field_name=field_name, ids=ids)
