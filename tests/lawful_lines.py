"""What must hold of lines in any world, whoever wrote it: read back from the database."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, F, Q

from contracts.catalogue.services import CHANGEABLE
from contracts.models import Contract
from contracts.models.contract import State
from sims.models import AddressUse, Incident, Line, LineChange, NetworkPolicy, SimCard
from sims.models.line_state import Service


def unlawful(today: date) -> list[str]:
    """Everything about lines that must not be."""
    return [
        *contracts_with_other_lines_than_they_say(),
        *lines_that_do_not_follow_their_contract(today),
        *reductions_that_do_not_fit_their_lines(),
        *changes_that_should_be_over(today),
        *what_ended_lines_still_have(),
    ]


def contracts_without_lines() -> list[str]:
    """Living contracts that say they have lines and have none."""
    bare = Contract.objects.in_life().filter(service_code__in=CHANGEABLE, lines=None)
    return [f"{contract} has no line" for contract in bare]


def contracts_with_other_lines_than_they_say() -> Iterator[str]:
    """Living contracts whose lines are not as many as they say, or none of whose lines is to stay."""
    living = Count("lines", filter=Q(lines__state__in=Service.living()))
    staying = Count("lines", filter=Q(lines__state__in=Service.living(), lines__ends_on=None))
    counted = Contract.objects.in_life().filter(lines__isnull=False).annotate(living=living, staying=staying)
    for contract in counted.exclude(living=F("quantity")):
        yield f"{contract} says {contract.quantity} lines and has {contract.living}"
    for contract in counted.filter(staying=0):
        yield f"{contract} would be left without a line"


def lines_that_do_not_follow_their_contract(today: date) -> Iterator[str]:
    """Lines in service of contracts that are suspended, stopped ones of others, living ones of ended contracts."""
    living = Line.objects.living()
    for line in living.filter(contract__state=State.SUSPENDED, state__in=[Service.ACTIVE, Service.PAUSED]):
        yield f"{line} is {line.state} while its contract is suspended"
    for line in living.filter(state=Service.STOPPED).exclude(contract__state=State.SUSPENDED):
        yield f"{line} is stopped while its contract is {line.contract.state}"
    for line in living.filter(contract__state=State.ENDED):
        yield f"{line} lives on after its contract"
    for line in Line.objects.filter(contract__state=State.ENDED, ends_on__gt=F("contract__ends_on")):
        yield f"{line} ended after its contract"
    for line in living.filter(ends_on__gt=F("contract__ends_on")).exclude(contract__state=State.ENDED):
        yield f"{line} is to end after its contract"
    for line in living.filter(contract__protected=True, ends_on__gte=today):
        yield f"{line} is to end although its contract is protected"
    for line in Line.objects.over(today):
        yield f"{line} should have ended on {line.ends_on}"


def reductions_that_do_not_fit_their_lines() -> Iterator[str]:
    """Reductions to come that name other lines than they have, or another day; lines that go with what does not come."""
    for change in LineChange.objects.pending().fewer():
        days = list(change.lines.living().values_list("ends_on", flat=True))
        if len(days) != change.quantity or set(days) != {change.effective_on}:
            yield f"{change} on {change.effective_on} has lines that end on {days}"
    for line in Line.objects.living().filter(leaves_with__isnull=False).exclude(leaves_with__state="pending"):
        yield f"{line} goes with {line.leaves_with}, which is {line.leaves_with.state}"


def changes_that_should_be_over(today: date) -> Iterator[str]:
    """Changes to come whose day has come, or that come after the end of their contract."""
    for change in LineChange.objects.due(today):
        yield f"{change} of {change.effective_on} should have been carried out"
    contracts = list(LineChange.objects.pending().values_list("contract", flat=True))
    for change in LineChange.objects.overtaken(contracts):
        yield f"{change} comes after the end of {change.contract}"


def what_ended_lines_still_have() -> Iterator[str]:
    """Cards in use, addresses, throttles, blocks and open reports of lines that have ended."""
    over = {"line__state": Service.ENDED}
    for card in SimCard.objects.live().filter(**over):
        yield f"{card} is {card.state} on a line that has ended"
    for use in AddressUse.objects.current().filter(**over):
        yield f"{use.address} is given to a line that has ended"
    for policy in NetworkPolicy.objects.in_force().filter(**over):
        yield f"{policy} holds back a line that has ended"
    for report in Incident.objects.open().filter(**over):
        yield f"{report} is open on a line that has ended"
