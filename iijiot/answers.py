"""A request that is sent again is answered again as before and does nothing: its answer is kept with its key for a day.

The answer is written in the transaction of what it answers. So after a crash there is either both or neither, and who
asks again gets the one or does the other. It is stored encrypted: some tell a secret that is told once.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from iijiot import ciphers
from iijiot.personal import NO

KEPT = timedelta(hours=24)
LONGEST_KEY = 255
PURPOSE = b"answer to another system"


@dataclass(frozen=True)
class Reply:
    """What is answered, in the bytes in which it is sent."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False


class KeyReused(Exception):
    """The key came with another request before."""


class InProgress(Exception):
    """A request with this key is being carried out at this moment."""


class KeptAnswer(models.Model):
    """The answer to a request of another system, kept with the request's key and fingerprint."""

    PASSING: ClassVar[str] = "It is no record of anything: what was done stands in the history; after a day it is gone."
    PERSONAL: ClassVar = {"client": NO, "key": NO, "fingerprint": NO, "body": NO, "headers": NO}

    client = models.CharField(_("client"), max_length=100)
    key = models.CharField(_("key"), max_length=LONGEST_KEY)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    body = models.TextField(_("body"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        app_label = "iijiot"
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "key"],
                name="one_answer_per_client_and_key",
                violation_error_message=_("A request with this key was answered already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.key}"


def fingerprint_of(*parts: bytes | str) -> str:
    """A digest of what makes a request the same: its method, its address, its body."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def once(*, client: str, key: str, fingerprint: str, at: datetime, act: Callable[[], Reply]) -> Reply:
    """The reply to a request: of the act, or kept from when it was carried out before.

    Everything that the act writes is written with the reply or not at all; what it raises leaves nothing behind, and
    the key can be used again. Raises InProgress while another is at it, and KeyReused for another request's key.
    """
    with transaction.atomic():
        if not _taken(client, key):
            raise InProgress
        KeptAnswer.objects.filter(client=client, key=key, at__lte=at - KEPT).delete()
        kept = KeptAnswer.objects.filter(client=client, key=key).first()
        if kept is not None:
            if kept.fingerprint != fingerprint:
                raise KeyReused
            return Reply(kept.status, ciphers.decrypt(kept.body, PURPOSE), kept.headers, replayed=True)
        reply = act()
        KeptAnswer.objects.create(
            client=client,
            key=key,
            fingerprint=fingerprint,
            status=reply.status,
            body=ciphers.encrypt(reply.body, PURPOSE),
            headers=dict(reply.headers),
            at=at,
        )
    return reply


def _taken(client: str, key: str) -> bool:
    """Whether this transaction has the key now, until it ends; nobody is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))", [f"{client} {key}"])
        return bool(cursor.fetchone()[0])


def forget(at: datetime) -> int:
    """Let the answers go whose time is over; how many."""
    gone: tuple[int, dict[str, Any]] = KeptAnswer.objects.filter(at__lte=at - KEPT).delete()
    return gone[0]
