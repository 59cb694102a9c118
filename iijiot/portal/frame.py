"""What stands around the pages of logging in: for customers the portal, whoever they are; for staff the name of the console."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from iijiot import clock
from iijiot.login.throttle import somebody
from iijiot.models import User
from iijiot.portal.members import member_of
from iijiot.portal.panels import entries

LOGIN = "/account/"


def around_login(request: HttpRequest) -> dict[str, Any]:
    """For every page outside the console: whether it is of staff; and on those of logging in, the portal's own frame."""
    if not request.path.startswith((LOGIN, reverse("portal:home"))):
        return {}
    if not request.path.startswith(LOGIN):
        return {"today": clock.business_day(), "of_staff": False}
    member = member_of(request.user)
    return {
        "member": member,
        "customer": member.customer if member else None,
        "entries": entries(member) if member and not member.first else [],
        "today": clock.business_day(),
        "of_login": True,
        "of_staff": member is None and _is_of_staff(request),
    }


def _is_of_staff(request: HttpRequest) -> bool:
    """Of whoever is in, or has given the password; else of where the login would lead."""
    user = somebody(request)
    if isinstance(user, User):
        return user.is_staff
    return (request.POST.get("next") or request.GET.get("next", "")).startswith(reverse("admin:index"))
