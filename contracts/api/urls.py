"""Where other systems find customers and contracts, and their access tokens."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from contracts.api import oauth, resources
from contracts.api.events import EventResource
from contracts.api.services import ServiceResource
from contracts.api.webhooks import DeliveryResource, EventTypeResource, WebhookResource

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("services", ServiceResource, "api-services")
router.register("customers", resources.CustomerResource, "api-customers")
router.register("management-units", resources.UnitResource, "api-management-units")
router.register("external-subscriptions", resources.SubscriptionResource, "api-external-subscriptions")
router.register("applications", resources.ApplicationResource, "api-applications")
router.register("contracts", resources.ContractResource, "api-contracts")
router.register("terminations", resources.TerminationResource, "api-terminations")
router.register("events", EventResource, "api-events")
router.register("event-types", EventTypeResource, "api-event-types")
router.register("webhooks", WebhookResource, "api-webhooks")
router.register("webhook-deliveries", DeliveryResource, "api-webhook-deliveries")
router.register("notices", resources.NoticeResource, "api-notices")

urlpatterns = [
    path("oauth/token", oauth.token, name="api-token"),
    path("oauth/revoke", oauth.revoke, name="api-revoke"),
    *router.urls,
]
