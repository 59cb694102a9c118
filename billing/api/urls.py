"""Where other systems find invoices and payments."""

from rest_framework.routers import SimpleRouter

from billing.api import resources

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("invoices", resources.InvoiceResource, "api-invoices")
router.register("payments", resources.PaymentResource, "api-payments")

urlpatterns = router.urls
