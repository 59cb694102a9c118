"""Comparing a file with itself: totals of trailers with the data, balances, counts. What does not add up is refused whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from billing.zengin.layouts import CREDITS, DIRECT_DEBIT, STATEMENT, TRANSFERS
from billing.zengin.reading import BankFile, Batch, Row, Unreadable
from iijiot.words import Words, said

PAID = "0"
INTO, OUT_OF = "1", "2"
MINUS = "2"
REVERSED = "1"
KNOWN_RESULTS = frozenset("0123489")

Comparison = tuple[Words, int, int]
"""What is compared, what the trailer says, what the data say."""


def check(file: BankFile) -> None:
    """Refuse a file that does not add up. Raises Unreadable with everything that differs."""
    differing: list[Words] = [
        said(_("{what}: {told} in the trailer, {found} in the data."), what=what, told=f"{told:,}", found=f"{found:,}")
        for batch in file.batches
        for what, told, found in COMPARISONS[file.layout.code](batch)
        if told != found
    ]
    if file.layout is STATEMENT:
        differing += _counts_of_the_end(file)
    if differing:
        raise Unreadable(said(" ".join(["{}"] * len(differing)), *differing))


def is_result(batch: Batch) -> bool:
    """Whether a file of direct debits says what became of them, or only asks for them."""
    return batch.trailer.number("paid_count") + batch.trailer.number("failed_count") > 0


def of_debits(batch: Batch) -> Iterator[Comparison]:
    """Count and sum; in a result also what was paid and what was not."""
    yield _("debits, count"), batch.trailer.number("count"), len(batch.rows)
    yield _("debits, sum"), batch.trailer.number("amount"), _sum(batch.rows)
    if unknown := sorted({row.text("result") for row in batch.rows} - KNOWN_RESULTS):
        raise Unreadable(said(_("There is no result code {code}."), code="、".join(unknown)))
    if not is_result(batch):
        return
    paid = [row for row in batch.rows if row.text("result") == PAID]
    failed = [row for row in batch.rows if row.text("result") != PAID]
    yield _("paid debits, count"), batch.trailer.number("paid_count"), len(paid)
    yield _("paid debits, sum"), batch.trailer.number("paid_amount"), _sum(paid)
    yield _("failed debits, count"), batch.trailer.number("failed_count"), len(failed)
    yield _("failed debits, sum"), batch.trailer.number("failed_amount"), _sum(failed)


def counts_reversals(batch: Batch) -> bool:
    """Whether the trailer's credits contain the reversed ones: banks do it either way."""
    both = (batch.trailer.number("count"), batch.trailer.number("amount"))
    return any(is_reversal(row) for row in batch.rows) and both == (len(batch.rows), _sum(batch.rows))


def of_credits(batch: Batch) -> Iterator[Comparison]:
    """Credits and reversals, each with count and sum; the credits with or without the reversals among them."""
    reversed_rows = [row for row in batch.rows if is_reversal(row)]
    counted = batch.rows if counts_reversals(batch) else [row for row in batch.rows if not is_reversal(row)]
    yield _("credits, count"), batch.trailer.number("count"), len(counted)
    yield _("credits, sum"), batch.trailer.number("amount"), _sum(counted)
    yield _("reversals, count"), batch.trailer.number("reversed_count"), len(reversed_rows)
    yield _("reversals, sum"), batch.trailer.number("reversed_amount"), _sum(reversed_rows)


def is_reversal(row: Row) -> bool:
    """Whether a credit takes an earlier one back."""
    return row.text("reversal") == REVERSED


def of_statement(batch: Batch) -> Iterator[Comparison]:
    """What came in, what went out, the records; and that the balance before and all of it give the balance after."""
    into = [row for row in batch.rows if row.text("way") == INTO]
    out_of = [row for row in batch.rows if row.text("way") == OUT_OF]
    if len(into) + len(out_of) != len(batch.rows):
        raise Unreadable(_("An entry is neither in (1) nor out (2)."))
    yield _("entries in, count"), batch.trailer.number("in_count"), len(into)
    yield _("entries in, sum"), batch.trailer.number("in_amount"), _sum(into)
    yield _("entries out, count"), batch.trailer.number("out_count"), len(out_of)
    yield _("entries out, sum"), batch.trailer.number("out_amount"), _sum(out_of)
    yield _("records"), batch.trailer.number("records"), len(batch.rows)
    yield _("balance after"), closing(batch), opening(batch) + _sum(into) - _sum(out_of)


def opening(batch: Batch) -> int:
    """The balance before, less than nothing where the account is overdrawn."""
    return _signed(batch.header, "opening")


def closing(batch: Batch) -> int:
    """The balance after, less than nothing where the account is overdrawn."""
    return _signed(batch.trailer, "closing")


def of_transfers(batch: Batch) -> Iterator[Comparison]:
    """Count and sum."""
    yield _("transfers, count"), batch.trailer.number("count"), len(batch.rows)
    yield _("transfers, sum"), batch.trailer.number("amount"), _sum(batch.rows)


COMPARISONS: Mapping[str, Callable[[Batch], Iterator[Comparison]]] = {
    DIRECT_DEBIT.code: of_debits,
    CREDITS.code: of_credits,
    STATEMENT.code: of_statement,
    TRANSFERS.code: of_transfers,
}


def _counts_of_the_end(file: BankFile) -> list[Words]:
    """Records and accounts of the whole file, where the bank tells them; the end itself may count as a record or not."""
    told = file.end.values
    differing: list[Words] = []
    if told["records"] and told["records"] not in (file.end.place, file.end.place - 1):
        differing.append(
            said(_("records of the file: {told} told, {found} found."), told=told["records"], found=file.end.place)
        )
    if told["accounts"] and told["accounts"] != len(file.batches):
        differing.append(
            said(_("accounts of the file: {told} told, {found} found."), told=told["accounts"], found=len(file.batches))
        )
    return differing


def _signed(row: Row, name: str) -> int:
    return -row.number(name) if row.text("sign") == MINUS else row.number(name)


def _sum(rows: Sequence[Row]) -> int:
    return sum(row.number("amount") for row in rows)
