"""Every kind of record there is."""

from functools import cache

from django.apps import apps

from iijiot.records import RecordedModel


@cache
def recorded_models() -> tuple[type[RecordedModel], ...]:
    """Every concrete kind of record, in the order of the apps."""
    return tuple(model for model in apps.get_models() if issubclass(model, RecordedModel))
