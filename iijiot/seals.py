"""Seals on what is kept: of each row a short hash, each seal chained to the one before, so that no change goes unseen."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from iijiot.personal import NO


class HistorySealQuerySet(models.QuerySet["HistorySeal"]):
    """The chain, read."""

    def head(self) -> bytes:
        """The digest of the latest seal, which stands for all before it; nothing where there is none."""
        return bytes(self.order_by("-pk").values_list("digest", flat=True).first() or b"")

    def has(self, head: bytes) -> bool:
        """Whether this was the head of the chain once."""
        return self.filter(digest=head).exists()


class HistorySeal(models.Model):
    """Some rows of one table, as they were on a day. Never changed, never deleted.

    A row's hash has two halves: of what never changes, and of what a lawful erasure may change. An erasure seals the
    rows that it touched again, and renews their second half alone.
    """

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {"of_table": NO, "cause": NO}

    of_table = models.CharField(_("table"), max_length=63)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))
    after = models.BigIntegerField(_("after this key"))
    until = models.BigIntegerField(_("up to this key"))
    kept = ArrayField(models.TextField(), verbose_name=_("columns that never change"))
    erasable = ArrayField(models.TextField(), verbose_name=_("columns that may be erased"))
    ids = ArrayField(models.BigIntegerField(), verbose_name=_("keys"))
    hashes: Any = ArrayField(models.BinaryField(), verbose_name=_("hashes"))
    many = models.PositiveIntegerField(_("number of rows"))
    cause = models.CharField(_("why sealed again"), max_length=40, blank=True)
    previous = models.BinaryField(_("digest of the seal before"))
    digest = models.BinaryField(_("digest"))

    objects = HistorySealQuerySet.as_manager()

    class Meta:
        app_label = "iijiot"
        verbose_name = _("seal on history")
        verbose_name_plural = _("seals on history")
        indexes: ClassVar = [models.Index(fields=["of_table", "until", "id"], name="history_seal_of_part")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["previous"],
                name="one_history_seal_follows_another",
                violation_error_message=_("Another seal follows this one already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_table} {self.until} {self.day}"
