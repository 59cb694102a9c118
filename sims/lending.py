"""The loan ledger of a card: who holds it since when and until when, and by whose loan (MA1, MA9.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Customer, Notice
from iijiot import clock
from iijiot.lookups import history_of
from iijiot.words import Words
from sims.models import Replacement, SimCard
from sims.models.card_state import Custody


@dataclass(frozen=True)
class Loan:
    """One loan: who lends, who holds the card, since when, until when at the latest, and when it was over."""

    lender: Words
    holder: Words
    since: date
    due: date | None = None
    until: date | None = None
    how: Words = ""
    customer: Any = None
    """The holder as a record, where it is a customer."""


@dataclass(frozen=True)
class Told:
    """A letter in which the customer was told of the card, and what for."""

    on: date
    what: Words
    notice: Any


def loans(card: SimCard) -> list[Loan]:
    """The host carrier's loan to us, and ours to customers: since a contract passed to another, to that one (MA1, G17)."""
    if str(card.state) == Custody.MISTAKEN:
        return []
    with_us = Loan(
        card.product.lender,
        _("The company"),
        card.received_on,
        until=_day(_since(card, Custody.DISPOSED)),
        how=card.get_state_display() if str(card.state) == Custody.DISPOSED else "",
    )
    return [with_us, *_to_customers(card)]


def told(card: SimCard) -> list[Told]:
    """The reminders that named the card, the latest first."""
    rows = history_of(SimCard).filter(id=card.pk).order_by("history_id")
    versions = rows.values_list("history_chapter", "history_date", "reminded_before", "dunned_times", "dunned_on")
    changed = [
        (later, _what(earlier, later)) for earlier, later in pairwise(versions.iterator()) if earlier[2:] != later[2:]
    ]
    letters = _letters([version[0] for version, _words in changed])
    return [Told(_jst(version[1]), words, letters.get(version[0])) for version, words in reversed(changed)]


def chain(card: SimCard) -> list[Replacement]:
    """The replacements that led to a card and those that followed, the oldest first; those of its line alone (MA10.1)."""
    if card.line is None:
        return []
    links = list(Replacement.objects.of_line(card.line).with_list_data())
    giving, taking = {link.new_id: link for link in links}, {link.old_id: link for link in links}
    found: list[Replacement] = []
    key = card.pk
    while link := giving.get(key):
        found.insert(0, link)
        key = link.old_id
    key = card.pk
    while link := taking.get(key):
        found.append(link)
        key = link.new_id
    return found


def _to_customers(card: SimCard) -> Iterator[Loan]:
    """Our loan, split where the contract passed from one customer to another while the card was out."""
    if card.lent_on is None or card.line is None:
        return
    first, passed = _holders(card.line.contract)
    before = [first, *(key for day, key in passed if day <= card.lent_on)]
    while_out = [
        (day, key) for day, key in passed if card.lent_on < day and (card.over_on is None or day <= card.over_on)
    ]
    holders = [(card.lent_on, before[-1]), *while_out]
    customers = {customer.pk: customer for customer in Customer.objects.among([key for _day, key in holders])}
    ends = [day for day, _key in holders[1:]]
    for (since, key), until in zip(holders, [*ends, None], strict=True):
        last = until is None
        yield Loan(
            _("The company"),
            str(customers[key]),
            since,
            due=card.due_back_on if last else None,
            until=card.over_on if last else until,
            how=(card.get_state_display() if last else _("The contract passed to another customer.")),
            customer=customers[key],
        )


def _holders(contract: Contract) -> tuple[int, list[tuple[date, int]]]:
    """Whose the contract was at first, and on which days it passed to whom."""
    versions = history_of(Contract).filter(id=contract.pk).order_by("history_id")
    rows = list(versions.values_list("history_date", "customer_id"))
    passed = [(_jst(moment), key) for (_before, was), (moment, key) in pairwise(rows) if key != was]
    return (rows[0][1] if rows else contract.customer_id), passed


def _since(card: SimCard, state: str) -> datetime | None:
    """When the card came into its present state, if it is this one."""
    if str(card.state) != state:
        return None
    rows = history_of(SimCard).filter(id=card.pk, state=state).order_by("history_id")
    return rows.values_list("history_date", flat=True).first()


def _what(earlier: Any, later: Any) -> Words:
    """What the letter of a change was."""
    if later[3] != earlier[3]:
        return _("Dunned for the overdue card")
    return _("Reminded of the day of return")


def _letters(chapters: list[Any]) -> dict[Any, Notice]:
    """The notices that were written in these acts."""
    written = history_of(Notice).filter(history_chapter__in=chapters, history_type="+")
    by_key = dict(written.values_list("id", "history_chapter"))
    return {by_key[notice.pk]: notice for notice in Notice.objects.among(by_key)}


def _jst(moment: datetime) -> date:
    return moment.astimezone(clock.TOKYO).date()


def _day(moment: datetime | None) -> date | None:
    return _jst(moment) if moment else None
