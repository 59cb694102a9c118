"""Webhooks: addresses of partners that are told of events, the secrets that it is signed with, and each telling (G40.3)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.partner import Partner
from iijiot import ciphers, events, outward
from iijiot.models import Event
from iijiot.personal import NO
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.words import Words, said

PURPOSE = b"secret of a webhook"
EVERYTHING = "*"


class WhyStopped(models.TextChoices):
    """Why nothing is sent to an address any more."""

    GONE = "gone", _("It answered that it is gone (410)")
    FAILING = "failing", _("It took nothing for three days")
    BY_HAND = "by-hand", _("By hand")


def is_type(name: str) -> bool:
    """Whether there is such a type of event, or such a kind in `line.*`."""
    kind, _dot, happened = name.partition(".")
    return kind in events.kinds() if happened == EVERYTHING else name in events.types()


class WebhookQuerySet(RecordedQuerySet["Webhook"]):
    """Addresses by whose they are and whether they are called."""

    def of_partner(self, partner: Partner) -> "WebhookQuerySet":
        """Those of one partner."""
        return self.filter(partner=partner)

    def working(self) -> "WebhookQuerySet":
        """Those that are called, with whose they are."""
        return self.select_related("partner").filter(stopped_at=None, partner__closed_on=None)

    def stopped_by_themselves(self) -> "WebhookQuerySet":
        """Those of open partners that do not answer any more, the latest first."""
        stopped = self.filter(why_stopped__in=[WhyStopped.GONE, WhyStopped.FAILING], partner__closed_on=None)
        return stopped.select_related("partner").order_by("-stopped_at", "-pk")


class Webhook(Numbered):
    """An address of a partner that is told of events as they happen."""

    NUMBER_PREFIX = "WH"
    LOCK_RANK = 7
    FIXED: ClassVar = {"partner": "G40.3"}
    TOLD = ("partner", "url", "types")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"url": NO, "types": NO, "contact": NO}

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="webhooks", verbose_name=_("partner"))
    url = models.CharField(_("address"), max_length=outward.LONGEST)
    types = models.TextField(_("events"), help_text=_("Types such as line.paused, or line.* for all of a kind."))
    contact = models.EmailField(_("whom to write to"), help_text=_("Who is told when nothing gets through any more."))
    made_at = models.DateTimeField(_("made at"), editable=False)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True, editable=False)
    why_stopped = models.CharField(
        _("why it was stopped"), max_length=10, blank=True, choices=WhyStopped, editable=False
    )

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar = ["number"]
        permissions: ClassVar = [("manage_webhook", _("Can stop webhooks, start them again and send again"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="webhook_stopped_since_and_why",
                condition=Q(stopped_at=None, why_stopped="")
                | Q(stopped_at__isnull=False, why_stopped__in=WhyStopped.values),
                violation_error_code="G40.3",
                violation_error_message=_("What is stopped says since when and why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.url}"

    @property
    def chosen(self) -> list[str]:
        """The types that it is told of."""
        return self.types.split()

    @property
    def works(self) -> bool:
        """Whether it is called."""
        return self.stopped_at is None and self.partner.closed_on is None

    def clean(self) -> None:
        """An address of the open internet by HTTPS, and types that there are."""
        super().clean()
        errors: dict[str, Any] = {}
        if not outward.is_callable(self.url):
            told = _("Give an address of the open internet with https://, without a user, on port 443 or 8443.")
            errors["url"] = ValidationError(told, code="refused")
        if unknown := [name for name in self.chosen if not is_type(name)]:
            none = said(_("There are no such events: {types}."), types="、".join(unknown))
            errors["types"] = ValidationError(none, code="refused")
        if errors:
            raise ValidationError(errors)


class WebhookSecret(models.Model):
    """What is told to an address is signed with it; two of them while the partner changes over."""

    PASSING: ClassVar[str] = (
        "It is no record of anything: drawn, told once, used until another takes its place, then gone."
    )
    PERSONAL: ClassVar = {"stored": NO}

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="secrets", verbose_name=_("webhook"))
    stored = models.CharField(_("secret, encrypted"), max_length=300, editable=False)
    until = models.DateTimeField(_("good until"), null=True, blank=True)

    class Meta:
        verbose_name = _("secret of a webhook")
        verbose_name_plural = _("secrets of webhooks")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["webhook"],
                condition=Q(until=None),
                name="one_lasting_secret_per_webhook",
                violation_error_message=_("Another secret takes the place of this one already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.webhook)

    @property
    def plain(self) -> str:
        """The secret itself."""
        return ciphers.decrypt(self.stored, PURPOSE)


class WebhookReach(models.Model):
    """How far in the log of events an address was told."""

    PASSING: ClassVar[str] = "It only keeps the place; what was told when is in the deliveries."

    webhook = models.OneToOneField(Webhook, models.CASCADE, related_name="reach", verbose_name=_("webhook"))
    place = models.BigIntegerField(_("place in the log"))

    class Meta:
        verbose_name = _("reach of a webhook")
        verbose_name_plural = _("reaches of webhooks")

    def __str__(self) -> str:
        return f"{self.webhook} {self.place}"


class DeliveryState(models.TextChoices):
    """What has become of a telling."""

    WAITING = "waiting", _("To be sent")
    DELIVERED = "delivered", _("Taken")
    GIVEN_UP = "given-up", _("Given up")


TONES: dict[str, str] = {
    DeliveryState.WAITING: "info",
    DeliveryState.DELIVERED: "success",
    DeliveryState.GIVEN_UP: "danger",
}


TROUBLES: dict[str, Words] = {
    "address-not-public": _("The address is not of the open internet"),
    "unreachable": _("Nobody answered as agreed"),
    "webhook-stopped": _("The webhook was stopped"),
    "not-visible": _("The partner does not see this any more"),
}
"""What went wrong where there is no status, in words: nothing of the other side's is told."""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Tellings by whose they are and what became of them."""

    def of_partner(self, partner: Partner) -> "DeliveryQuerySet":
        """Those to addresses of one partner."""
        return self.filter(webhook__partner=partner)

    def with_list_data(self) -> "DeliveryQuerySet":
        """With what is told to whom."""
        return self.select_related("webhook__partner", "event")

    def identified(self, by: str, value: str) -> "DeliveryQuerySet":
        """The one with this id."""
        return self.filter(**{by: value})

    def newest(self) -> "DeliveryQuerySet":
        """The latest first."""
        return self.select_related("event").order_by("-pk")

    def waiting(self) -> "DeliveryQuerySet":
        """Those that are to be sent."""
        return self.filter(state=DeliveryState.WAITING)

    def held(self, pk: int) -> "Delivery | None":
        """The one with this key, held; None while somebody else holds it."""
        found = self.select_for_update(of=("self",), skip_locked=True).filter(pk=pk)
        return found.select_related("webhook__partner", "event").first()

    def taken_since(self, moment: datetime) -> bool:
        """Whether any was taken since then."""
        return self.filter(state=DeliveryState.DELIVERED, settled_at__gte=moment).exists()

    def given_up_since(self, moment: datetime) -> bool:
        """Whether any was given up since then."""
        return self.filter(state=DeliveryState.GIVEN_UP, settled_at__gte=moment).exists()

    def put_down(self, webhook: Webhook, told: Iterable[Event], at: datetime) -> list[int]:
        """One for each of these events; their keys."""
        made = [Delivery(webhook=webhook, event=event, key=f"dlv_{uuid4().hex}", next_at=at) for event in told]
        return [delivery.pk for delivery in Delivery.objects.bulk_create(made, batch_size=1000)]


