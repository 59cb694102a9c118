"""Where the site's pages are. The apps are named as strings: this layer imports none of them."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

handler400 = "iijiot.failures.bad_request"
handler403 = "iijiot.failures.permission_denied"
handler404 = "iijiot.failures.page_not_found"
handler500 = "iijiot.failures.server_error"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="root"),
    path("console/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]
