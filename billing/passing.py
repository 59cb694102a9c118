"""Debts that pass to another customer: all of them in a merger or an inheritance, single ones by a split plan (G17, G18)."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from billing.models import ExtraItem, Invoice, PayerSign, Receipt
from billing.models.payer import SignKind
from billing.zengin.kana import comparable
from contracts.models import Customer, HeirFiling, ManagementUnit, Succession
from iijiot.actors import Actor
from iijiot.bulk import bulk_change, bulk_transition
from iijiot.records import chapter, locked
from iijiot.rules import refuse


def pass_all(predecessor: Customer, successor: Customer) -> None:
    """Let everything that is owed and credited pass, inside the open act, whose customers are held (G17, G18).

    What is paid passes too: a payment can be taken back, a refund called off. Documents stay made out to whom they were
    made out to; payments by the old signs, and by the old name, now belong to the successor.
    """
    every = Invoice.objects.standing().owed_by(predecessor)
    whole = Invoice.objects.among(list(every.values_list("pk", flat=True)))
    bulk_transition(whole, "pass_with_all", {"passed_to": successor.pk})
    paid = Receipt.objects.of_customer(predecessor)
    bulk_change(Receipt.objects.among(list(paid.values_list("pk", flat=True))), {"customer": successor.pk})
    _pass_signs(predecessor, successor)
    for old, unit in _units(predecessor, successor).items():
        waiting = ExtraItem.objects.pending().of_units([old])
        bulk_change(waiting, {"customer": successor.pk, "management_unit": unit.pk, "contract": None})


def _pass_signs(predecessor: Customer, successor: Customer) -> None:
    """Know the successor by everything by which the predecessor was known."""
    own = set(PayerSign.objects.standing().of_customer(successor).values_list("kind", "value"))
    signs = [s for s in PayerSign.objects.standing().of_customer(predecessor) if (s.kind, s.value) not in own]
    bulk_change(PayerSign.objects.among([s.pk for s in signs]), {"customer": successor.pk}, releasing=["customer"])
    name = comparable(predecessor.name_kana)
    known = own | {(s.kind, s.value) for s in signs}
    if name and not {(SignKind.NAME, name)} & known:
        PayerSign(customer=successor, kind=SignKind.NAME, value=name).save()


def successors(customers: Iterable[int]) -> dict[int, int]:
    """Of these customers, by their keys, each that another has followed in everything, and who that is now (G17, G18)."""
    begun = set(customers)
    last = {pk: pk for pk in begun}
    while step := {**Succession.objects.followed(last.values()), **HeirFiling.objects.taken(last.values())}:
        last = {pk: step.get(now, now) for pk, now in last.items()}
    return {pk: now for pk, now in last.items() if now != pk}


def _units(predecessor: Customer, successor: Customer) -> Mapping[int, ManagementUnit]:
    """The successor's unit for each of the predecessor's in which something waits: the one of its name, else the latest."""
    waiting = ExtraItem.objects.pending().of_customer(predecessor).values_list("management_unit", flat=True)
    old = list(ManagementUnit.objects.among(set(waiting)).order_by("pk"))
    new = list(ManagementUnit.objects.of_customer(successor).order_by("-pk")) if old else []
    if old and not new:
        made = ManagementUnit(customer=successor, name=old[0].name)
        made.save()
        new = [made]
    return {unit.pk: next((one for one in new if one.name == unit.name), new[0]) for unit in old}


def pass_debt(invoice: Invoice, succession: Succession, *, actor: Actor, reason: str) -> None:
    """Let one debt pass by a split plan, which says which debts do (G17).

    Raises RuleViolation where the succession is none of the debtor's, or was not carried out.
    """
    if succession.predecessor_id != invoice.debtor.pk or succession.state != "carried-out":
        raise refuse("G17", _("Choose a succession of this debtor that was carried out."))
    with chapter(actor=actor, reason=reason, clause="G17"), locked(invoice) as (held,):
        held.pass_to(succession.successor)
        held.save()
