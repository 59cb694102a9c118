"""Which of many lines and cards an act can be done to: the rules of the single act, as the database asks them."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from iijiot.records import RecordedQuerySet
from sims.models import card_rules, card_state, line_state
from sims.models.card_state import Custody
from sims.models.designated_item import DesignatedItem
from sims.models.line_rules import PAUSE, hindrances


def cards_of_line(states: list[str]) -> Any:
    """The cards of the line that a query looks at, in these states."""
    cards = apps.get_model("sims.SimCard")._base_manager
    return cards.filter(line=OuterRef("pk"), state__in=states)


def open_reports() -> Any:
    """The reports on the line that a query looks at whose procedure is still to be done."""
    return apps.get_model("sims.Incident")._base_manager.filter(line=OuterRef("pk"), state="open")


class ManyLines(RecordedQuerySet[Any]):
    """Lines to which an act can be done now."""

    def unhindered(self) -> Self:
        """With a card that was sent out and works, and nothing hindering them (MA1, MA7)."""
        found = self.filter(Exists(cards_of_line([Custody.SHIPPED, Custody.ON_LOAN])))
        for hindrance in hindrances():
            found = found.exclude(pk__in=hindrance.among(found).values("pk"))
        return found

    def can_pause(self) -> Self:
        """In service, while the company lets lines be paused (MA8.2)."""
        offered = DesignatedItem.objects.why_not(PAUSE) is None
        return self.filter(state__in=line_state.ALLOWED["pause"]) if offered else self.none()

    def can_resume(self) -> Self:
        """Paused, with a card that works (MA8.2)."""
        return self.filter(state__in=line_state.ALLOWED["resume"]).unhindered()

    def can_end(self, on: date) -> Self:
        """Living, neither protected nor ending with others, ordered by this day, before the contract's end (MA8.1)."""
        in_time = Q(contract__ends_on=None) | Q(contract__ends_on__gte=on)
        alone = self.filter(protected=False, contract__protected=False, leaves_with=None)
        return alone.filter(in_time, state__in=line_state.ALLOWED["schedule_end"], ordered_on__lte=on)

    def can_lift_end(self, on: date) -> Self:
        """Living, with an end of their own that is not over on this day (MA8.1)."""
        return self.filter(state__in=line_state.ALLOWED["lift_end"], ends_on__gte=on, leaves_with=None)

    def can_protect(self, on: date) -> Self:
        """Living, not protected yet, and no own end over before this day (MA8.1)."""
        going_on = Q(ends_on=None) | Q(ends_on__gte=on)
        return self.filter(going_on, state__in=line_state.ALLOWED["protect"], protected=False)

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
