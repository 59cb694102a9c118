"""The portal's addresses. The apps are named as strings: this layer imports none of them."""

from django.urls import include, path

from iijiot.portal.home import Home

app_name = "portal"

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("", include("contracts.portal.urls")),
    path("", include("sims.portal.urls")),
    path("", include("billing.portal.urls")),
]
