"""Every call of another system, one row each: by which client, what for, how it went. Limits are counted from it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from iijiot.personal import NO

KEPT = timedelta(days=90)
LONGEST_PATH = 300


class ApiCallQuerySet(models.QuerySet["ApiCall"]):
    """Calls by who made them and when."""

    def of_partner(self, number: str) -> "ApiCallQuerySet":
        """Those of one partner, the latest first."""
        return self.filter(partner=number).order_by("-pk")

    def note(self, **told: Any) -> None:
        """Keep one."""
        self.create(**told)

    def let_through(self, client: str, since: datetime) -> "ApiCallQuerySet":
        """Those of a client since a moment that were not refused for being too many, the latest first."""
        return self.filter(client=client, at__gt=since).exclude(status=429).order_by("-at")

    def failures(self, since: datetime, statuses: Iterable[int], **by: Any) -> "ApiCallQuerySet":
        """Those that ended with one of these statuses since a moment, by client, address or both."""
        return self.filter(at__gt=since, status__in=list(statuses), **by)


class ApiCall(models.Model):
    """One call of another system; nothing of what it sent or got."""

    PASSING: ClassVar[str] = "What was done stands in the history with its actor; this log goes after ninety days."
    PERSONAL: ClassVar = dict.fromkeys(
        ("partner", "client", "method", "path", "request_id", "correlator", "address"), NO
    )

    at = models.DateTimeField(_("at"), db_index=True)
    partner = models.CharField(_("partner"), max_length=12, blank=True)
    client = models.CharField("Client ID", max_length=100, blank=True)
    method = models.CharField(_("method"), max_length=10)
    path = models.CharField(_("path"), max_length=LONGEST_PATH)
    status = models.PositiveSmallIntegerField(_("status"))
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    request_id = models.CharField(_("request"), max_length=20)
    correlator = models.CharField(_("correlator"), max_length=256, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    objects = ApiCallQuerySet.as_manager()

    class Meta:
        app_label = "iijiot"
        verbose_name = _("call of the API")
        verbose_name_plural = _("calls of the API")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["client", "at"], name="api_call_client_at"),
            models.Index(fields=["partner", "id"], name="api_call_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


def forget(at: datetime) -> int:
    """Let the calls go whose time is over; how many."""
    gone: tuple[int, dict[str, int]] = ApiCall.objects.filter(at__lte=at - KEPT).delete()
    return gone[0]
