"""Fields that need a permission beside that to see the record: in no column, filter or version without it."""

from typing import Any

from django.http import HttpRequest

from iijiot.records import RecordedModel


def hidden_from(request: HttpRequest | None, model: Any) -> set[str]:
    """The fields of a kind of record that whoever asks may not see; all that are guarded where nobody asks."""
    if not issubclass(model, RecordedModel):
        return set()
    return model.hidden_from(request.user) if request else set(model.GUARDED)


def columns_for(request: HttpRequest, admin: Any) -> list[str]:
    """Every column that a list can show to somebody: the usual ones, and those that are shown on choice."""
    offered = dict.fromkeys([*admin.list_display, *admin.further_columns])
    hidden = hidden_from(request, admin.model)
    shown_by = {name: getattr(getattr(admin, name, None), "admin_order_field", None) for name in offered}
    return [name for name in offered if not {name, shown_by[name]} & hidden]
