"""Records that remember: every write leaves a history row with who, when, why and under which clause."""

import secrets
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self, TypeVar, cast

import django_fsm
from django.db import models, transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from iijiot import clock, log_lines
from iijiot.actors import KIND_LABELS, Actor, who_acts
from iijiot.clauses import Clause
from iijiot.labels import Labelled
from iijiot.lookups import among, history_of, owned
from iijiot.numbers import give_numbers
from iijiot.rules import refuse
from iijiot.validated import Validated
from iijiot.words import said

R = TypeVar("R", bound="RecordedModel")


@dataclass(frozen=True)
class Chapter:
    """One act by one actor: all rows that it writes carry the same id."""

    id: uuid.UUID
    actor: Actor
    reason: str
    clause: str
    touched: set[Any] = field(default_factory=set, compare=False)
    """The kinds of records that the act has written so far."""


_latest_act = 0
_one_at_a_time = threading.Lock()
_open: ContextVar[Chapter | None] = ContextVar("chapter", default=None)
_locked: ContextVar[frozenset[int]] = ContextVar("locked", default=frozenset())


class NoChapter(RuntimeError):
    """A record was written although nobody said who acts: open a `chapter` around the act."""


class NotLocked(RuntimeError):
    """A transition ran on a row that is not held under lock: take it from `locked()`."""


_at_the_end: list[Callable[[Chapter], None]] = []


def at_the_end(end: Callable[[Chapter], None]) -> None:
    """Have something done at the end of every act, in its transaction; declared once, when the site starts."""
    _at_the_end.append(end)


@contextmanager
def chapter(*, actor: Actor, reason: str = "", clause: str = "", act: uuid.UUID | None = None) -> Iterator[Chapter]:
    """Everything written inside is one act in one transaction (G5.3).

    Inside an open chapter this continues the same act: the id and the actor stay, reason and clause
    are those of the inner part where it gives its own. `act` goes on with an act begun in an earlier transaction.
    """
    outer = _open.get()
    if outer:
        current = replace(outer, reason=reason or outer.reason, clause=clause or outer.clause)
    else:
        current = Chapter(act or act_id(), actor, reason, clause)
    if current.clause:
        Clause(current.clause)
    token = _open.set(current)
    try:
        with transaction.atomic(), log_lines.by(current.actor.mark):
            yield current
            if not outer:
                for end in _at_the_end:
                    end(current)
    finally:
        _open.reset(token)


@contextmanager
def citing(clause: str, reason: str = "") -> Iterator[None]:
    """Part of the open act that happens under a clause of its own."""
    with chapter(actor=current_chapter().actor, clause=clause, reason=reason):
        yield


def current_chapter() -> Chapter:
    """The act that is open now, or one of whoever acts where a library writes by itself; else raises NoChapter."""
    current = _open.get()
    if current is not None:
        return current
    actor = who_acts()
    if actor is None:
        raise NoChapter(NoChapter.__doc__)
    return Chapter(act_id(), actor, "", "")


def act_id() -> uuid.UUID:
    """An id that sorts after those of earlier acts."""
    global _latest_act
    with _one_at_a_time:
        _latest_act = max(_latest_act + 1, int(clock.now().timestamp() * 1000) << 12)
        return ordered_id(_latest_act, secrets.randbits(62))


def ordered_id(moment: int, chance: int) -> uuid.UUID:
    """An id that sorts by its moment, in 4096ths of a millisecond, and then by chance, of 62 bits (UUID 7)."""
    milliseconds, count = divmod(moment, 1 << 12)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | chance)


class RecordedHistory(models.Model):
    """What each history row says beside the values: who, under which clause, as part of which act."""

    history_actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=KIND_LABELS)
    history_actor = models.CharField(_("actor"), max_length=150)
    history_clause = models.CharField(_("clause"), max_length=12, blank=True)
    history_chapter = models.UUIDField(_("act"), db_index=True)

    class Meta:
        abstract = True

    @property
    def actor_label(self) -> str:
        """The actor by kind and name."""
        return f"{KIND_LABELS[self.history_actor_kind]} {self.history_actor}"


@receiver(pre_create_historical_record)
def say_who(sender: type, history_instance: Any, **kwargs: Any) -> None:
    """Write the open chapter into the history row that is about to be saved."""
    current = current_chapter()
    current.touched.add(history_instance.instance_type)
    history_instance.history_date = clock.now()
    history_instance.history_user_id = current.actor.user_id
    history_instance.history_change_reason = current.reason
    history_instance.history_actor_kind = current.actor.kind
    history_instance.history_actor = current.actor.name
    history_instance.history_clause = current.clause
    history_instance.history_chapter = current.id


