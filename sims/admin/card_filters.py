"""Filters of the list of cards: what is to be done, by when it is due, by delivery, by whose it is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contracts.admin.shared import QueueFilter
from contracts.models import Contract, Customer
from iijiot import clock
from iijiot.words import Words

WITHIN = (7, 14, 30)
"""Days within which a card is due back."""
SOON = max(WITHIN[:2])


def due_soon(rows: Any) -> Any:
    """Those that are due back within two weeks."""
    return rows.due_until(clock.business_day() + timedelta(SOON))


class CardQueue(QueueFilter):
    """Cards that wait for staff."""

    queues: ClassVar = {
        "to-ship": (_("To be shipped"), lambda rows: rows.to_ship()),
        "due-soon": (_("Due back soon"), due_soon),
        "overdue": (_("Overdue"), lambda rows: rows.overdue()),
        "reported": (_("Fault or loss reported"), lambda rows: rows.reported()),
    }


class DueFilter(admin.SimpleListFilter):
    """By when cards must be back."""

    title = _("due back")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Words]]:
        """Within so many days, or late."""
        within = [(str(n), ngettext("within %(n)d day", "within %(n)d days", n) % {"n": n}) for n in WITHIN]
        return [*within, ("late", _("day of return is over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that are awaited by the day asked for."""
        rows: Any = queryset
        today = clock.business_day()
        if self.value() == "late":
            return rows.awaited_until(today - timedelta(1))
        if self.value() in {str(n) for n in WITHIN}:
            return rows.awaited_until(today + timedelta(int(self.value() or 0)))
        return queryset


class DeliveryFilter(admin.SimpleListFilter):
    """By the host carrier's delivery note, typed."""

    title = _("delivery")
    parameter_name = "delivery"
    template = "console/filter_text.html"

    def has_output(self) -> bool:
        """Always: there is nothing to choose from, it is typed."""
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Words]]:
        """What was typed."""
        asked = request.GET.get(self.parameter_name, "")
        return [(asked, asked)] if asked else []

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The field, and what was typed into it."""
        kept = changelist.get_filters_params()
        own = [(name, value) for name, values in kept.items() if name != self.parameter_name
               for value in (values if isinstance(values, list) else [values])]  # fmt: skip
        value = self.value() or ""
        yield {
            "selected": not value,
            "display": _("All"),
            "value": value,
            "name": self.parameter_name,
            "kept": [*own, *([("q", changelist.query)] if changelist.query else [])],
            "without": changelist.get_query_string(remove=[self.parameter_name]),
        }
        if value:
            yield {"selected": True, "display": value}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The cards of the delivery."""
        rows: Any = queryset
        return rows.of_delivery(self.value()) if self.value() else rows


class OwnerFilter(admin.SimpleListFilter):
    """The cards of one contract or customer; offered only to who comes from its page, since there are thousands."""

    model: ClassVar[Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Words]]:
        """The one that was asked for, if any."""
        asked = request.GET.get(self.parameter_name or "", "")
        return [(asked, str(found)) for found in self.model.objects.numbered(asked)] if asked else []

    def has_output(self) -> bool:
        """Only where one was asked for; a number that there is not shows nothing."""
        return bool(self.value())

    def keys(self) -> list[int]:
        """Its key."""
        return list(self.model.objects.numbered(self.value() or "").values_list("pk", flat=True))


class ContractFilter(OwnerFilter):
    """By contract."""

    title, parameter_name, model = _("contract"), "contract", Contract

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The cards of its lines."""
        rows: Any = queryset
        return rows.of_contracts(self.keys()) if self.value() else rows


class CustomerFilter(OwnerFilter):
    """By customer."""

    title, parameter_name, model = _("customer"), "customer", Customer

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The cards of its contracts' lines."""
        rows: Any = queryset
        return rows.of_customer(self.keys()) if self.value() else rows


ORDERS = {
    "contract": ["line__number", "pk"],
    "customer": ["line__number", "pk"],
    "due": ["due_back_on", "pk"],
}
"""The order of the list under a filter that an index serves best in another order than that of the numbers."""
