"""Where other systems find lines and SIM cards."""

from rest_framework.routers import SimpleRouter

from sims.api import resources

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("lines", resources.LineResource, "api-lines")
router.register("sim-cards", resources.CardResource, "api-sim-cards")

urlpatterns = router.urls
