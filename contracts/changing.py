"""Changed particulars of a customer: recorded as reported, applied once the evidence is checked (G16)."""

from collections.abc import Collection, Mapping
from datetime import date

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from contracts import notifying, proving
from contracts.models import ChangeReport, Customer, Notice
from contracts.models.particulars import PARTICULARS
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.file_kinds import TakenFile
from iijiot.records import chapter, fresh, locked
from iijiot.rules import refuse


def file(
    customer: Customer, wanted: Mapping[str, str], *, evidence: str, filed_on: date, today: date, actor: Actor
) -> ChangeReport:
    """Record what is reported to have changed; nothing changes yet. Raises RuleViolation where nothing would change.

    `evidence` says which paper shows it; it stays empty where that comes as a file or later.

    Raises ValidationError where a particular could not be stored, such as a notice address that is refused (G12.2.1).
    """
    if filed_on > today:
        raise refuse("G16", _("The day of arrival has not come yet. Check the day."))
    changes = {name: wanted[name] for name in PARTICULARS if name in wanted and wanted[name] != getattr(customer, name)}
    if not changes:
        raise refuse("G16", _("Nothing differs from what is recorded."))
    would_be = fresh(customer)
    for name, value in changes.items():
        setattr(would_be, name, value)
    would_be.full_clean()
    with chapter(actor=actor, reason=evidence, clause="G16"):
        report = ChangeReport(customer=customer, filed_on=filed_on, evidence=evidence, changes=changes)
        report.save()
    return report


def file_with_paper(
    customer: Customer, wanted: Mapping[str, str], paper: TakenFile | None, *, kind: str, today: date, actor: Actor
) -> ChangeReport:
    """The same by the customer itself, with the file that shows the change where there is one already (G16)."""
    with chapter(actor=actor, clause="G16"):
        report = file(customer, wanted, evidence="", filed_on=today, today=today, actor=actor)
        if paper is not None:
            proving.keep(report, paper, kind=kind, received_on=today, today=today, actor=actor)
        with translation.override("ja"):
            changes = [f"{name}　{value}" for name, _before, value in report.compared()]
        told = {"changes": changes}
        notifying.tell(customer, Notice.Kind.REPORT_RECEIVED, clause=Clause("G16"), report=report, context=told)
    return report


def withdraw(report: ChangeReport, *, on: date, actor: Actor) -> None:
    """Take a report back for the customer before it is checked (G16)."""
    with chapter(actor=actor, clause="G16"), locked(report) as (held,):
        held.withdraw(on)
        held.save()


def correct(changed: Collection[str], reason: str) -> None:
    """Check that particulars are corrected by ourselves only with the reason; what changed is reported (G16).

    Raises RuleViolation.
    """
    if not reason.strip() and not set(changed).isdisjoint(PARTICULARS):
        raise refuse("G16", _("Say what was wrong. What the customer reports to have changed goes by its own dialog."))


def describe(report: ChangeReport, *, evidence: str, actor: Actor) -> None:
    """Say which paper shows the change: it came by post, or is kept elsewhere (G16)."""
    with chapter(actor=actor, clause="G16"), locked(report) as (held,):
        held.describe(evidence)
        held.save()


def apply(report: ChangeReport, *, on: date, note: str, actor: Actor) -> None:
    """Change the customer's particulars as reported: from now on letters and invoices say them (G16)."""
    with (
        chapter(actor=actor, reason=note or report.evidence, clause="G16"),
        locked(report.customer, report) as (customer, held),
    ):
        held.apply(on, note)
        held.save()
        for name, value in held.changes.items():
            setattr(customer, name, value)
        customer.save()


def turn_down(report: ChangeReport, *, on: date, note: str, actor: Actor) -> None:
    """Leave the particulars as they are: the evidence does not show the change (G16)."""
    with chapter(actor=actor, reason=note, clause="G16"), locked(report) as (held,):
        held.turn_down(on, note)
        held.save()
