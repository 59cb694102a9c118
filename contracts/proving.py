"""Evidence files: put on record, withdrawn, and opened only by whoever may, each time in the log (G16, G40.3)."""

import logging
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contracts.models import Customer, Evidence
from contracts.models.evidence import CLAUSES, State, field_of
from iijiot import access_log, file_kinds, file_store
from iijiot.actors import Actor, ActorKind
from iijiot.file_kinds import TakenFile
from iijiot.models import AccessEvent, User
from iijiot.records import chapter, locked
from iijiot.rules import refuse
from iijiot.words import said

log = logging.getLogger(__name__)

PERMISSION = "contracts.open_evidence"


def largest() -> int:
    """How many bytes a file may have at most."""
    return int(settings.LARGEST_EVIDENCE)


def taken(name: str, body: bytes) -> TakenFile:
    """A file that was handed in, looked at. Raises ValidationError with the reason where it is not taken."""
    return file_kinds.taken(name, body, largest())


def keep(record: Any, file: TakenFile, *, kind: str, received_on: date, today: date, actor: Actor) -> Evidence:
    """Put a file on record as evidence of a report, a succession, a death, an heir's filing or an application.

    The bytes are on the disk before the row is written; where the row cannot be, they are taken away again.
    """
    of = field_of(record)
    if received_on > today:
        raise refuse(CLAUSES[of], _("The day of arrival has not come yet. Check the day."))
    with (
        file_store.placed(file.body) as key,
        chapter(actor=actor, clause=CLAUSES[of]),
        locked(record) as (held,),
    ):
        evidence = Evidence(
            **{of: held},
            kind=kind,
            name=file.name,
            media_type=file.kind.media_type,
            size=len(file.body),
            sha256=file_store.digest(file.body),
            stored_as=key,
            received_on=received_on,
        )
        evidence.save()
    return evidence


def withdraw(evidence: Evidence, *, because: str, actor: Actor) -> None:
    """Let a file count no more that was put on record by mistake; its bytes stay, and nobody opens them (G16)."""
    with chapter(actor=actor, reason=because, clause=evidence.clause), locked(evidence) as (held,):
        held.withdraw(because)
        held.save()


def open_(evidence: Evidence, *, actor: Actor, request: HttpRequest | None = None) -> BinaryIO:
    """Let somebody read a file: the one door to its bytes (G40.3).

    Each opening is in the access log, and each refusal for want of the permission. Raises RuleViolation for whoever may
    not, for a file that was withdrawn, and for one that is lost or damaged.
    """
    about = f"{evidence.number} {evidence.customer.number} {evidence.shown_with.number}"
    if not _may_open(actor):
        access_log.note(AccessEvent.Kind.DENIED, request, actor=actor, detail=about)
        raise refuse("G40.3", _("You may not open evidence files."))
    if evidence.state != State.KEPT:
        raise refuse(evidence.clause, _("This file was withdrawn, and is not opened any more."))
    if evidence.is_erased:
        raise refuse("G40.2.1", _("This file was erased with the customer's personal data."))
    try:
        file = file_store.opened(evidence.stored_as, evidence.sha256)
    except file_store.Lost as lost:
        log.error("%s is lost: %s", evidence.number, lost)  # noqa: TRY400 - the operator needs no traceback
        raise refuse(
            evidence.clause,
            said(
                _(
                    "The file of {number} is gone or damaged. Tell the operator, who has backups; else ask for the paper anew."
                ),
                number=evidence.number,
            ),
        ) from lost
    access_log.note(AccessEvent.Kind.OPENED, request, actor=actor, detail=about, about=evidence.customer.number)
    return file


def let_go(customer: Customer) -> None:
    """Remove a customer's files once it is sure that what is personal is erased; what a crash leaves is swept (G40.2.1)."""
    keys = list(Evidence.objects.of_customer(customer).values_list("stored_as", flat=True))

    def gone() -> None:
        for key in keys:
            file_store.drop(key)

    transaction.on_commit(gone)


def _may_open(actor: Actor) -> bool:
    if actor.kind != ActorKind.STAFF:
        return False
    user = User.objects.among([actor.user_id]).first()
    return user is not None and user.has_perm(PERMISSION)


def orphans(since: datetime) -> Iterator[str]:
    """Keys of files that lay there at a moment already and that no record needs: of acts taken back, or erased."""
    for keys in file_store.untouched_since(since):
        known = file_store.needed(keys)
        yield from (key for key in keys if key not in known)


def sweep(since: datetime) -> int:
    """Take these files away; returns how many."""
    found = list(orphans(since))
    for key in found:
        file_store.drop(key)
    return len(found)
