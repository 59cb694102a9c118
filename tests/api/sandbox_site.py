"""The addresses of the site where it is the sandbox."""

from django.urls import include, path

from iijiot.urls import handler400 as handler400
from iijiot.urls import handler404 as handler404
from iijiot.urls import handler500 as handler500
from iijiot.urls import urlpatterns as of_the_site

urlpatterns = [path("api/v1/", include("contracts.api.sandbox_urls")), *of_the_site]
