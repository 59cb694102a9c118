"""Our ledger of cards compared with the host carrier's: they lend to us what we lend to customers (MA1)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.bulk import bulk_insert, bulk_transition
from iijiot.records import chapter, locked
from iijiot.rules import refuse
from sims.models import Difference, FileImport, Reconciliation, SimCard

LENT, RETURNED = "lent", "returned"

BOTH_LEDGERS = """
    SELECT theirs.iccid AS their_iccid, theirs.state AS their_state, theirs.lent_on AS their_day,
           theirs.returned_on AS their_return, ours.iccid AS our_iccid, ours.id AS card_id, ours.state AS our_state,
           ours.received_on AS our_day
    FROM unnest(%s::text[], %s::text[], %s::date[], %s::date[]) AS theirs(iccid, state, lent_on, returned_on)
    FULL JOIN (
        SELECT card.* FROM sims_simcard card JOIN sims_simproduct product ON product.id = card.product_id
        WHERE product.lender = %s AND card.state <> 'mistaken'
    ) ours ON ours.iccid = theirs.iccid
"""
DIFFERING = f"""
    SELECT * FROM (
        SELECT ledgers.*, COALESCE(their_iccid, our_iccid) AS iccid, CASE
            WHEN their_iccid IS NULL AND our_state <> 'disposed' THEN 'ours'
            WHEN our_iccid IS NULL THEN 'theirs'
            WHEN (their_state = 'returned') <> (our_state = 'disposed') THEN 'state'
            WHEN their_state = 'lent' AND abs(their_day - our_day) > %s THEN 'day'
        END AS kind FROM ({BOTH_LEDGERS}) ledgers
    ) told WHERE kind IS NOT NULL ORDER BY kind, iccid
"""
"""A card that we have disposed of is back with the carrier or destroyed: it is neither on loan nor missed in their list."""


class Listed(NamedTuple):
    """A card as the carrier lists it."""

    iccid: str
    state: str
    lent_on: date | None
    returned_on: date | None


def compare(
    listed: Sequence[Listed], *, lender: str, of_file: FileImport, on: date, grace: int, actor: Actor
) -> Reconciliation:
    """Record what differs between a carrier's list and our cards of that carrier (MA1).

    Days of the loan differ where more than `grace` days lie between them: a delivery is on its way for some.
    """
    arrays: list[Any] = [list(column) for column in zip(*listed, strict=True)] or [[], [], [], []]
    ledgers = [*arrays, lender]
    with chapter(actor=actor, clause="MA1"):
        both, ours = _counted(lender, [card.iccid for card in listed])
        found = Reconciliation(
            file=of_file, lender=lender, compared_on=on, grace=grace, both=both, ours=ours, theirs=len(listed)
        )
        found.save()
        values = {
            "reconciliation": str(found.pk),
            "iccid": "iccid",
            "kind": "kind",
            "card": "CASE WHEN kind <> 'theirs' THEN card_id END",
            "our_state": "COALESCE(our_state, '')",
            "our_day": "our_day",
            "their_state": "COALESCE(their_state, '')",
            "their_day": "their_day",
            "their_return": "their_return",
            "note": "''",
            "state": "'open'",
        }
        bulk_insert(Difference, values, DIFFERING, [grace, *ledgers])
    return found


def _counted(lender: str, iccids: Sequence[str]) -> tuple[int, int]:
    """How many of the cards listed are in our ledger too, and how many that one has in all."""
    ours = SimCard.objects.lent_by(lender)
    both = ours.listed(iccids)
    return both.count(), ours.kept().count() + both.count() - both.kept().count()


def settle(differences: Sequence[Difference], *, note: str, on: date, actor: Actor) -> None:
    """Mark differences as settled, with how."""
    with chapter(actor=actor, reason=note, clause="MA1"), locked(*differences) as held:
        for difference in held:
            difference.settle(on, note)
            difference.save()


def settle_all(found: Reconciliation, *, kind: str, note: str, on: date, actor: Actor) -> int:
    """Mark all open differences of a kind as settled; returns how many. Raises RuleViolation where none is open."""
    with chapter(actor=actor, reason=note, clause="MA1"), locked(found):
        rows = Difference.objects.of(found).open().of_kind(kind)
        settled = bulk_transition(rows, "settle", {"settled_on": on, "note": note})
        if not settled:
            raise refuse("MA1", _("No difference of this kind is open."))
    return len(settled)
