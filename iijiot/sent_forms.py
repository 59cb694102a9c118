"""Forms that make a record are carried out once, however often they are sent."""

from typing import Any, ClassVar
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from iijiot.personal import NO


class SentForm(models.Model):
    """A form that was sent, and the record that it made."""

    APPEND_ONLY = True
    PERSONAL: ClassVar = {"kind": NO, "record_id": NO}

    key = models.UUIDField(_("key of the form"), unique=True)
    user_id = models.BigIntegerField(_("sent by"))
    kind = models.CharField(_("kind of record"), max_length=100)
    record_id = models.CharField(_("record"), max_length=40)

    class Meta:
        app_label = "iijiot"
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"

    @property
    def record(self) -> Any:
        """The record that it made."""
        return apps.get_model(self.kind)._base_manager.get(pk=self.record_id)


def key_of(typed: str) -> UUID | None:
    """The key that came with a form; None where none did."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def sent_before(key: UUID) -> SentForm | None:
    """What this form made when it was sent before. Waits for another sending under way; call it in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
    return SentForm.objects.filter(key=key).first()


def remember(key: UUID, user: Any, record: models.Model) -> None:
    """Keep what a form made, in the transaction in which it made it."""
    SentForm.objects.create(key=key, user_id=user.pk, kind=record._meta.label_lower, record_id=str(record.pk))
