"""Contracts by what people ask of them."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from contracts.catalogue.services import CHANGEABLE, SERVICES
from contracts.models.contract_state import ALLOWED, State
from iijiot.lookups import leaving_out
from iijiot.records import RecordedQuerySet
from iijiot.searching import Query, comparable

if TYPE_CHECKING:
    from contracts.models.contract import Contract  # noqa: F401 - named as a string below


class ContractQuerySet(RecordedQuerySet["Contract"]):
    """Contracts by what people ask of them."""

    def living(self, on: date) -> "ContractQuerySet":
        """In force on a day: not ended before it. The last day still counts."""
        return self.exclude(ends_on__lt=on)

    def to_start(self, on: date) -> "ContractQuerySet":
        """Accepted contracts whose billing start date has come."""
        return self.filter(state=State.ACCEPTED, billing_starts_on__lte=on).exclude(ends_on__lt=on)

    def accepted(self) -> "ContractQuerySet":
        """Waiting for their start, those with a day first."""
        return self.filter(state=State.ACCEPTED).order_by("billing_starts_on", "pk")

    def starting_after(self, on: date) -> "ContractQuerySet":
        """Accepted contracts whose billing start date is still to come, the next first."""
        return self.filter(state=State.ACCEPTED, billing_starts_on__gt=on).order_by("billing_starts_on", "pk")

    def over(self, on: date) -> "ContractQuerySet":
        """Living contracts whose last day is before this day."""
        return self.filter(state__in=State.living(), ends_on__lt=on)

    def waiting_under(self, clause: str) -> "ContractQuerySet":
        """Accepted contracts that wait for a condition of this clause."""
        return self.filter(state=State.ACCEPTED, conditions__state="open", conditions__clause=clause).distinct()

    def waiting_by_clause(self) -> dict[str, int]:
        """How many accepted contracts wait for a condition, by its clause."""
        waiting = self.filter(state=State.ACCEPTED, conditions__state="open").order_by()
        return dict(waiting.values_list("conditions__clause").annotate(models.Count("pk", distinct=True)))

    def ending(self) -> "ContractQuerySet":
        """Living contracts with an end to come."""
        return self.filter(state__in=State.living(), ends_on__isnull=False)

    def with_lines(self) -> "ContractQuerySet":
        """Living contracts of a provision that counts lines, by number."""
        counted = self.filter(service_code__in=CHANGEABLE, state__in=State.living())
        return counted.select_related("management_unit").order_by("number")

    def with_any_of(self, lines: models.QuerySet[Any]) -> "ContractQuerySet":
        """Those to which one of these lines belongs."""
        return self.filter(pk__in=lines.order_by().values("contract"))

    def that_take_fewer_lines(self) -> "ContractQuerySet":
        """Those that let lines end at the customer's wish: `take_fewer_lines`, as the database asks it (MA8.1, G18.1)."""
        deaths = apps.get_model("contracts.Death")._base_manager
        waiting = deaths.filter(customer=OuterRef("customer"), customer__kind="sole-proprietor", state="open")
        counted = self.filter(service_code__in=CHANGEABLE, state__in=ALLOWED["take_fewer_lines"], protected=False)
        return counted.filter(~Exists(waiting))

    def with_start_data(self) -> "ContractQuerySet":
        """With what a list of contracts to start shows of each."""
        conditions = apps.get_model("contracts.StartCondition")._base_manager
        waiting = conditions.filter(contract=OuterRef("pk"), met_on=None)
        wished = self.select_related("customer", "management_unit", "application")
        return wished.annotate(has_open_conditions=Exists(waiting))

    def running(self) -> "ContractQuerySet":
        """Those in service, suspended ones included."""
        return self.filter(state__in=State.running())

    def in_life(self) -> "ContractQuerySet":
        """Those that have not ended."""
        return self.filter(state__in=State.living())

    def ended(self) -> "ContractQuerySet":
        """Those that are over."""
        return self.filter(state=State.ENDED)

    def without_measures(self, measures: models.QuerySet[Any]) -> "ContractQuerySet":
        """Those against which none of these suspensions stands."""
        return self.exclude(Exists(measures.order_by().filter(contract=OuterRef("pk"))))

    def of_unit(self, unit: Any) -> "ContractQuerySet":
        """Those of a management unit."""
        return self.filter(management_unit=unit).order_by("pk")

    def outside_units(self, units: Sequence[int]) -> "ContractQuerySet":
        """Those of other management units than these."""
        return cast("ContractQuerySet", leaving_out(self, units, "management_unit"))

    def tree_order(self) -> Any:
        """Ids and management units, unit by unit."""
        return self.order_by("management_unit", "pk").values_list("pk", "management_unit")

    def touched_by_service(self, services: list[str] | None, item: str = "") -> "ContractQuerySet":
        """Living contracts for these services, or for any; `item` leaves those of one item."""
        living = self.filter(state__in=State.living())
        living = living if services is None else living.filter(service_code__in=services)
        return living.filter(item=item) if item else living

    def without_end_by(self, discontinuation: Any) -> "ContractQuerySet":
        """Those to which a discontinuation has given no end yet, customer by customer."""
        given = apps.get_model("contracts.Termination").objects.of_discontinuation(discontinuation).order_by()
        return self.exclude(Exists(given.filter(contract=OuterRef("pk")))).order_by("customer", "pk")

    def sought(self, typed: str) -> "ContractQuerySet":
        """The one of this number; else those for a service, or of a management unit, in whose name this stands."""
        query = Query(typed)
        services = [code for code, service in SERVICES.items() if query.name and query.name in comparable(str(service))]
        named = Q(service_code__in=services) | Q(management_unit__name__icontains=typed)
        return self.filter(Q(number=query.numbered("K")) | named)

    def with_list_data(self) -> "ContractQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "management_unit")
