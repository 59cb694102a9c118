"""Ends by another way than a notice on our form: by the company, by the customer while the service cannot be used, or under
other terms.
"""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts.designating import FARTHEST_END, Designated
from contracts.ending import EndingPlan, plan_ending
from contracts.models import Contract, Discontinuation, ExternalSubscription, Measure, Suspension, Termination
from contracts.models.suspension import Cause
from contracts.models.termination import Origin
from iijiot.clauses import Clause
from iijiot.rules import Unmet, refuse, require
from iijiot.words import said


def plan_end_of_subscription(
    subscription: ExternalSubscription, *, effective_on: date, today: date, designated: Sequence[Designated] = ()
) -> EndingPlan:
    """What would end with what a customer holds under other terms (PC5.2 and its like). Raises RuleViolation for a day that
    cannot be.
    """
    clause = subscription.end_clause
    if effective_on > today + FARTHEST_END:
        raise refuse(clause, _("This is more than three years ahead. Check the year."))
    return plan_ending(subscription, effective_on=effective_on, clause=clause, designated=designated)


def may_end_after_suspension(contract: Contract, *, today: date) -> Suspension:
    """The suspension by which the company may terminate on this day. Raises RuleViolation where there is none (G28.1.1)."""
    require(contract.take_termination)
    for suspension in contract.suspensions.in_force().order_by("begun_on", "pk"):
        since = suspension.terminable_from()
        if since is not None and since <= today:
            return suspension
    raise _not_yet(contract)


def plan_ending_after_suspension(
    contract: Contract, *, effective_on: date, told: str, today: date, designated: Sequence[Designated] = ()
) -> EndingPlan:
    """What the company's termination would end after a suspension that was not cured (G28.1.1, G28.2).

    Raises RuleViolation without a suspension in force, before the two months are over except for non-payment, and
    where the customer would be told only after the end.
    """
    suspension = may_end_after_suspension(contract, today=today)
    return _by_company(contract, "G28.1.1", suspension.cause, effective_on, told, today, designated)


def _not_yet(contract: Contract) -> Exception:
    waiting = contract.suspensions.to_watch().first()
    if waiting is None:
        return refuse(
            "G28.1.1",
            _(
                "No suspension is in force whose cause goes on. Suspend the contract first, or state the hindrance (item 2)."
            ),
        )
    return refuse(
        "G28.1.1",
        said(
            _("The customer may cure the cause of {suspension} until {day}. Terminate from the day after."),
            suspension=waiting.number,
            day=waiting.cure_by,
        ),
    )


def plan_ending_for_hindrance(
    contract: Contract,
    *,
    cause: str,
    hindrance: str,
    effective_on: date,
    told: str,
    today: date,
    designated: Sequence[Designated] = (),
) -> EndingPlan:
    """What the company's termination at once would end, where the cause hinders our operations (G28.1.2, G28.2).

    Raises RuleViolation without one of the four causes and the hindrance in words.
    """
    require(contract.take_termination)
    if cause not in Cause.values:
        raise refuse("G28.1.2", _("Choose one of the four causes of article 26."))
    if not told.strip():
        raise refuse("G28.2", _("Say what the customer is told as the reason."))
    if not hindrance.strip():
        raise refuse("G28.1.2", _("Say how our operations are, or are likely to be, hindered."))
    return _by_company(contract, "G28.1.2", cause, effective_on, f"{told} {hindrance}", today, designated)


def _by_company(
    contract: Contract,
    clause: str,
    ground: str,
    effective_on: date,
    told: str,
    today: date,
    designated: Sequence[Designated],
) -> EndingPlan:
    if effective_on < today:
        raise refuse("G28.2", said(_("The customer is told first. Choose {day} or a later day."), day=today))
    return plan_ending(
        contract,
        effective_on=effective_on,
        clause=clause,
        designated=designated,
        origin=Origin.COMPANY,
        ground=ground,
        told=told,
    )


def plan_ending_in_trouble(
    contract: Contract,
    measure: Measure,
    *,
    arrived_on: date,
    statement: str,
    today: date,
    how: str = Termination.How.OTHER,
    designated: Sequence[Designated] = (),
) -> EndingPlan:
    """What the customer's termination would end because the service cannot be used, on the day of arrival (G29.2).

    Any form will do; that the purpose fails is the customer's judgement, recorded in `statement`. Raises RuleViolation
    where no restriction or interruption touches the contract on that day.
    """
    require(contract.take_notice)
    if not contract_may_end_by(contract, measure) or arrived_on < measure.starts_on:
        raise refuse(
            "G29.2",
            _(
                "No restriction or interruption in force makes this contract unusable on that day. Take a notice on our form."
            ),
        )
    if arrived_on > today:
        raise refuse("G29.2", _("The day of arrival has not come yet. Check the day."))
    if not statement.strip():
        raise refuse("G29.2", _("Write down why the customer can no longer reach the purpose of the contract."))
    return plan_ending(
        contract,
        effective_on=arrived_on,
        clause="G29.2",
        designated=designated,
        origin=Origin.TROUBLE,
        how=how,
        arrived_on=arrived_on,
        measure=measure.pk,
        told=statement,
    )


def why_no_trouble(contract: Contract) -> list[Unmet]:
    """Why the contract cannot be ended at once: nothing makes it unusable now; empty when something does (G29.2)."""
    if Measure.objects.opening_an_end(contract).exists():
        return []
    return [Unmet(Clause("G29.2"), _("No restriction or interruption makes this contract unusable now."))]


def contract_may_end_by(contract: Contract, measure: Measure) -> bool:
    """Whether a measure in force makes a contract unusable, so that the customer may end it at once (G29.2)."""
    return Measure.objects.opening_an_end(contract).among([measure.pk]).exists()


def plan_ending_by_discontinuation(contract: Contract, discontinuation: Discontinuation) -> EndingPlan:
    """What the discontinuation of its service would end, with its last day (G29.3)."""
    return plan_ending(
        contract,
        effective_on=discontinuation.last_day,
        clause="G29.3",
        origin=Origin.DISCONTINUED,
        ground=discontinuation.clause_value.id,
        discontinuation=discontinuation.pk,
        told=discontinuation.reason,
    )
