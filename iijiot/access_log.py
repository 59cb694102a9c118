"""The access log: who came in, who was refused, who took data out, who looked at what is secret."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from iijiot import clock
from iijiot.actors import Actor
from iijiot.models import AccessEvent, User


def note(
    kind: AccessEvent.Kind,
    request: HttpRequest | None,
    *,
    who: str = "",
    detail: Any = "",
    actor: Actor | None = None,
    about: str = "",
) -> AccessEvent:
    """Write one line: of the request's user, of an actor, or of `who` where nobody is logged in.

    `about` is the number of the customer whose data it is about: the customer sees at the portal that somebody looked.

    Call it outside what may roll back.
    """
    user = getattr(request, "user", None)
    known = user if isinstance(user, User) else None
    user_id = known.pk if known else actor.user_id if actor else None
    name = known.display_name if known else actor.name if actor else "—"
    return AccessEvent.objects.create(
        at=clock.now(),
        kind=kind,
        user_id=user_id,
        who=(who or name)[:150],
        address=request.META.get("REMOTE_ADDR") or None if request else None,
        path=request.path[:300] if request else "",
        detail=str(detail)[:300],
        about=about,
    )


def note_once_a_day(kind: AccessEvent.Kind, request: HttpRequest, detail: str, about: Callable[[], str]) -> None:
    """Write one line a business day of whoever asks for the same thing, however often the page is opened."""
    since = clock.midnight(clock.business_day())
    if not AccessEvent.objects.noted(kind, request.user.pk, detail[:300], since):
        note(kind, request, detail=detail, about=about())
