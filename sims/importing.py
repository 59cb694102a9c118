"""Files taken in, looked at, loaded or called off: the same road for console, commands and, later, the API (MA1, MA15.2).

A file is loaded in one transaction: a worker that dies leaves nothing half written, and the next one begins anew.
"""

import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from iijiot import file_store, progress
from iijiot.actors import Actor
from iijiot.file_kinds import plain_name
from iijiot.jobs import job, later
from iijiot.models import User
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation, require
from sims import surveying
from sims.models import FileImport
from sims.models.file_import import Kind, Mode, State
from sims.surveying import Given, Stopped, Survey, Taken

ENDINGS = ("csv", "txt", "tsv", "xlsx")
CLAUSES = {Kind.CARDS: "MA1", Kind.USAGE: "MA15.2", Kind.LENDER: "MA1"}
PERMISSIONS = {
    Kind.CARDS: "sims.receive_simcard",
    Kind.USAGE: "sims.load_usage",
    Kind.LENDER: "sims.reconcile_cards",
}
"""Who may load files of a kind."""


def take_in(
    name: str, body: bytes, *, given: dict[str, Any], today: date, actor: Actor, user: User | None = None
) -> FileImport:
    """Put a file on record and let a worker look at it; `given` says its kind and what holds for all rows.

    Raises ValidationError with what is wrong where it is no table, or lacks a column.
    """
    with chapter(actor=actor, clause=CLAUSES[given["kind"]]):
        record = put_on_record(name, body, given=given, today=today, actor=actor, user=user)
        later(check_file, pk=record.pk)
    return record


def put_on_record(
    name: str, body: bytes, *, given: dict[str, Any], today: date, actor: Actor, user: User | None = None
) -> FileImport:
    """Put a file on record, to be looked at by whoever calls. Raises ValidationError."""
    shown = named(name)
    surveying.first_look(io.BytesIO(body), given["kind"])
    sha256 = file_store.digest(body)
    with file_store.placed(body) as key, chapter(actor=actor, clause=CLAUSES[given["kind"]]):
        record = FileImport(**given, name=shown, size=len(body), sha256=sha256, stored_as=key, came_on=today, user=user)
        record.save()
    return record


def named(name: str) -> str:
    """The file's name as it may be shown. Raises ValidationError for an ending that no table has."""
    shown = plain_name(name)
    if shown.rpartition(".")[2].lower() not in ENDINGS:
        raise ValidationError(
            _("Send a table: a file whose name ends in %(endings)s."),
            code="invalid",
            params={"endings": "、".join(f".{ending}" for ending in ENDINGS)},
        )
    return shown


def check(record: FileImport, *, told: progress.Told) -> None:
    """Look at a file that was taken in, and write nothing but what was found."""
    if record.state != State.CHECKING:
        return
    actor = actor_of(record)
    try:
        with closing(file_of(record)) as file:
            found = surveying.survey(file, given_of(record), actor=actor, told=told, goes_on=_while(record))
    except ValidationError as error:
        _fail(record, error, actor)
    except Stopped:
        return
    else:
        _was_checked(record, found, actor)


@dataclass(frozen=True)
class LoadPlan:
    """What would be loaded of a file, and what not."""

    record: FileImport
    mode: str
    takes_doubtful: bool

    blocked = False
    letters = ()

    @property
    def loaded(self) -> int:
        """How many rows."""
        return self.record.good + (self.record.doubtful if self.takes_doubtful else 0)

    @property
    def left_out(self) -> int:
        """How many rows are not."""
        return self.record.rows - self.loaded

    @property
    def fingerprint(self) -> str:
        """What tells it from another plan."""
        return fingerprint([self.record.pk, self.record.state, self.loaded, self.left_out, self.mode])


def plan_loading(record: FileImport, *, mode: str, takes_doubtful: bool) -> LoadPlan:
    """What would be loaded. Raises RuleViolation where nothing could be."""
    require(record.load)
    with locked(record) as (held,):
        held.load(mode, takes_doubtful=takes_doubtful)  # not saved: it only says why not
    return LoadPlan(record, mode, takes_doubtful)


def load(plan: LoadPlan, *, actor: Actor) -> FileImport:
    """Let a worker load what was shown. Raises Stale where it was looked at anew meanwhile."""
    with chapter(actor=actor, clause=CLAUSES[Kind(plan.record.kind)]):
        record = confirm(plan, actor=actor)
        later(load_file, pk=record.pk)
    return record


def confirm(plan: LoadPlan, *, actor: Actor) -> FileImport:
    """Say that what was shown is to be loaded, by whoever calls. Raises Stale."""
    with chapter(actor=actor, clause=CLAUSES[Kind(plan.record.kind)]), locked(plan.record) as (held,):
        now = LoadPlan(held, plan.mode, plan.takes_doubtful)
        if now.fingerprint != plan.fingerprint:
            raise Stale(now)
        held.load(plan.mode, takes_doubtful=plan.takes_doubtful)
        held.save()
    return held


def cancel(record: FileImport, *, actor: Actor) -> None:
    """Call a file off: nothing of it is loaded, also while it is being loaded (MA1)."""
    with chapter(actor=actor, clause=CLAUSES[Kind(record.kind)]), locked(record) as (held,):
        held.cancel()
        held.save()


