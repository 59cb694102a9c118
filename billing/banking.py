"""Files from banks: taken in and checked as a whole, shown, and booked once; the same file or entry twice changes nothing."""

from datetime import date
from pathlib import PurePath
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from billing.models import BankAccount, BankFile
from billing.models.bank_file import Kind
from billing.zengin import checking
from billing.zengin.credits import account_of, credits_in
from billing.zengin.days import Years
from billing.zengin.debits import debit_day
from billing.zengin.layouts import CREDITS, DIRECT_DEBIT, STATEMENT
from billing.zengin.reading import BankFile as Read
from billing.zengin.reading import Unreadable, read
from iijiot import file_store
from iijiot.actors import Actor
from iijiot.file_kinds import plain_name
from iijiot.records import chapter, locked

KINDS = {CREDITS.code: Kind.CREDITS, STATEMENT.code: Kind.STATEMENT, DIRECT_DEBIT.code: Kind.DEBIT_RESULT}


def take_in(name: str, body: bytes, *, today: date, actor: Actor) -> BankFile:
    """Put a file from a bank on record, checked as a whole and not booked yet (G33).

    Raises ValidationError with what is wrong: where it cannot be read, does not add up, or was taken in before.
    """
    sha256 = file_store.digest(body)
    if before := BankFile.objects.same_file(sha256).first():
        raise ValidationError(
            _("This very file was taken in before: %(file)s, on %(day)s."),
            code="G33",
            params={"file": before.number, "day": before.came_on},
        )
    try:
        file = _checked(body, today)
        account = account_for(file)
        if account.years != Years.ERA:
            file = _checked(body, today, Years(account.years))
        told = _told(file, account, today)
    except Unreadable as error:
        raise ValidationError(str(error), code="G33") from None
    shown = plain_name(PurePath(name).name)
    with file_store.placed(body) as key, chapter(actor=actor, clause="G33"):
        record = BankFile(
            account=account, name=shown, size=len(body), sha256=sha256, stored_as=key, came_on=today, **told
        )
        record.save()
    return record


def _checked(body: bytes, came_on: date, years: Years = Years.ERA) -> Read:
    file = read(body, came_on=came_on, years=years)
    if file.layout.code not in KINDS:
        raise Unreadable(_("Files of this kind go to the bank and do not come from it."))
    checking.check(file)
    return file


def account_for(file: Read) -> BankAccount:
    """Our account that a file is of. Raises Unreadable where there is none, or more than one."""
    found = {batch.header.text("creditor") for batch in file.batches if file.layout is DIRECT_DEBIT}
    if file.layout is DIRECT_DEBIT:
        accounts = [BankAccount.objects.open().of_creditor(code) for code in found]
    else:
        accounts = [BankAccount.objects.open().by_key(key) for key in {account_of(batch) for batch in file.batches}]
    if len(accounts) != 1:
        raise Unreadable(_("The file is of several accounts. Ask the bank for one file for each."))
    if accounts[0] is None:
        raise Unreadable(_("The file is of an account that is not on record. Record the account first."))
    return accounts[0]


def _told(file: Read, account: BankAccount, today: date) -> dict[str, object]:
    """What a file says of itself, as its record holds it."""
    kind = KINDS[file.layout.code]
    if kind == Kind.DEBIT_RESULT:
        if not all(checking.is_result(batch) for batch in file.batches):
            raise Unreadable(_("This is a request for debits, which goes to the bank; not a result."))
        rows = [row for batch in file.batches for row in batch.rows]
        days = {debit_day(batch, today) for batch in file.batches}
        if len(days) > 1:
            raise Unreadable(_("The file is of several debit days. Ask the bank for one file for each."))
        return {
            "kind": kind,
            "count": len(rows),
            "amount": sum(r.number("amount") for r in rows),
            "debit_on": days.pop(),
        }
    if account.credits_from != file.layout.code:
        raise Unreadable(
            _(
                "Credits of this account are booked from files of the other kind; from both, each would be booked twice. "
                "The account's page says which."
            )
        )
    entries = [credit for credit in credits_in(file) if not credit.is_reversal]
    return {"kind": kind, "count": len(entries), "amount": sum(credit.amount for credit in entries)}


def opened(record: BankFile) -> BinaryIO:
    """The file as it came or was made. Raises file_store.Lost."""
    return file_store.opened(record.stored_as, record.sha256)


def read_again(record: BankFile) -> Read:
    """What a file says. Raises file_store.Lost."""
    with opened(record) as file:
        return read(file.read(), came_on=record.came_on, years=Years(record.account.years))


def call_off(record: BankFile, *, because: str, actor: Actor) -> None:
    """Book nothing of a file, or do not send one to the bank; what it asked for can be asked for again (G33)."""
    debits, refunds = list(record.debits.asked()), list(record.refunds.in_file(record))
    with chapter(actor=actor, reason=because, clause="G33"), locked(record, *debits, *refunds) as (held, *rest):
        held.call_off()
        held.save()
        for part in rest:
            part.call_off() if part in debits else part.take_out()
            part.save()


def was_sent(record: BankFile, *, actor: Actor) -> None:
    """Note that a file we made is with the bank (G33)."""
    with chapter(actor=actor, clause="G33"), locked(record) as (held,):
        held.send()
        held.save()
