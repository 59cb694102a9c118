"""Where other systems find lines and SIM cards."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from sims.api import resources
from sims.api.changes import ChangeResource
from sims.api.reports import ReportResource
from sims.api.usage import UsageResource

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("lines", resources.LineResource, "api-lines")
router.register("sim-cards", resources.CardResource, "api-sim-cards")
router.register("line-changes", ChangeResource, "api-line-changes")
router.register("reports", ReportResource, "api-reports")

urlpatterns = [*router.urls, path("usage", UsageResource.as_view({"post": "create"}), name="api-usage")]
