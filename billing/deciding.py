"""What staff decide beside the fees: surcharge, damages, credits; each with its clause and reason."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from billing import comparing
from billing.models import ExtraItem, Invoice, InvoiceKind, InvoiceLine
from billing.models.extra_item import CLAUSES, ExtraKind, taxed
from billing.models.invoice_state import UNISSUED
from billing.months import Month
from contracts.models import Contract
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.records import chapter, locked
from iijiot.rules import Unmet, refuse
from iijiot.words import Words, said
from iijiot.yen import surcharge

NO_FEE = _("This is no fee of a contract.")


def claim_surcharge(contract: Contract, evaded: int, *, text: str, reason: str, on: date, actor: Actor) -> ExtraItem:
    """Claim twice a fee that was unlawfully evaded, net of tax; the fee itself is charged as what it is (G34)."""
    return _claim(contract, ExtraKind.SURCHARGE, surcharge(evaded), text=text, reason=reason, on=on, actor=actor)


def claim_damages(contract: Contract, amount: int, *, text: str, reason: str, on: date, actor: Actor) -> ExtraItem:
    """Claim damages or recourse from the customer (G21)."""
    return _claim(contract, ExtraKind.DAMAGES, amount, text=text, reason=reason, on=on, actor=actor)


def _claim(
    contract: Contract, kind: ExtraKind, amount: int, *, text: str, reason: str, on: date, actor: Actor
) -> ExtraItem:
    if amount <= 0:
        raise refuse(CLAUSES[kind], _("Give a sum above zero yen."))
    return _decide(contract, kind, amount, taxed(kind), text=text, reason=reason, on=on, actor=actor)


def why_no_quality_credit(contract: Contract) -> Words | None:
    """Why nothing is credited for quality: the service guarantees none; None where it does (G22, G32)."""
    guarantee = contract.service.guarantee
    if guarantee.is_given:
        return None
    sentence = _("{service} has no guarantee of quality ({clause}). There is nothing to credit.")
    return said(sentence, service=contract.service.name, clause=guarantee.said_by.citation)


def credit_quality(
    line: InvoiceLine, amount: int, *, requested_on: date, text: str, reason: str, on: date, actor: Actor
) -> ExtraItem:
    """Credit what the service sets for a breach of its guarantee, on the customer's request (G32).

    Raises RuleViolation where nothing is guaranteed (G22), where the request is not in, and for more than is left.
    """
    if why := why_no_quality_credit(line.contract) if line.contract else NO_FEE:
        raise refuse("G32", why)
    if requested_on > on:
        raise refuse("G32", _("The request has not come yet. Check the day."))
    return _credit(line, ExtraKind.CREDIT, amount, text=text, reason=reason, on=on, actor=actor)


def credit_latest(contract: Contract, amount: int, **more: Any) -> ExtraItem:
    """Credit it on the latest monthly fee of a contract that was invoiced; see `credit_quality` for what it takes."""
    line = InvoiceLine.objects.latest_fee_of(contract.pk)
    if line is None:
        raise refuse("G32", _("No fee of the contract was invoiced yet. There is nothing to credit."))
    return credit_quality(line, amount, **more)


def why_not_lessened(invoice: Invoice) -> list[Unmet]:
    """Why nothing on a document can be credited by decision: it is no invoice, or did not go out."""
    if invoice.kind == InvoiceKind.INVOICE and invoice.state not in UNISSUED:
        return []
    return [Unmet(Clause(CLAUSES[ExtraKind.GOODWILL]), _("Only what stands on an issued invoice can be credited."))]


def give_goodwill(line: InvoiceLine, amount: int, *, text: str, reason: str, on: date, actor: Actor) -> ExtraItem:
    """Credit a part or all of what stands on an issued invoice, although it was owed."""
    return _credit(line, ExtraKind.GOODWILL, amount, text=text, reason=reason, on=on, actor=actor)


def rest_of(line: InvoiceLine) -> int:
    """How many yen of an invoice's line were not credited yet, by decision or because the facts have changed."""
    return rests_of([line])[line.pk]


def rests_of(lines: Sequence[InvoiceLine]) -> dict[int, int]:
    """The same of each of these lines."""
    decided = ExtraItem.objects.lessening([line.pk for line in lines])
    of_facts = comparing.fees_left(lines)
    rests = {}
    for line in lines:
        standing, pending = decided.get(line.pk, (0, 0))
        by_decision = line.amount + standing
        rests[line.pk] = min(by_decision, of_facts[line.pk] + pending) if line.pk in of_facts else by_decision
    return rests


def _credit(
    line: InvoiceLine, kind: ExtraKind, amount: int, *, text: str, reason: str, on: date, actor: Actor
) -> ExtraItem:
    if line.contract is None:
        raise refuse(CLAUSES[kind], NO_FEE)
    with chapter(actor=actor, reason=reason, clause=CLAUSES[kind]), locked(line.invoice):
        rest = rest_of(line)
        if not 0 < amount <= rest:
            raise refuse(
                CLAUSES[kind], said(_("Give a sum from 1 to {rest} yen: that is left of the line."), rest=f"{rest:,}")
            )
        return _decide(
            line.contract, kind, -amount, line.tax_percent is not None, text=text, reason=reason, on=on, actor=actor,
            lessens=line,
        )  # fmt: skip


def _decide(
    contract: Contract,
    kind: ExtraKind,
    amount: int,
    taxable: bool,
    *,
    text: str,
    reason: str,
    on: date,
    actor: Actor,
    lessens: InvoiceLine | None = None,
) -> ExtraItem:
    """Write a decision down; what lessens an invoice is for whom that was made out to, else for the contract's customer."""
    of = lessens.invoice if lessens else contract
    extra = ExtraItem(
        customer=of.customer,
        management_unit=of.management_unit,
        contract=contract,
        kind=kind,
        month=lessens.month if lessens else Month.of(on).first,
        arose_on=on,
        amount=amount,
        taxable=taxable,
        clause=CLAUSES[kind],
        text=text,
        reason=reason,
        lessens=lessens,
    )
    with chapter(actor=actor, reason=reason, clause=CLAUSES[kind]):
        extra.save()
    return extra


def withdraw(extra: ExtraItem, *, because: str, actor: Actor) -> None:
    """Take a decision back before an invoice has it."""
    with chapter(actor=actor, reason=because, clause=extra.clause), locked(extra) as (held,):
        held.withdraw(because)
        held.save()
