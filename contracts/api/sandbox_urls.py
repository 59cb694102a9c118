"""Where the sandbox's clock is; only there (SANDBOX=1)."""

from django.urls import path

from contracts.api.sandbox import ClockResource

urlpatterns = [path("sandbox/clock", ClockResource.as_view({"get": "show", "post": "move"}), name="api-sandbox-clock")]
