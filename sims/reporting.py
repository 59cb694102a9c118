"""Reports of faults and losses: each makes its record and moves the card; fees go on (MA10.1, MA13.2)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.records import chapter, locked
from iijiot.rules import Unmet, refuse, unmet
from iijiot.words import said
from sims.models import Incident, Line, SimCard
from sims.models.card_state import Custody
from sims.models.incident import Kind


def report(
    card: SimCard, *, kind: str, channel: str, on: date, what: str, today: date, actor: Actor, reason: str = ""
) -> Incident:
    """Take a report on a card in use, by whatever way it came. Neither the line's service nor its fees change (MA13.2).

    A loss follows a fault that was reported before. Raises RuleViolation.
    """
    if card.line is None:
        raise refuse("MA10.1", _("No line has this card. Check its number."))
    with chapter(actor=actor, reason=reason, clause="MA10.1"), locked(card.line, card) as (line, held):
        _check_day(held, on, today)
        if kind == Kind.LOSS and str(held.state) in Custody.awaited():
            return _lost_after_use(held, channel=channel, on=on, what=what)
        if kind == Kind.LOSS:
            held.report_loss()
            _withdraw_fault(held, on)
        else:
            held.report_fault()
        held.save()
        incident = Incident(card=held, line=line, kind=kind, channel=channel, reported_on=on, what=what)
        incident.save()
    return incident


def card_of(line: Line) -> SimCard:
    """The card of a line of which something is reported. Raises RuleViolation where it has none."""
    if line.card is None:
        raise refuse("MA10.1", _("The line has no card."))
    return line.card


def why_not(card: SimCard) -> list[Unmet]:
    """Why nothing can be reported of a card; empty where something can."""
    if card.line is None:
        return [Unmet(Clause("MA10.1"), _("No line has this card. Check its number."))]
    return [] if str(card.state) in Custody.awaited() else unmet(card.report_loss)


def withdraw(incident: Incident, *, on: date, actor: Actor, reason: str = "") -> None:
    """Withdraw the report of a fault: the card works after all. One of a loss stands (MA10.2.1)."""
    with (
        chapter(actor=actor, reason=reason, clause="MA10.1"),
        locked(incident.line, incident.card, incident) as (_line, card, held),
    ):
        held.withdraw(on)
        held.save()
        if str(card.state) == Custody.FAULTY:
            card.withdraw_report()
            card.save()


def find(card: SimCard, *, on: date, actor: Actor, reason: str = "") -> None:
    """Record that a lost card was found: the customer disposes of it, and its duties go on (MA10.2.1, MA10.2.2).

    A procedure that is not done yet goes on, and the fees with it (MA13.2).
    """
    with chapter(actor=actor, reason=reason, clause="MA10.2.1"), locked(card) as (held,):
        reported = held.incidents.losses().first()
        if reported is not None and on < reported.reported_on:
            raise refuse("MA10.2.1", _("It cannot have been found before it was reported as lost. Check the day."))
        held.find(on)
        held.save()


def _check_day(card: SimCard, on: date, today: date) -> None:
    if on > today:
        raise refuse("MA10.1", _("The day of the report has not come yet. Check the day."))
    if card.lent_on is not None and on < card.lent_on:
        raise refuse(
            "MA10.1", said(_("The card was sent on {day}; it cannot have been reported before."), day=card.lent_on)
        )


def _withdraw_fault(card: SimCard, on: date) -> None:
    """The fault reported before says nothing more once the card is gone."""
    for incident in card.incidents.open():
        with locked(incident) as (held,):
            held.withdraw(max(on, held.reported_on))
            held.save()


def _lost_after_use(card: SimCard, *, channel: str, on: date, what: str) -> Incident:
    """A card that was to come back and is gone: nothing is charged for it any more, so its procedure is done at once."""
    card.write_off(on)
    card.save()
    incident = Incident(
        card=card, line=card.line, kind=Kind.LOSS, channel=channel, reported_on=on, what=what,
    )  # fmt: skip
    incident.save()
    with locked(incident) as (held,):
        if hasattr(card, "replaced_by"):
            held.replace(on)
        else:
            held.end_line(on)
        held.save()
    return held
