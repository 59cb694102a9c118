"""The console's home: what is to be done, by day."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from iijiot import clock
from iijiot.console.panels import Queue, queues

ROWS = 8


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the queues that this user may work on."""
    day = clock.business_day()
    context["title"] = _("Home")
    context["queues"] = [_shown(queue, day) for queue in queues() if request.user.has_perm(queue.permission)]
    return context


def _shown(queue: Queue, day: date) -> dict[str, Any]:
    rows = queue.rows(day)[:ROWS]
    return {
        "title": queue.title,
        "clause": queue.clause,
        "url": queue.url,
        "empty": queue.empty,
        "count": queue.count(day) if len(rows) == ROWS else len(rows),
        "rows": [{"row": row, "left": days_left(row.due, day)} for row in rows],
    }


def days_left(due: date | None, today: date) -> int | None:
    """Days until something is due; negative when it is late."""
    return (due - today).days if due else None


def business_day_banner(request: HttpRequest) -> dict[str, Any]:
    """For every page: the business day, and whether it is another than the calendar's (D05)."""
    day = clock.business_day()
    return {"business_day": day, "moved_clock": day != clock.today()}
