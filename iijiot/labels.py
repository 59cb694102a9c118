"""The words for stored choices, read often: lists and trees show hundreds of them on a page."""

from collections.abc import Mapping
from functools import cache
from typing import Any


@cache
def labels_of(field: Any) -> Mapping[Any, Any]:
    """The words of a field's choices, by what is stored; they speak the reader's language when they are shown."""
    return dict(field.flatchoices)


class Labelled:
    """`get_…_display()` without putting the choices together anew at each call, as Django's own does."""

    def _get_FIELD_display(self, field: Any) -> str:  # noqa: N802 - Django's name
        value = getattr(self, field.attname)
        return str(labels_of(field).get(value, "" if value is None else value))
