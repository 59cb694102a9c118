"""What describes the API, open to everybody: the description itself, a page to try it on, what each problem means."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from iijiot.api.describing import description_text
from iijiot.api.describing_problems import example
from iijiot.api.problems import KINDS


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description (OpenAPI 3.1)."""
    return HttpResponse(description_text(), content_type="application/json")


@require_safe
def try_it(request: HttpRequest) -> HttpResponse:
    """A page to read the description on and to try the API with a key of one's own; it loads nothing from elsewhere."""
    return render(request, "api/try.html")


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """What a kind of problem is: the address that problems name as their type."""
    if code not in KINDS:
        raise Http404
    kind = KINDS[code]
    return JsonResponse({"code": kind.code, "status": kind.status, "title": str(kind.title), "example": example(kind)})


urlpatterns = [
    path("openapi.json", openapi, name="api-openapi"),
    path("docs", try_it, name="api-docs"),
    path("problems/<str:code>", problem, name="api-problem"),
]
