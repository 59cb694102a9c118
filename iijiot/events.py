"""Events: what happened to a record, for other systems; read from the history at the end of each act, in its transaction.

So nothing that is in the history can be missing, however it was written, and what is taken back was never told. An
event gets its place in the log when it is first looked for, after it is committed: places are given one after the
other, and who reads on from a place misses nothing that an older act commits later.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from iijiot import request_ids
from iijiot.copying import one_at_a_time
from iijiot.lookups import among, history_of
from iijiot.machines import machine_of
from iijiot.numbers import are_provisional
from iijiot.personal import MENTIONS, NO
from iijiot.records import Chapter

KEPT = timedelta(days=30)
CREATED, CHANGED = "created", "changed"
PLACES = 40_03
"""The lock of whoever gives places."""
MOST = 10_000
"""So many events are given their places at once."""

Told = Callable[[list[int]], dict[int, tuple[str, int, dict[str, Any]]]]
"""For the keys of records: of each that is told of its public id, the key of its customer, and how it is now."""


@dataclass(frozen=True)
class Source:
    """A kind of record whose changes are told."""

    kind: str
    model: Any
    told: Told
    scope: str
    """What who reads it must be able to read anyway."""


_sources: dict[Any, Source] = {}


_untold: ContextVar[bool] = ContextVar("untold", default=False)


@contextmanager
def untold() -> Iterator[None]:
    """Acts inside write nothing that other systems see, such as drafts; they are not asked about it."""
    token = _untold.set(True)
    try:
        yield
    finally:
        _untold.reset(token)


_readers: list[Callable[[], bool]] = []


def read_by(anybody: Callable[[], bool]) -> None:
    """Say how to find out whether there is anybody who reads events."""
    _readers.append(anybody)


_listeners: list[Callable[[], None]] = []


def heard_by(listener: Callable[[], None]) -> None:
    """Have something done in the transaction of each act that wrote events; declared once, when the site starts."""
    _listeners.append(listener)


def tell_of(source: Source) -> None:
    """Have the changes of a kind of record told; declared once, when the site starts."""
    _sources[source.model] = source


def sources() -> list[Source]:
    """Every kind of record of which is told."""
    return list(_sources.values())


def kinds(scopes: Iterable[str] | None = None) -> list[str]:
    """What is told of, or what of it can be read with these scopes."""
    able = None if scopes is None else set(scopes)
    return sorted(source.kind for source in _sources.values() if able is None or source.scope in able)


def types(kind: str | None = None) -> list[str]:
    """What can happen, of every kind or of one: made, changed, and each state that something can come to."""
    return sorted(
        f"{source.kind}.{happened}"
        for source in _sources.values()
        if kind in (None, source.kind)
        for happened in (CREATED, CHANGED, *_states(source.model))
    )


def _states(model: Any) -> list[str]:
    machine = machine_of(model)
    return sorted({target for _source, target in machine.ways}) if machine else []


class EventQuerySet(models.QuerySet["Event"]):
    """Events by who may read them and where they stand."""

    def placed(self) -> "EventQuerySet":
        """Those that have their place in the log."""
        return self.filter(place__isnull=False)

    def of_customer(self, customers: Any) -> "EventQuerySet":
        """Those of these customers."""
        return self.filter(customer_id__in=customers)

    def of_kinds(self, kinds: Iterable[str]) -> "EventQuerySet":
        """Those of these kinds of records."""
        return self.filter(kind__in=list(kinds))

    def of_types(self, types: Iterable[str]) -> "EventQuerySet":
        """Those of these types, of which `line.*` means all of a kind."""
        chosen = list(types)
        whole = [kind for kind, _dot, happened in (one.partition(".") for one in chosen) if happened == "*"]
        return self.filter(models.Q(type__in=chosen) | models.Q(kind__in=whole))

    def between(self, after: int, until: int) -> "EventQuerySet":
        """Those whose places are after one and not after another, in order."""
        return self.filter(place__gt=after, place__lte=until).order_by("place")

    def last_place(self) -> int:
        """The place at which the log ends."""
        return self.aggregate(last=models.Max("place"))["last"] or 0

    def identified(self, by: str, value: str) -> "EventQuerySet":
        """The one with this id."""
        return self.filter(**{by: value})


class Event(models.Model):
    """Something that happened to a record, with the state after it."""

    PASSING: ClassVar[str] = (
        "What happened stands in the history; this tells other systems of it, and goes after a month."
    )
    PERSONAL: ClassVar = {"kind": NO, "type": NO, "subject": NO, "key": NO, "data": MENTIONS, "request_id": NO}

    place = models.BigIntegerField(_("place in the log"), null=True, unique=True)
    key = models.CharField(_("id"), max_length=80, unique=True)
    kind = models.CharField(_("kind of record"), max_length=40)
    type = models.CharField(_("what happened"), max_length=80)
    subject = models.CharField(_("public id"), max_length=40)
    sequence = models.BigIntegerField(_("sequence number"))
    customer_id = models.BigIntegerField(_("customer"))
    at = models.DateTimeField(_("at"), db_index=True)
    data = models.JSONField(_("how it is then"), encoder=DjangoJSONEncoder)
    request_id = models.CharField(_("request"), max_length=20, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        app_label = "iijiot"
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes: ClassVar = [
            models.Index(fields=["customer_id", "place"], name="event_customer_place"),
            models.Index(fields=["id"], name="event_without_place", condition=models.Q(place=None)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject} {self.sequence}"


def written(act: Chapter) -> None:
    """Write the events of an act, from the history that it wrote, if there is anybody to read them; none of a trial."""
    touched = (
        []
        if _untold.get() or are_provisional()
        else [source for model, source in _sources.items() if model in act.touched]
    )
    if touched and any(reads() for reads in _readers):
        wrote = [_write(source, act) for source in touched]
        for listener in _listeners if any(wrote) else ():
            listener()


def _write(source: Source, act: Chapter) -> bool:
    history = history_of(source.model).filter(history_chapter=act.id)
    told = source.told(sorted(set(history.values_list("id", flat=True))))
    if not told:
        return False
    earlier = history_of(source.model).filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    before = Subquery(earlier.order_by("-history_id").values("state")[:1])
    rows = among(history, told, by="id").annotate(state_before=before).order_by("history_id")
    events = []
    for history_id, pk, how, at, state, was in rows.values_list(
        "history_id", "id", "history_type", "history_date", "state", "state_before"
    ):
        subject, customer, data = told[pk]
        happened = CREATED if how == "+" else state if state != was else CHANGED
        events.append(
            Event(
                key=f"evt_{source.kind}_{history_id}",
                kind=source.kind,
                type=f"{source.kind}.{happened}",
                subject=subject,
                sequence=history_id,
                customer_id=customer,
                at=at,
                data={**data, "state": state},
                request_id=request_ids.current(),
            )
        )
    # An act that goes on in several transactions has told the first of them before.
    Event.objects.bulk_create(events, batch_size=1000, ignore_conflicts=True)
    return bool(events)


def give_places() -> int:
    """Give the events that were committed their places in the log, one after the other; how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time(PLACES)
        cursor.execute(
            "UPDATE iijiot_event SET place = given.place FROM ("
            "  SELECT id, (SELECT COALESCE(max(place), 0) FROM iijiot_event) + row_number() OVER (ORDER BY id) AS place"
            "  FROM (SELECT id FROM iijiot_event WHERE place IS NULL ORDER BY id LIMIT %s) waiting"
            ") given WHERE iijiot_event.id = given.id",
            [MOST],
        )
        return cursor.rowcount


def forget(at: datetime) -> int:
    """Let the events go whose time is over, but the last, after which places go on; how many."""
    last = Event.objects.last_place()
    old = Event.objects.filter(at__lte=at - KEPT)
    gone: tuple[int, dict[str, int]] = old.exclude(place=last).delete()
    return gone[1].get("iijiot.Event", 0)
