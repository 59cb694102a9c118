"""Who has what on the desk: taken, handed over, put back. It tells; it keeps nobody from acting."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.plans import Stale, unmoved
from iijiot.records import RecordedModel, RecordedQuerySet, chapter, locked
from iijiot.rules import refuse
from iijiot.words import said


class AssignmentQuerySet(RecordedQuerySet["Assignment"]):
    """Assignments that hold."""

    def held(self) -> "AssignmentQuerySet":
        """Those that were not put back, with whose they are."""
        return self.filter(is_held=True).select_related("user")

    def held_of(self, record: Any) -> "AssignmentQuerySet":
        """The one of a record, if somebody has it."""
        return self.held().filter(kind=ContentType.objects.get_for_model(record), record_id=record.pk)

    def of_records(self, records: Iterable[Any]) -> dict[tuple[type, Any], "Assignment"]:
        """Who has these records, in one statement."""
        wanted = list(records)
        kinds = {type(record): ContentType.objects.get_for_model(record) for record in wanted}
        rows = self.held().filter(kind__in=kinds.values(), record_id__in=[record.pk for record in wanted])
        models_ = {kind.pk: model for model, kind in kinds.items()}
        return {(models_[row.kind_id], row.record_id): row for row in rows}

    def ids_of(self, user: Any) -> dict[type, set[Any]]:
        """What a user has, by kind of record."""
        found: dict[type, set[Any]] = {}
        for kind, pk in self.filter(is_held=True, user=user).values_list("kind", "record_id"):
            model = ContentType.objects.get_for_id(kind).model_class()
            if model is not None:
                found.setdefault(model, set()).add(pk)
        return found


class Assignment(RecordedModel):
    """One member of staff has one record on the desk."""

    LOCK_RANK = 90
    FIXED: ClassVar = {"kind": "G5.3", "record_id": "G5.3"}
    TOLD = ("user",)
    STAFF_ONLY = frozenset({"*"})

    kind = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name=_("kind of record"))
    record_id = models.BigIntegerField(_("record"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name=_("in charge")
    )
    is_held = models.BooleanField(_("on the desk"), default=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        app_label = "iijiot"
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        permissions: ClassVar = [("take_work", _("Can take work on the desk"))]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "record_id"],
                condition=models.Q(is_held=True),
                name="one_holder_per_record",
                violation_error_message=_("Somebody took this at the same moment. Look who has it now."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind.name} {self.record_id} {self.user}"


def take(record: Any, *, seen: Assignment | None, actor: Actor, reason: str = "") -> Assignment:
    """Take a record on the desk, from nobody or from whoever was seen to have it.

    Raises RuleViolation when one has it already, and Stale when another has taken it since.
    """
    with chapter(actor=actor, reason=reason, clause="G5.3"):
        held = Assignment.objects.held_of(record).first()
        if held is None:
            return _new(record, actor)
        if held.user_id == actor.user_id:
            raise refuse("G5.3", _("You have it already."))
        if seen is None:
            raise Stale(held)
        with locked(held) as (row,):
            if not row.is_held:
                return _new(record, actor)  # put back while this waited for the lock
            unmoved(seen, row, "user_id")
            row.user_id = actor.user_id
            row.save()
        return row


def take_if_free(record: Any, *, actor: Actor) -> None:
    """Take a record that nobody has; whoever begins with something has it. Does nothing for actors that are no users."""
    if actor.user_id is not None and not Assignment.objects.held_of(record).exists():
        _new(record, actor)


def put_back(record: Any, *, actor: Actor, reason: str = "") -> None:
    """Put a record back for others. Raises RuleViolation when somebody else has it, or nobody."""
    held = Assignment.objects.held_of(record).first()
    if held is None:
        raise refuse("G5.3", _("Nobody has it."))
    with chapter(actor=actor, reason=reason, clause="G5.3"), locked(held) as (row,):
        if not row.is_held:
            raise refuse("G5.3", _("Nobody has it."))
        if row.user_id != actor.user_id:
            raise refuse("G5.3", said(_("{name} has it. Take it over first."), name=row.user))
        row.is_held = False
        row.save()


def _new(record: Any, actor: Actor) -> Assignment:
    if actor.user_id is None:
        raise refuse("G5.3", _("Only a member of staff can take work."))
    assignment = Assignment(kind=ContentType.objects.get_for_model(record), record_id=record.pk, user_id=actor.user_id)
    assignment.save()
    return assignment
