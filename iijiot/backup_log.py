"""The log of backups, and whether the last one is recent enough."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from iijiot.personal import NO


class BackupQuerySet(models.QuerySet["Backup"]):
    """Backups that were made."""

    def latest_one(self) -> "Backup | None":
        """The last one; None where there never was one."""
        return self.order_by("-at", "-pk").first()

    def names(self) -> Iterator[str]:
        """The names of all dumps."""
        return self.values_list("name", flat=True).iterator()


class Backup(models.Model):
    """A backup that was made: when, how large, how long it took. Never changed, never deleted."""

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {"name": NO, "sha256": NO}

    at = models.DateTimeField(_("at"), db_index=True)
    name = models.CharField(_("name of the file"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    seconds = models.FloatField(_("seconds"))
    files = models.PositiveIntegerField(_("files of evidence"))
    lost = models.PositiveIntegerField(_("files that are not what they were"))

    objects = BackupQuerySet.as_manager()

    class Meta:
        app_label = "iijiot"
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def age(self, now: datetime) -> timedelta:
        """How long ago it was made."""
        return now - self.at


class Standing(models.TextChoices):
    """How the last backup stands."""

    IN_ORDER = "in-order", _("In order")
    NEVER = "never", _("No backup was ever made.")
    OLD = "old", _("The last backup is too old.")
    EMPTY = "empty", _("The last backup is empty.")


def standing(now: datetime) -> tuple[Standing, Any]:
    """Whether somebody should look after the backups, and the last one.

    On a developer's machine nobody misses the first; once there is one it is looked after there too.
    """
    if not settings.BACKUP_HOURS:
        return Standing.IN_ORDER, None
    latest = Backup.objects.latest_one()
    if latest is None:
        return (Standing.IN_ORDER if settings.DEBUG else Standing.NEVER), None
    if latest.size == 0:
        return Standing.EMPTY, latest
    is_old = latest.age(now) > timedelta(hours=settings.BACKUP_HOURS)
    return (Standing.OLD if is_old else Standing.IN_ORDER), latest
