"""SIM products and reorder points: what the stock holds, and from when on it is short (MA1, MA8.1)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contracts.admin.shared import QueueFilter
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.history import show_history
from iijiot.templatetags.console import badge
from sims.models import ReorderPoint, SimProduct


@admin.register(SimProduct)
class SimProductAdmin(ConsoleAdmin):
    """Products of the host carriers."""

    list_display: ClassVar = ["code", "name", "lender", "iccid_length", "checks_luhn", "number_class", "is_offered"]
    further_columns: ClassVar = ["prefixes"]
    list_filter: ClassVar = ["is_offered", "number_class"]
    search_fields: ClassVar = ["code__startswith", "name__startswith"]
    search_help_text = _("Beginning of the code or the name")
    fields: ClassVar = [
        "code", "name", "lender", "prefixes", "iccid_length", "checks_luhn", "number_class", "is_offered",
    ]  # fmt: skip
    fixed_fields: ClassVar = ["code"]


class StockQueue(QueueFilter):
    """Kinds of cards that run short."""

    queues: ClassVar = {"short": (_("Stock short"), lambda rows: rows.short())}


@admin.register(ReorderPoint)
class ReorderPointAdmin(ConsoleAdmin):
    """From how many cards on the stock is short."""

    list_display: ClassVar = ["product", "form_factor", "in_stock", "quantity", "is_short"]
    list_filter: ClassVar = [StockQueue, "product", "form_factor"]
    page_related: ClassVar = ["product"]
    fields: ClassVar = ["product", "form_factor", "quantity"]
    fixed_fields: ClassVar = ["product", "form_factor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReorderPoint]:
        """With how many cards there are."""
        rows: QuerySet[ReorderPoint] = ReorderPoint.objects.with_stock().order_by("pk")
        return rows

    @admin.display(description=_("in stock"))
    def in_stock(self, point: Any) -> str:
        """How many there are."""
        return f"{point.in_stock:,}"

    @admin.display(description=_("stock"))
    def is_short(self, point: Any) -> str:
        """Whether that is enough, in words."""
        return badge(_("short"), "danger") if point.in_stock < point.quantity else badge(_("enough"), "success")

    def head(self, point: Any) -> dict[str, Any]:
        """How many there are."""
        return {
            "facts": [
                (_("SIM product"), str(point.product)),
                (_("Form factor"), point.get_form_factor_display()),
                (_("In stock"), f"{point.in_stock:,}"),
                (_("Reorder point"), f"{point.quantity:,}"),
                (_("Stock"), self.is_short(point)),
            ]
        }


show_history("sims.simproduct", lambda product: [product])
show_history("sims.reorderpoint", lambda point: [point])
