"""What must hold of the lines, cards and addresses of any world."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from contracts.models import Contract
from contracts.models.contract import State
from sims import reminding
from sims.models import AddressUse, Line, SimCard
from sims.models.card_state import Custody
from sims.models.line_state import Service

IN_USE = [Service.ACTIVE, Service.PAUSED, Service.STOPPED]
NAMED = 5


def wrong(today: date) -> Iterator[str]:
    """Everything that must not be."""
    for what, rows in found(today):
        many = rows.count()
        if many:
            yield f"{many} {what}: {', '.join(map(str, rows[:NAMED]))}"
    for contract in with_another_number_of_lines():
        yield f"{contract} says {contract.quantity} lines and has {contract.living}"


def with_another_number_of_lines() -> Iterator[Any]:
    """Contracts in life with more or fewer living lines than they say (MA8.1)."""
    counted = Contract.objects.in_life().filter(service_code="mobile-access")
    living = counted.annotate(living=Count("lines", filter=Q(lines__state__in=Service.living())))
    yield from living.exclude(living=F("quantity"))


def found(today: date) -> Iterator[tuple[str, Any]]:
    """Kinds of rows of which there must be none."""
    cards = SimCard._base_manager.filter(line=OuterRef("pk"))
    uses = AddressUse._base_manager.filter(line=OuterRef("pk"), until=None)
    lines = Line.objects.order_by("pk")
    yield "lines live on after their contract (MA9.2)", lines.living().filter(contract__state=State.ENDED)
    yield "lines are in service before their contract (G3)", lines.filter(state__in=IN_USE, contract__state="accepted")
    in_use = lines.filter(state__in=IN_USE)
    yield (
        "lines in use have no card (MA8.1)",
        in_use.filter(~Exists(cards.filter(state__in=[*Custody.live(), "found"]))),
    )
    yield "lines in use have no address (MA5.2)", in_use.filter(~Exists(uses))
    ended = lines.filter(state=Service.ENDED)
    yield "ended lines have a card (MA9.2)", ended.filter(Exists(cards.filter(state__in=Custody.live())))
    yield "ended lines have an address (MA5.2)", ended.filter(Exists(uses))
    yield "lines should have ended (MA8.1)", lines.over(today)
    stopped = lines.filter(state=Service.STOPPED).exclude(contract__state="suspended")
    yield "lines are stopped although their contract is not (G26.1)", stopped
    late = SimCard.objects.late(reminding.last_due_day_over(today))
    yield "cards should be overdue (MA9.2)", late
