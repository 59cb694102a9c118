"""Where the site's pages are. The apps are named as strings: this layer imports none of them."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from iijiot import entrance, probes
from iijiot.console import guide, history, jobs, list_views, outbox, presence, search, terms

handler400 = "iijiot.failures.bad_request"
handler403 = "iijiot.failures.permission_denied"
handler404 = "iijiot.failures.page_not_found"
handler500 = "iijiot.failures.server_error"

admin.autodiscover()
# Before the site's addresses are read: the console has no login of its own.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", entrance.root, name="root"),
    path("start/", entrance.start, name="start"),
    path("portal/", include("iijiot.portal.urls")),
    *probes.urlpatterns,
    path("account/", include("iijiot.login.urls")),
    # Before the console's own, which asks for no second proof.
    path("console/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("console/terms/", admin.site.admin_view(terms.table), name="terms"),
    path("console/terms/<str:clause>/", admin.site.admin_view(terms.page), name="terms_clause"),
    path("console/acts/<uuid:act_id>/", admin.site.admin_view(history.act_page), name="act"),
    path("console/search/", admin.site.admin_view(search.page), name="search"),
    path("console/views/", admin.site.admin_view(list_views.save), name="save_view"),
    path("console/views/<int:pk>/", admin.site.admin_view(list_views.change), name="change_view"),
    path("console/start/", admin.site.admin_view(list_views.start), name="console_start"),
    path("console/jobs/", admin.site.admin_view(jobs.page), name="jobs"),
    path("console/jobs/<int:pk>/retry/", admin.site.admin_view(jobs.retry), name="retry_job"),
    path("console/outbox/", admin.site.admin_view(outbox.page), name="outbox"),
    path("console/outbox/<str:name>/", admin.site.admin_view(outbox.mail), name="outbox_mail"),
    path("console/also-open/", admin.site.admin_view(presence.also_open), name="also_open"),
    path("console/help/", admin.site.admin_view(guide.guide), name="guide"),
    path("console/help/<str:label>/", admin.site.admin_view(guide.life), name="life"),
    path("console/", admin.site.urls),
    path("api/v1/", include("iijiot.api.pages")),
    path("api/v1/", include("contracts.api.urls")),
    path("api/v1/", include("sims.api.urls")),
    path("api/v1/", include("billing.api.urls")),
    *([path("api/v1/", include("contracts.api.sandbox_urls"))] if settings.SANDBOX else []),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler429 = "iijiot.login.throttle.refuse"
