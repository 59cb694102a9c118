"""The state of a record, which transitions alone change."""

from typing import Any

import django_fsm


class StateField(django_fsm.FSMField):
    """A protected state; to migrations a plain text, as no transition runs there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"protected": True, **kwargs})

    def deconstruct(self) -> Any:
        """As the column that it is."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs
