"""Screening: every ground of article 14 gets its finding; what rules can tell is filled in."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from contracts import notifying
from contracts.models import Application, DocumentRequest, Finding, Notice, Termination
from contracts.models.finding import SCREENED, Ground
from contracts.models.termination import Origin
from iijiot import assigning
from iijiot.actors import Actor
from iijiot.bulk import Each, bulk_add, bulk_change
from iijiot.clauses import Clause
from iijiot.days import fullday
from iijiot.plans import unmoved
from iijiot.records import chapter, locked
from iijiot.rules import refuse
from iijiot.words import Words, said

Proposer = Callable[[Application], Words | None]
"""Tells the facts for which a ground seems to apply, or None."""

_proposers: dict[str, list[Proposer]] = defaultdict(list)


def propose(ground: str, proposer: Proposer) -> None:
    """Register who can tell whether a ground applies; apps to the right add what they know, such as arrears."""
    _proposers[ground].append(proposer)


def withdraw_proposer(ground: str, proposer: Proposer) -> None:
    """Take a registration back."""
    _proposers[ground].remove(proposer)


@dataclass(frozen=True)
class Examined:
    """What a clerk found for one ground."""

    result: str
    text: str = ""
    told: bool = False


WRITTEN = ("result", "text", "told")


def unmet_requirement(application: Application) -> Words | None:
    """What the service requires and the customer does not hold on the wished day (G14.1.1).

    What a contract that is changed requires, it has while it lasts (G15.2).
    """
    if application.changes is not None:
        gone = application.why_no_change(application.start_wished_on)
        return gone.remedy if gone else None
    requirement, holdings = application.service.eligibility, application.customer.holdings()
    missing = [part.words for part in requirement.explain(holdings, application.start_wished_on) if not part.met]
    if not missing:
        return None
    day = requirement.possible_from(holdings, application.start_wished_on)
    words = _("Missing on %(day)s (%(clause)s): %(parts)s.") % {
        "day": fullday(application.start_wished_on),
        "clause": requirement.said_by.citation,
        "parts": "、".join(str(part) for part in missing),
    }
    return words + (_(" Possible from %(day)s.") % {"day": fullday(day)} if day else "")


def past_default(application: Application) -> Words | None:
    """A violation of the customer, or a contract, current or former, that the company terminated (G14.1.4)."""
    violation = application.customer.violations.held_against().first()
    if violation is not None:
        return _("%(violation)s (%(clause)s).") % {
            "violation": violation,
            "clause": violation.clause_value.citation,
        }
    by_us = Termination.objects.filter(contract__customer=application.customer, origin=Origin.COMPANY)
    ended = by_us.filter(state__in=["scheduled", "carried-out"]).order_by("-effective_on").first()
    if ended is None:
        return None
    return _("%(contract)s was terminated by the company on %(day)s (%(clause)s).") % {
        "contract": ended.contract,
        "day": fullday(ended.effective_on),
        "clause": Clause(ended.clause).citation,
    }


propose(Ground.REQUIREMENT, unmet_requirement)
propose(Ground.PAST_DEFAULT, past_default)


def begin(application: Application, *, actor: Actor) -> None:
    """Take an application up: a finding for each ground, found or clear where a rule can tell (G14.1)."""
    with chapter(actor=actor, clause="G14.1"), locked(application) as (held,):
        held.screen()
        held.save()
        assigning.take_if_free(held, actor=actor)
        with translation.override("ja"):
            bulk_add([_finding(held, ground) for ground in SCREENED])


def _finding(application: Application, ground: str) -> Finding:
    """What the rules can tell of one ground; open where none can."""
    facts = [str(told) for proposer in _proposers[ground] if (told := proposer(application))]
    result = Finding.Result.OPEN
    if _proposers[ground]:
        result = Finding.Result.FOUND if facts else Finding.Result.CLEAR
    by_rule = bool(_proposers[ground])
    return Finding(application=application, ground=ground, result=result, text="\n".join(facts), by_rule=by_rule)


def examine(application: Application, examined: Mapping[str, Examined], *, actor: Actor, reason: str = "") -> None:
    """Record what was found for each ground named; facts are needed where it applies (G14.1.7)."""
    with chapter(actor=actor, reason=reason, clause="G14.1"), locked(application) as (held,):
        held.record_findings()
        changed: dict[int, Examined] = {}
        for finding in held.findings.filter(ground__in=examined):
            found = examined[finding.ground]
            if found.result == Finding.Result.FOUND and not found.text.strip():
                raise refuse(
                    finding.ground,
                    said(_("Write down the facts: {ground}."), ground=finding.get_ground_display()),
                )
            if (finding.result, finding.text, finding.told) != (found.result, found.text, found.told):
                changed[finding.pk] = found
        values = {name: Each({pk: getattr(found, name) for pk, found in changed.items()}) for name in WRITTEN}
        bulk_change(Finding.objects.among(list(changed)), values)


def ask_documents(application: Application, what: list[str], *, on: date, actor: Actor, reason: str = "") -> None:
    """Ask for documents and hold the acceptance back until they arrive (G42.2.1)."""
    wanted = [name.strip() for name in what if name.strip()]
    if not wanted:
        raise refuse("G42.2.1", _("Say which documents are needed."))
    with chapter(actor=actor, reason=reason, clause="G42.2.1"), locked(application) as (held,):
        unmoved(application, held, "state")
        held.ask_documents()
        held.save()
        for name in wanted:
            DocumentRequest(application=held, what=name, asked_on=on).save()
        notifying.tell(
            held.customer,
            Notice.Kind.DOCUMENTS,
            clause=Clause("G42.2.1"),
            application=held,
            context={"documents": wanted},
            channel=notifying.channel_of(held),
        )


def record_arrival(application: Application, arrived: list[DocumentRequest], *, on: date, actor: Actor) -> None:
    """Record documents as arrived; with the last one the screening goes on (G42.2.1)."""
    with chapter(actor=actor, clause="G42.2.1"), locked(application, *arrived) as (held, *requests):
        for request in requests:
            if request.application_id != held.pk:
                raise refuse("G42.2.1", _("This document was asked for in another application."))
            if request.arrived_on is None:
                request.arrived_on = on
                request.save()
        if not held.missing_documents().exists():
            held.documents_arrived()
            held.save()