def carry_out(record: FileImport, *, told: progress.Told) -> None:
    """Load a file that was confirmed, in one transaction, all that is to be loaded or nothing.

    What has changed since it was looked at, such as a card that came into stock by another file, is told anew.
    """
    if record.state != State.LOADING:
        return
    actor = actor_of(record)
    try:
        found = _write(record, actor, told)
    except _Refused as refusal:
        _was_checked(record, refusal.found, actor)
    except (ValidationError, RuleViolation) as error:
        _fail(record, error, actor)
    except Stopped:
        return
    except IntegrityError:
        # Somebody else has stored the same numbers since they were looked up; now they are found.
        found = _look_again(record, actor, told)
        _was_checked(record, found, actor)


class _Refused(Exception):
    """Not every row can be loaded, and it was to be all or none."""

    def __init__(self, found: Survey) -> None:
        super().__init__()
        self.found = found


def _write(record: FileImport, actor: Actor, told: progress.Told) -> Survey:
    takes = Taken(record.takes_doubtful, record.mode == Mode.ALL, record.is_damaged)
    with (
        closing(file_of(record)) as file,
        chapter(actor=actor, clause=CLAUSES[Kind(record.kind)], reason=record.number),
    ):
        found = surveying.survey(
            file, given_of(record), actor=actor, told=told, takes=takes, goes_on=_while(record), total=record.rows
        )
        if takes.all_or_nothing and found.leaves_out:
            raise _Refused(found)
        with _corrections(found) as kept, locked(record) as (held,):
            if held.state != State.LOADING:
                raise Stopped
            held.finish({**found.counts, **kept, "loaded": found.loaded})
            held.save()
    return found


def _look_again(record: FileImport, actor: Actor, told: progress.Told) -> Survey:
    with closing(file_of(record)) as file:
        return surveying.survey(file, given_of(record), actor=actor, told=told, total=record.rows)


def _was_checked(record: FileImport, found: Survey, actor: Actor) -> None:
    with (
        _corrections(found) as kept,
        chapter(actor=actor, clause=CLAUSES[Kind(record.kind)]),
        locked(record) as (held,),
    ):
        if held.state in (State.CHECKING, State.LOADING):
            held.was_checked({**found.counts, **kept})
            held.save()


def _fail(record: FileImport, error: ValidationError | RuleViolation, actor: Actor) -> None:
    with chapter(actor=actor, clause=CLAUSES[Kind(record.kind)]), locked(record) as (held,):
        if held.state in (State.CHECKING, State.LOADING):
            held.fail(" ".join(error.messages) if isinstance(error, ValidationError) else str(error))
            held.save()


class _corrections:  # noqa: N801 - used as a function
    """The rows to correct, as a file on the disk; none where nothing is to be corrected."""

    def __init__(self, found: Survey) -> None:
        self.body = found.corrections.body()
        self.placed = file_store.placed(self.body) if self.body else None

    def __enter__(self) -> dict[str, str]:
        if self.placed is None:
            return {"corrections_as": "", "corrections_sha256": ""}
        return {"corrections_as": self.placed.__enter__(), "corrections_sha256": file_store.digest(self.body)}

    def __exit__(self, *failure: Any) -> Any:
        return self.placed.__exit__(*failure) if self.placed else None


def file_of(record: FileImport) -> BinaryIO:
    """The file as it was sent. Raises Lost."""
    return file_store.opened(record.stored_as, record.sha256)


def corrections_of(record: FileImport) -> BinaryIO:
    """The rows to correct. Raises Lost."""
    return file_store.opened(record.corrections_as, record.corrections_sha256)


def corrections_name(record: FileImport) -> str:
    """How that file is called: after the one that was sent."""
    stem, _point, ending = record.name.rpartition(".")
    return f"{stem}_要修正.{'xlsx' if record.form == 'xlsx' else 'csv' if ending.lower() == 'xlsx' else ending}"


def given_of(record: FileImport) -> Given:
    """What was said for the whole file."""
    return Given(
        kind=record.kind,
        today=record.came_on,
        product_id=record.product_id,
        form_factor=record.form_factor,
        received_on=record.received_on,
        delivery=record.delivery,
        lender=record.lender,
        grace=record.grace,
        file=record,
    )


def actor_of(record: FileImport) -> Actor:
    """Who loads it: the member of staff that sent it, or a command."""
    return Actor.staff(record.user) if record.user else Actor.command(f"import_{record.kind}")


def _while(record: FileImport) -> Callable[[], bool]:
    """Whether the file is in the same state still, as others have committed it."""
    state = str(record.state)
    return lambda: FileImport.objects.is_in(record.pk, state)


def progress_key(record: FileImport) -> str:
    """Under which its progress is told: that of looking at it and that of loading it apart."""
    return f"file-{record.pk}-{record.state}"


@job(_("Look at a file"), about="sims.fileimport")
def check_file(pk: int) -> None:
    """Look at a file that was taken in; looked at already, it is left alone."""
    record = FileImport.objects.get(pk=pk)
    check(record, told=progress.teller(progress_key(record)))


@job(_("Load a file"), about="sims.fileimport")
def load_file(pk: int) -> None:
    """Load a file that was confirmed; loaded already, it is left alone."""
    record = FileImport.objects.get(pk=pk)
    carry_out(record, told=progress.teller(progress_key(record)))
