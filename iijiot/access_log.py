"""The access log: who came in, who was refused, who took data out."""

from typing import Any

from django.http import HttpRequest

from iijiot import clock
from iijiot.models import AccessEvent, User


def note(kind: AccessEvent.Kind, request: HttpRequest | None, *, who: str = "", detail: Any = "") -> AccessEvent:
    """Write one line: of the request's user, or of `who` where nobody is logged in. Call it outside what may roll back."""
    user = getattr(request, "user", None)
    known = user if isinstance(user, User) else None
    return AccessEvent.objects.create(
        at=clock.now(),
        kind=kind,
        user_id=known.pk if known else None,
        who=(who or (known.display_name if known else "—"))[:150],
        address=request.META.get("REMOTE_ADDR") or None if request else None,
        path=request.path[:300] if request else "",
        detail=str(detail)[:300],
    )
