"""What every request of the site goes through."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from iijiot import clock
from iijiot.actors import Actor, acting_as
from iijiot.api import is_for_systems
from iijiot.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Japanese, or the language that the user picked.

    Another system says with each request what it wants (iijiot/api/middleware.py). For people
    Django's own would follow the browser's Accept-Language; a Japanese office gets Japanese on any machine.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.offered = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_for_systems(request.path):
            return self.get_response(request)
        picked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = picked if picked in self.offered else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class BusinessDayMiddleware:
    """Holds the business day still for the length of a request, and shows it to the templates."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.working_on(clock.business_day()):
            return self.get_response(request)


class ActorMiddleware:
    """What Django's own pages write, such as a change of one's password, is an act of whoever is logged in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def actor() -> Actor:
            if not isinstance(request.user, User):
                raise PermissionDenied
            return Actor.of(request.user)

        with acting_as(actor):
            return self.get_response(request)
