"""What a new contract would rest on: what could satisfy each part of its requirement, what is chosen, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts.cascade import Key
from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Holding, Service
from contracts.models import Application, Customer
from iijiot.rules import Unmet, refuse
from iijiot.words import Words, said

NEW_IOT: Key = ("application", 0)
"""Stands, in the option of one application, for the IoT contract that the same application makes."""


@dataclass(frozen=True)
class Slot:
    """One part of a requirement: what could satisfy it, and what was chosen."""

    service: str
    index: int
    words: Words
    candidates: tuple[Holding, ...]
    chosen: Holding | None

    @property
    def name(self) -> str:
        """How a form calls it."""
        return f"rests-on-{self.service}-{self.index}"


def to_rest_on(application: Application, chosen: Mapping[str, Key] | None) -> tuple[list[Slot], list[Unmet]]:
    """What a new contract and its option would rest on, and what is missing for that."""
    blocked: list[Unmet] = []
    holdings = application.customer.holdings()
    services = [application.service]
    if application.with_option:
        services.append(SERVICES["wise-paas-option"])
        start = application.start_wished_on
        holdings = [*holdings, Holding("iot", start, None, NEW_IOT, str(_("the new contract")))]
    slots: list[Slot] = []
    for service in services:
        offered = holdings if service.is_option else [h for h in holdings if h.key != NEW_IOT]
        if service.is_option and application.with_option:
            offered = [h for h in offered if h.code != "iot" or h.key == NEW_IOT]
        slots += _slots(service, offered, application.start_wished_on, chosen or {})
        blocked += _missing(application.customer, service, offered, application.start_wished_on)
    if application.service.unit:
        blocked += _unit_taken(application)
    return slots, blocked


def _slots(service: Service, holdings: list[Holding], on: date, chosen: Mapping[str, Key]) -> list[Slot]:
    slots = []
    for index, part in enumerate(service.eligibility.parts):
        candidates = tuple(part.candidates(holdings, on))
        slot = Slot(service.code, index, part.words, candidates, candidates[0] if candidates else None)
        wanted = chosen.get(slot.name)
        if wanted is not None:
            picked = next((holding for holding in candidates if holding.key == tuple(wanted)), None)
            if picked is None:
                raise refuse(
                    service.eligibility.said_by.id,
                    _(
                        "What was chosen does not satisfy the requirement on the start date. Choose one of those offered."
                    ),
                )
            slot = Slot(service.code, index, part.words, candidates, picked)
        slots.append(slot)
    return slots


def _missing(customer: Customer, service: Service, holdings: list[Holding], on: date) -> list[Unmet]:
    requirement = service.eligibility
    missing = [part.words for part in requirement.explain(holdings, on) if not part.met]
    if not missing:
        return []
    words = "、".join(str(part) for part in missing)
    possible = requirement.possible_from(holdings, on)
    remedy = (
        said(_("Missing on {day}: {parts}. Possible from {possible}."), day=on, parts=words, possible=possible)
        if possible
        else said(_("Missing on {day}: {parts}."), day=on, parts=words)
    )
    return [Unmet(requirement.said_by, remedy, (customer,))]


def _unit_taken(application: Application) -> list[Unmet]:
    living = application.management_unit.contracts.filter(
        service_code=application.service_code,
        item=application.item,
        state__in=["accepted", "active", "suspended", "restricted"],
    ).first()
    if living is None or application.service.unit is None:
        return []
    return [
        Unmet(
            application.service.unit,
            said(
                _("The management unit has {contract} already. Change its number of lines instead (MA8.1)."),
                contract=living.number,
            ),
            (living,),
        )
    ]
