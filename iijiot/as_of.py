"""How records stood at a moment, read from their history."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from iijiot.lookups import history_of
from iijiot.records import RecordedModel


def versions_at(model: type[RecordedModel], moment: datetime) -> QuerySet[Any]:
    """The version of each record of a kind that stood at a moment; those made later are not among them."""
    rows = history_of(model).filter(history_date__lte=moment)
    return rows.order_by("id", "-history_id").distinct("id")


def version_at(record: RecordedModel, moment: datetime) -> Any:
    """The version of one record that stood at a moment; None where it was not recorded yet."""
    return versions_at(type(record), moment).filter(id=record.pk).first()


def version_after(version: Any) -> Any:
    """The version by which this one was replaced; None for the present one."""
    later = history_of(version.instance_type).filter(id=version.id, history_id__gt=version.history_id)
    return later.order_by("history_id").first()
