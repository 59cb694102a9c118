"""Which of many lines and cards an act can be done to: the rules of the single act, as the database asks them."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Count, Exists, Max, OuterRef, Q

from contracts.models import Contract
from iijiot.records import RecordedQuerySet
from sims.models import card_rules, card_state, line_state
from sims.models.card_state import Custody
from sims.models.designated_item import DesignatedItem
from sims.models.line_rules import hindrances

MANY, LAST = Count("pk"), Max("pk")


def cards_of_line(states: list[str]) -> Any:
    """The cards of the line that a query looks at, in these states."""
    cards = apps.get_model("sims.SimCard")._base_manager
    return cards.filter(line=OuterRef("pk"), state__in=states)


def open_reports() -> Any:
    """The reports on the line that a query looks at whose procedure is still to be done."""
    return apps.get_model("sims.Incident")._base_manager.filter(line=OuterRef("pk"), state="open")


def staying_by_contract(lines: Any) -> dict[int, tuple[int, int]]:
    """How many of these lines have no end of their own, and the last of them, by contract."""
    staying = lines.filter(state__in=line_state.Service.living(), ends_on=None).order_by()
    return {contract: (many, last) for contract, many, last in staying.values_list("contract").annotate(MANY, LAST)}


def last_ones(lines: Any) -> list[int]:
    """Of each contract all of whose lines without an end are among these: the last of them (MA8.1)."""
    going = staying_by_contract(lines)
    there = staying_by_contract(lines.model._default_manager.filter(contract__in=list(going)))
    return [last for contract, (many, last) in going.items() if there.get(contract, (0, 0))[0] <= many]


class ManyLines(RecordedQuerySet[Any]):
    """Lines to which an act can be done now."""

    def unhindered(self) -> Self:
        """With a card that was sent out and works, and nothing hindering them (MA1, MA7)."""
        found = self.filter(Exists(cards_of_line([Custody.SHIPPED, Custody.ON_LOAN])))
        for hindrance in hindrances():
            found = found.exclude(pk__in=hindrance.among(found).values("pk"))
        return found

    def can_pause(self) -> Self:
        """In service (MA8.2)."""
        return self.filter(state__in=line_state.ALLOWED["pause"])

    def can_resume(self) -> Self:
        """Paused, with a card that works (MA8.2)."""
        return self.filter(state__in=line_state.ALLOWED["resume"]).unhindered()

    def can_end(self, on: date) -> Self:
        """Living, neither protected nor ending with others, ordered by this day, before the contract's end (MA8.1).

        Of a contract that would be left without a line the last of these stays: as if one ended after the other.
        """
        in_time = Q(contract__ends_on=None) | Q(contract__ends_on__gte=on)
        alone = self.filter(protected=False, leaves_with=None, contract__in=Contract.objects.that_take_fewer_lines())
        found = alone.filter(in_time, state__in=line_state.ALLOWED["schedule_end"], ordered_on__lte=on)
        kept = last_ones(found)
        return found.exclude(pk__in=kept) if kept else found

    def can_lift_end(self, today: date) -> Self:
        """Living, with an end of their own alone that is not over (MA8.1)."""
        return self.filter(state__in=line_state.ALLOWED["lift_end"], ends_on__gte=today, leaves_with=None)

    def can_be_called(self, label: str) -> Self:
        """Living, called otherwise, where the company lets lines be called otherwise (MA8.2)."""
        living = self.filter(state__in=line_state.Service.living())
        return living.exclude(label=label) if DesignatedItem.objects.offers("label") else self.none()

    def can_protect(self, today: date) -> Self:
        """Living, their last day not over, and not protected yet (MA8.1)."""
        in_time = Q(ends_on=None) | Q(ends_on__gte=today)
        return self.filter(in_time, state__in=line_state.ALLOWED["protect"], protected=False)

    def can_unprotect(self) -> Self:
        """Living and protected (MA8.1)."""
        return self.filter(state__in=line_state.ALLOWED["unprotect"], protected=True)


class ManyCards(RecordedQuerySet[Any]):
    """Cards to which an act can be done now."""

    def can_ship(self, on: date) -> Self:
        """Assigned, on this day or before (MA1)."""
        return self.filter(state__in=card_state.ALLOWED["ship"], assigned_on__lte=on)

    def can_arrive(self) -> Self:
        """Shipped."""
        return self.filter(state__in=card_state.ALLOWED["arrive"])

    def can_come_back(self, on: date) -> Self:
        """Lent, on this day or before, not come back, and no line in service works by them (MA8.1, MA9.2)."""
        lets_go = ~Q(state__in=card_rules.IN_USE) | Q(line=None) | Q(line__state__in=card_rules.WAITING)
        return self.filter(lets_go, state__in=card_state.ALLOWED["take_back"], lent_on__lte=on)

    def can_be_put_back(self) -> Self:
        """Assigned and not shipped, for lines that are not in service (MA8.1)."""
        waits = Q(line=None) | Q(line__state__in=card_rules.WAITING)
        return self.filter(waits, state__in=card_state.ALLOWED["put_back"])

    def can_be_given_up(self) -> Self:
        """Overdue (MA9.2)."""
        return self.filter(state__in=card_state.ALLOWED["give_up"])

    def can_be_disposed_of(self) -> Self:
        """In stock, or come back."""
        return self.filter(state__in=card_state.ALLOWED["dispose"])

    def with_line(self) -> Self:
        """With the line that each is or was for."""
        return self.select_related("product", "line__contract__customer")
