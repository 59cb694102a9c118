"""Where the site's pages are. The apps are named as strings: this layer imports none of them."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

# Before the site's addresses are read: the console has no login of its own.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="root"),
    path("account/", include("iijiot.login.urls")),
    # Before the console's own, which asks for no second proof.
    path("console/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("console/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler429 = "iijiot.login.throttle.refuse"
