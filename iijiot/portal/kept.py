"""What somebody had typed when the login was over: kept for the same person, shown once in the same form, then gone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

NAME = "portal_kept_form"
MOST = 20_000
"""So many signs at most: what is longer was not typed."""


def to_login(request: HttpRequest) -> HttpResponse:
    """To the login and back. Typed text waits in the session; passwords and files do not."""
    whose = getattr(request, "ended_user", None)
    if request.method == "POST" and whose is not None:
        typed = {name: values for name, values in request.POST.lists() if _is_kept(name)}
        if sum(len(value) for values in typed.values() for value in values) <= MOST:
            request.session[NAME] = {"user": whose, "path": request.path, "typed": typed}
    return redirect_to_login(request.get_full_path())


def take(request: HttpRequest) -> dict[str, Any]:
    """What this person had typed into the form of this page before logging in again; nothing for anybody else."""
    kept = request.session.get(NAME)
    if kept is None or (kept["user"] == request.user.pk and kept["path"] != request.path):
        return {}
    del request.session[NAME]
    if kept["user"] != request.user.pk:
        return {}
    messages.warning(request, _("What you had typed is here again. Nothing was sent: check it and send it now."))
    return {name: values[-1] if len(values) == 1 else values for name, values in kept["typed"].items()}


def _is_kept(name: str) -> bool:
    return "password" not in name and name not in ("csrfmiddlewaretoken", "step", "fingerprint", "once")