class RecordedQuerySet(models.QuerySet[R]):
    """Rows with history: neither deleted nor changed behind its back."""

    def of_customer(self, customer: Any) -> Self:
        """Those of one customer, or of several by a list of their keys."""
        return cast("Self", owned(self, self.model.CUSTOMER, customer))

    def numbered(self, number: str) -> Self:
        """The one with this number, with what a list shows of it."""
        whose = sorted({"customer", "management_unit"} & {field.name for field in self.model._meta.concrete_fields})
        return self.select_related(*whose).filter(number=number) if whose else self.filter(number=number)

    def of_number(self, number: str) -> R | None:
        """The one with this number among them; None where it is not among them."""
        return self.filter(number=number).first()

    def identified(self, by: str, value: str) -> Self:
        """The one of which this field, a number or name that is given once, has this value."""
        return self.filter(**{by: value})

    def among(self, ids: Iterable[Any]) -> Self:
        """Those with these ids."""
        return among(self, ids)

    def hold(self) -> list[int]:
        """Hold these rows until the transaction ends; their keys. What is asked of them from now on stays so."""
        return list(self.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))

    def delete(self) -> Any:
        """Refused like the deletion of each row."""
        for row in self:
            row.delete()
        return 0, {}

    def update(self, **changes: Any) -> int:
        """Refused: `bulk_change` updates and writes history in one statement."""
        raise TypeError("Use bulk_change(), which writes history too.")

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: `bulk_add` inserts and writes history."""
        raise TypeError("Use bulk_add(), which writes history too.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: `bulk_change` updates and writes history in one statement."""
        raise TypeError("Use bulk_change(), which writes history too.")


class RecordedModel(Labelled, Validated):
    """A business record: validated when saved, never deleted, with a history of every change."""

    LOCK_RANK: ClassVar[int] = 100
    """Place in the house order of locks: customer, application, subscription, contract, line, card, invoice."""

    FIXED: ClassVar[dict[str, str]] = {}
    """Fields that never change once stored, each with the clause that says so."""

    TOLD: ClassVar[Sequence[str]] = ()
    """Fields that say the essential when the record is made."""

    CUSTOMER: ClassVar[str] = "customer"
    """The way to the customer whose record it is."""

    IS_LETTER: ClassVar[bool] = False
    """Whether it is something that a customer is sent, with a subject and a body."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}
    """Each text that is no choice and no number of ours: how long it is kept, or that it says nothing of a person."""

    ERASED_AS: ClassVar[Mapping[str, str]] = {}
    """Personal fields in whose place no plain pseudonym can stand, each with the form of what does."""

    STAFF_ONLY: ClassVar[frozenset[str]] = frozenset()
    """Fields that nobody outside the company sees; "*" for the whole record."""

    GUARDED: ClassVar[Mapping[str, str]] = {}
    """Fields whose values need a permission beside that to see the record, each with that permission."""

    history = HistoricalRecords(
        inherit=True,
        bases=[RecordedHistory],
        history_change_reason_field=models.TextField(blank=True, default=""),
        user_db_constraint=False,
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Validate and save with a history row; refused outside a chapter, and where a fixed field would change."""
        current_chapter()
        self.complete()
        if self.fixed() and not self._state.adding:
            self._keep_fixed()
        self.full_clean()
        super().save(*args, **kwargs)

    @classmethod
    def hidden_from(cls, user: Any) -> set[str]:
        """The guarded fields that a user may not see."""
        return {name for name, permission in cls.GUARDED.items() if not user.has_perm(permission)}

    def complete(self) -> None:
        """Set what follows from other fields; called before every write, `bulk_add` included."""

    def fixed(self) -> Mapping[str, str]:
        """Fields that do not change now, each with the clause that says so."""
        return self.FIXED

    def _keep_fixed(self) -> None:
        fixed = [(column(type(self), name), clause) for name, clause in self.fixed().items()]
        stored = type(self)._base_manager.values(*(kept.attname for kept, _clause in fixed)).get(pk=self.pk)
        for kept, clause in fixed:
            if stored[kept.attname] != getattr(self, kept.attname):
                raise refuse(clause, said(_("“{field}” cannot be changed."), field=kept.verbose_name))

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused, with what stands in the way: records are ended or switched off, never removed."""
        raise refuse("G5.3", self.why_not_deleted())

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Any] | None = None,
    ) -> None:
        """Read the row again, states included, without opening their protection for anybody."""
        states = self.fsm_fields()
        wanted = list(fields) if fields is not None else [f.name for f in self._meta.concrete_fields]
        plain = [name for name in wanted if name not in states]
        if plain:
            super().refresh_from_db(using=using, fields=plain, from_queryset=from_queryset)
        for name in set(wanted) & set(states):
            rows = type(self)._base_manager.filter(pk=self.pk)
            self.__dict__[name] = rows.values_list(name, flat=True).get()

    def why_not_deleted(self) -> str:
        """What rests on this record, in words."""
        resting = []
        for relation in self._meta.related_objects:
            model, field = relation.related_model, relation.field
            if relation.auto_created and hasattr(model, "history_date"):
                continue
            count = model._base_manager.filter(**{field.name: self.pk}).count()
            if count:
                resting.append(f"{model._meta.verbose_name_plural} {count}")
        history = history_of(type(self)).filter(**{self._meta.pk.attname: self.pk}).count()
        resting.append(str(_("history %(count)d")) % {"count": history})
        return str(_("“%(record)s” cannot be deleted. In the way: %(resting)s.")) % {
            "record": self,
            "resting": "、".join(resting),
        }


@receiver(pre_delete)
def keep_records(sender: type, instance: Any, **kwargs: Any) -> None:
    """Stop a deletion that comes past the model's own method, such as a cascade."""
    if isinstance(instance, RecordedModel):
        instance.delete()


