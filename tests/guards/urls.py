"""The site's addresses, and one whose view fails as no view should."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from iijiot import urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def nobody_foresaw(request: HttpRequest) -> HttpResponse:
    """An error that is nobody's refusal."""
    raise ZeroDivisionError("nobody foresaw it")


urlpatterns = [path("unforeseen/", nobody_foresaw), *urls.urlpatterns]
