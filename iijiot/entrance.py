"""Where whoever comes to the site is led: staff to the console, customers to their portal."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from iijiot.models import User


def root(request: HttpRequest) -> HttpResponse:
    """The bare address of the site."""
    if not isinstance(request.user, User):
        return redirect(settings.LOGIN_URL)
    return redirect("admin:index" if request.user.is_staff else "portal:home")


def start(request: HttpRequest) -> HttpResponse:
    """The first page after logging in."""
    if not isinstance(request.user, User):
        return redirect(settings.LOGIN_URL)
    return redirect("console_start" if request.user.is_staff else "portal:home")