class Delivery(models.Model):
    """An event as it is told to an address: when it was tried, what was answered, and what becomes of it."""

    PASSING: ClassVar[str] = "It goes with its event after a month; what happened stands in the history."
    PERSONAL: ClassVar = {"key": NO, "tries": NO, "asked_by": NO}

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries", verbose_name=_("event"))
    key = models.CharField(_("id"), max_length=40, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.JSONField(_("tries"), default=list, blank=True, encoder=DjangoJSONEncoder)
    """Each with its moment, the status that was answered or what went wrong, and how long it took."""
    next_at = models.DateTimeField(_("next try"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    asked_by = models.CharField(_("sent again by"), max_length=150, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of an event")
        verbose_name_plural = _("deliveries of events")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["webhook", "state", "settled_at"], name="delivery_settled")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["webhook", "event"],
                name="one_delivery_per_webhook_and_event",
                violation_error_message=_("This event is told to this address already. Send it again instead."),
            ),
            models.CheckConstraint(
                name="delivery_state_known",
                condition=Q(state__in=DeliveryState.values),
                violation_error_message=_("This is no state of a delivery."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.webhook.number}"

    @property
    def made(self) -> int:
        """How often it was tried."""
        return len(self.tries)

    @property
    def answered(self) -> Words:
        """How the last try went; empty before the first."""
        last: dict[str, Any] = self.tries[-1] if self.tries else {"status": ""}
        return TROUBLES.get(last.get("error", ""), str(last["status"]))
