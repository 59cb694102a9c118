"""Protecting a contract against termination: no notice of the customer is taken, and those booked are taken back."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts import ending
from contracts.acts import Protected
from contracts.ending import EndingPlan
from contracts.models import Contract
from iijiot.actors import Actor
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation, Unmet, refuse_for, unmet
from iijiot.words import said


def plan_protecting(contract: Contract, *, today: date) -> EndingPlan:
    """What protecting the contract would lift: what its own notices cause, and nothing else (G29.1).

    The company's acts and the fall of what it rests on are not hindered. Raises RuleViolation where it is protected,
    has ended, or its last day is over.
    """
    refuse_for(why_not(contract, today=today))
    notices = contract.terminations.by_notice()
    plan = ending.planned(Protected(contract.pk, tuple(notice.pk for notice in notices), today), contract.customer)
    change = next((change for change in plan.changes if change.subject.key == contract.key), None)
    stays = contract.ends_on if change is None else change.after and change.after.on
    if stays is None:
        return plan
    return replace(
        plan, warnings=(said(_("It still ends on {day}: no notice of the customer is the cause."), day=stays),)
    )


def why_not(contract: Contract, *, today: date) -> list[Unmet]:
    """Why the contract cannot be protected now; empty where it can (G29.1)."""
    reasons = unmet(contract.protect)
    for notice in () if reasons else contract.terminations.by_notice():
        try:
            ending.may_be_taken_back(notice, today=today)
        except RuleViolation as refusal:
            reasons += refusal.unmet
    return reasons


def unprotect(contract: Contract, *, actor: Actor, reason: str = "") -> None:
    """Let notices be taken again (G29.1)."""
    with chapter(actor=actor, reason=reason, clause="G29.1"), locked(contract) as (held,):
        held.unprotect()
        held.save()
