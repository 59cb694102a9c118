"""What the provisions say of each service, and which records wait under their clauses, for the page 約款対応表."""

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Service, joined
from contracts.models import Application, Contract, Termination
from iijiot.clauses import Clause
from iijiot.console.terms import Said, Waiting, says, waits
from iijiot.words import said


def provisions() -> Iterable[Said]:
    """Every service as its provision declares it."""
    for service in SERVICES.values():
        yield from declared(service)


def declared(service: Service) -> Iterable[Said]:
    """What one provision declares, each thing under its clause."""
    yield Said(service.since_clause, service.name, said(_("Exists from {since} on"), since=service.since))
    needed = joined(tuple(part.words for part in service.eligibility.parts), _(" and "))
    if service.eligibility.parts:
        yield Said(service.eligibility.said_by, service.name, said(_("Requires: {needed}"), needed=needed))
    if not service.minimum_term.months:
        yield Said(service.minimum_term.said_by, service.name, _("No minimum term"))
    yield Said(
        service.ends_on.said_by,
        service.name,
        _("Ends thirty days after the notice arrives, or on a later day named in it"),
    )
    if service.ends_with.codes:
        yield Said(service.ends_with.said_by, service.name, _("Ends with what it rests on"))
    for condition in service.before_start:
        yield Said(condition.said_by, service.name, condition.words)
    if service.staff_may_designate:
        yield Said(service.staff_may_designate, service.name, _("Further conditions that staff designate"))
    if service.unit:
        yield Said(service.unit, service.name, _("One living contract for each item and management unit"))
    yield Said(service.guarantee.said_by, service.name, service.guarantee.words)


def listed(kind: str) -> Callable[[str], str]:
    """The list of the records that wait under a clause."""
    return lambda clause: f"{reverse(f'admin:contracts_{kind}_changelist')}?under={Clause(clause)}"


says(provisions)
waits(
    Waiting(
        _("Contracts waiting for a condition"),
        "contracts.view_contract",
        Contract.objects.waiting_by_clause,
        listed("contract"),
    )
)
waits(
    Waiting(
        _("Applications with this ground found"),
        "contracts.view_application",
        Application.objects.by_ground,
        listed("application"),
    )
)
waits(
    Waiting(
        _("Terminations to come"),
        "contracts.view_termination",
        Termination.objects.to_come_by_clause,
        listed("termination"),
    )
)