@receiver(django_fsm.signals.pre_transition)
def only_under_lock(sender: type, instance: Any, **kwargs: Any) -> None:
    """Refuse a transition on a stored row that was not taken from `locked()`."""
    if isinstance(instance, RecordedModel) and not instance._state.adding and id(instance) not in _locked.get():
        raise NotLocked(f"{sender.__name__}: {NotLocked.__doc__}")


class Numbered(RecordedModel):
    """A record that people call by a number, given once in the order of arrival."""

    NUMBER_PREFIX: ClassVar[str]

    number = models.CharField(_("number"), max_length=12, unique=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give the number on the first save."""
        if not self.number:
            give_numbers([self])
            kwargs["force_insert"] = True
        super().save(*args, **kwargs)


@contextmanager
def locked(*records: Any) -> Iterator[tuple[Any, ...]]:
    """Fresh rows of these records, held FOR NO KEY UPDATE in the house order until the transaction ends.

    Keys never change, so others may write rows that point here meanwhile: a notice waits for no customer's lock.
    Raises RuleViolation when one of them is no longer there.
    """
    with transaction.atomic():
        fresh: dict[tuple[type, Any], Any] = {}
        for model in sorted({type(record) for record in records}, key=lambda m: (m.LOCK_RANK, m.__name__)):
            wanted = [record.pk for record in records if type(record) is model]
            rows = model._base_manager.select_for_update(of=("self",), no_key=True)
            fresh.update({(model, row.pk): row for row in among(rows, wanted).order_by("pk")})
        try:
            taken = tuple(fresh[type(record), record.pk] for record in records)
        except KeyError:
            raise refuse("G5.3", _("This record is not there any more. Go back to the list.")) from None
        token = _locked.set(_locked.get() | {id(record) for record in taken})
        try:
            yield taken
        finally:
            _locked.reset(token)


@contextmanager
def tried_out(record: Any) -> Iterator[None]:
    """Transitions run on this object to see what refuses them; it is held by nobody and must not be saved."""
    token = _locked.set(_locked.get() | {id(record)})
    try:
        yield
    finally:
        _locked.reset(token)


def column(model: type[models.Model], name: str) -> Any:
    """The stored field of this name."""
    return next(field for field in model._meta.concrete_fields if field.name == name)


def fresh(record: R) -> R:
    """The same row as it is stored now."""
    return type(record)._base_manager.get(pk=record.pk)


def latest_version(record: RecordedModel) -> int | None:
    """The id of the record's latest history row."""
    return version_of(type(record), record.pk)


def changed_by_others(record: RecordedModel, *, since: int, but: uuid.UUID) -> bool:
    """Whether the record was changed after a version of it, but by one act."""
    return history_of(type(record)).filter(id=record.pk, history_id__gt=since).exclude(history_chapter=but).exists()


def version_of(model: type[models.Model], pk: Any) -> int | None:
    """The id of the latest history row of the record with this key."""
    return history_of(model).filter(id=pk).order_by("-history_id").values_list("history_id", flat=True).first()
