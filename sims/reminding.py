"""Reminding customers of cards: before they are due, when they are overdue, and of lost ones that cost on (MA9.2, MA13.2)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts import notifying
from contracts.models import Customer, Notice
from iijiot import bank_days, company
from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_change, bulk_transition
from iijiot.clauses import Clause
from iijiot.periods import latest_notice_days
from iijiot.records import chapter, locked
from iijiot.rules import Unmet, refuse, refuse_for
from iijiot.words import said
from sims.models import Incident, SimCard, policy
from sims.models.card_state import Custody

NONE_AWAITED = _("No card of the customer is awaited.")
LISTED = 50
"""Cards that a letter names one by one."""


def last_due_day_over(day: date) -> date:
    """The latest due day that is over: one on a holiday is over with the next working day, where staff let it (MA9.2)."""
    if policy.in_force().waits_for_working_day:
        return bank_days.last_day_over(day)
    return latest_notice_days(day, 1)


def mark_overdue(cards: Sequence[int], day: date) -> list[int]:
    """Mark those of these cards whose due day is over, set-based, inside the open act (MA9.2)."""
    return bulk_transition(SimCard.objects.among(cards).late(last_due_day_over(day)), "become_overdue")


def remind(customer: Customer, *, on: date, actor: Actor) -> Notice | None:
    """Remind a customer of the cards that are due in as many days as staff have set, in one letter, each step once (MA9.2)."""
    with chapter(actor=actor, clause="MA9.2"):
        due = SimCard.objects.of_customer(customer).to_remind(on, policy.in_force().reminded_days_before)
        told = bulk_change(due, {"reminded_before": Computed("due_back_on - %s::date", [on])})
        return _tell(customer, Notice.Kind.CARDS_DUE, told)


def dun(customer: Customer, *, on: date, actor: Actor) -> Notice | None:
    """Dun a customer for the overdue cards whose turn it is, in one letter, as often as staff allow (MA9.2)."""
    rules = policy.in_force()
    with chapter(actor=actor, clause="MA9.2"):
        overdue = SimCard.objects.of_customer(customer).to_dun(on, rules.most_times, rules.gap)
        again = {"dunned_times": Computed("dunned_times + 1"), "dunned_on": on}
        return _tell(customer, Notice.Kind.CARDS_OVERDUE, bulk_change(overdue, again))


def call_back(customer: Customer, *, on: date, actor: Actor, reason: str = "") -> Notice:
    """Call a customer's cards back at once, in one letter: the overdue ones, or without such all that are awaited (MA9.2).

    It counts like one that the clock writes, and may come before its turn and after the last one. Raises RuleViolation
    where no card is awaited, or a letter went out the same day.
    """
    with chapter(actor=actor, reason=reason, clause="MA9.2"), locked(customer):
        refuse_for(why_not_called_back(customer, on))
        awaited = SimCard.objects.of_customer(customer).awaited()
        overdue = awaited.overdue()
        if overdue.exists():
            again = {"dunned_times": Computed("dunned_times + 1"), "dunned_on": on}
            told, kind = bulk_change(overdue, again), Notice.Kind.CARDS_OVERDUE
        else:
            told, kind = bulk_change(awaited, {"dunned_on": on}), Notice.Kind.CARDS_DUE
        notice = _tell(customer, kind, told)
        if notice is None:
            raise refuse("MA9.2", NONE_AWAITED)
    return notice


def why_not_called_back(customer: Customer, on: date) -> list[Unmet]:
    """Why a customer's cards cannot be called back now; empty where they can."""
    awaited = SimCard.objects.of_customer(customer).awaited()
    if not awaited.exists():
        return [Unmet(Clause("MA9.2"), NONE_AWAITED)]
    if awaited.dunned_today(on).exists():
        return [Unmet(Clause("MA9.2"), _("A reminder went out today already. Wait until tomorrow."))]
    return []


def why_not_awaited(card: SimCard) -> list[Unmet]:
    """Why a card is not called back; empty where it is awaited."""
    if str(card.state) in Custody.awaited():
        return []
    words = said(
        _("A card is called back while it is due or overdue; this one is: {state}."), state=card.get_state_display()
    )
    return [Unmet(Clause("MA9.2"), words)]


def remind_of_loss(incident: Incident, *, on: date, actor: Actor, reason: str = "") -> Notice:
    """Tell a customer that the fees of a lost card go on until the procedure is done (MA13.2)."""
    with chapter(actor=actor, reason=reason, clause="MA13.2"), locked(incident) as (held,):
        held.remind(on)
        held.save()
        contract = held.line.contract
        about = {"incident": held, "card": held.card, "line": held.line, "days": (on - held.reported_on).days}
        return notifying.tell(
            contract.customer, Notice.Kind.CARD_LOST, clause=Clause("MA13.2"), contract=contract, context=about
        )


def _tell(customer: Customer, kind: str, ids: Sequence[int]) -> Notice | None:
    if not ids:
        return None
    cards = SimCard.objects.among(ids[:LISTED]).with_list_data().order_by("due_back_on", "line__contract", "iccid")
    about = {"cards": list(cards), "many": len(ids), "company": company.present()}
    return notifying.tell(customer, kind, clause=Clause("MA9.2"), context=about)
