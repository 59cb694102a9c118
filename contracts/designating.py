"""Designating: another last day for a contract that ends with what it rests on, where its provision allows (MA12.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from contracts.cascade import Designation, Fall, Key
from contracts.models import Contract, DesignatedDay, Termination
from contracts.models.dependency import Subject
from iijiot.rules import RuleViolation, refuse
from iijiot.words import said

FARTHEST_END = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Designated:
    """Another day for one dependent contract: before the base's end only if the customer agrees."""

    contract: int
    on: date
    reason: str
    customer_agrees: bool = False


def designations(
    wishes: Sequence[Designated], ends: Mapping[Key, Fall], subjects: Mapping[Key, Subject]
) -> dict[Key, Designation]:
    """The wishes as the cascade takes them, each tied to the end at its root.

    Raises RuleViolation for one that the provision does not allow.
    """
    found: dict[Key, Designation] = {}
    for wish in wishes:
        key = ("contract", wish.contract)
        contract, end = subjects.get(key), ends.get(key)
        if not isinstance(contract, Contract) or end is None or end.base is None:
            raise refuse(
                "G29.1", _("Another day can be designated only for a contract that ends with what it rests on.")
            )
        if refusal := _not_allowed(wish, contract, end, ends[end.base].on):
            raise refusal
        found[key] = Designation(wish.on, end.root, end.root_on, wish.reason)
    return found


def merged(
    standing: Mapping[Key, Sequence[Designation]], wishes: Mapping[Key, Designation]
) -> dict[Key, Sequence[Designation]]:
    """Designated days with the wishes put before those that stand."""
    return {**standing, **{key: [wish, *standing.get(key, ())] for key, wish in wishes.items()}}


def keep(wishes: Sequence[Designated], found: Mapping[Key, Designation], ends: Sequence[Termination]) -> None:
    """Write the wishes down, each for the end at its root, inside the open act (MA12.2)."""
    standing = {end.pk: end for end in ends}
    own = {(end.subject.key, end.effective_on): end for end in ends if end.cause_id not in standing}
    for wish in wishes:
        designation = found["contract", wish.contract]
        end = own[designation.root, designation.root_on]
        day = DesignatedDay.objects.for_ends([end.pk]).filter(contract=wish.contract).first()
        day = day or DesignatedDay(contract_id=wish.contract, end=end)
        day.on, day.reason, day.customer_agrees = wish.on, wish.reason, wish.customer_agrees
        day.save()


def _not_allowed(wish: Designated, contract: Contract, end: Fall, base_end: date) -> RuleViolation | None:
    if not contract.service.ends_with.company_may_designate_a_day:
        return refuse(end.clause, said(_("{contract} ends on the same day as its contract."), contract=contract))
    if not wish.reason.strip():
        return refuse(end.clause, _("Give the reason for designating another day."))
    if wish.on < base_end and not wish.customer_agrees:
        sentence = _("{contract} cannot end before what it rests on ({day}) unless the customer agrees.")
        return refuse(end.clause, said(sentence, contract=contract, day=base_end))
    if wish.on < contract.accepted_on:
        sentence = _("{contract} was accepted on {day}. Choose that day or a later one.")
        return refuse(end.clause, said(sentence, contract=contract, day=contract.accepted_on))
    if wish.on > base_end + FARTHEST_END:
        return refuse(end.clause, _("The day designated is more than three years later. Check the year."))
    return None
