"""Partners whose systems come through the API, what they see, and their keys."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import factory
from factory.django import DjangoModelFactory
from oauth2_provider.models import AccessToken, Application

from contracts import partnering
from contracts.models import Delivery, Grant, Partner, PartnerKey, Webhook, WebhookReach
from contracts.partnering import Issued
from iijiot import clock
from iijiot.api.scopes import open_to
from iijiot.models import Event
from tests.factories.base import MAKER, Recorded
from tests.factories.customers import CustomerFactory
from tests.factories.users import UserFactory

MOMENT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


class PartnerFactory(Recorded):
    """A sales partner."""

    class Meta:
        model = Partner

    name = factory.Sequence(lambda n: f"ダン商会{n}")
    kind = "sales"
    user = factory.SubFactory(UserFactory, customer_side=True)


class GrantFactory(Recorded):
    """The partner may see the customer."""

    class Meta:
        model = Grant

    partner = factory.SubFactory(PartnerFactory)
    customer = factory.SubFactory(CustomerFactory)
    given_on = date(2026, 4, 1)


class PartnerKeyFactory(Recorded):
    """A key that reads contracts; no system can come with it, for it has no secret."""

    class Meta:
        model = PartnerKey

    partner = factory.SubFactory(PartnerFactory)
    name = "受発注"
    client_id = factory.Sequence(lambda n: f"client{n}")
    scopes = "contracts:read"
    issued_at = MOMENT


class WebhookFactory(Recorded):
    """An address that is told of lines."""

    class Meta:
        model = Webhook

    partner = factory.SubFactory(PartnerFactory)
    url = "https://hooks.example.co.jp/iijiot"
    types = "line.*"
    contact = "api@dan.example.co.jp"
    made_at = MOMENT


class EventFactory(DjangoModelFactory):
    """A line was paused."""

    class Meta:
        model = Event

    key = factory.Sequence(lambda n: f"evt_line_9{n:06d}")
    kind, type, subject = "line", "line.paused", "line_L0000001"
    sequence = factory.Sequence(lambda n: n)
    customer_id = 0
    at = MOMENT
    data: ClassVar = {"state": "paused"}


class DeliveryFactory(DjangoModelFactory):
    """A telling that waits."""

    class Meta:
        model = Delivery

    webhook = factory.SubFactory(WebhookFactory)
    event = factory.SubFactory(EventFactory)
    key = factory.Sequence(lambda n: f"dlv_{n:032x}")
    next_at = MOMENT


class WebhookReachFactory(DjangoModelFactory):
    """How far it was told."""

    class Meta:
        model = WebhookReach

    webhook = factory.SubFactory(WebhookFactory)
    place = 0


def issued(partner: Partner, *scopes: str) -> Issued:
    """A key with its secret, for these scopes or all that the kind of partner may have."""
    allowed = open_to(partner.kind)
    return partnering.issue_key(
        partner, name="受発注", scopes=scopes or allowed, allowed=allowed, at=clock.now(), actor=MAKER
    )


def token_of(key: PartnerKey, scopes: Iterable[str] | None = None, *, over: bool = False) -> str:
    """An access token as the token endpoint gives one, for all that the key is good for or a part of it."""
    text = f"token-of-{key.pk}-{AccessToken.objects.count()}"
    ends = clock.now() + timedelta(minutes=-1 if over else 15)
    AccessToken.objects.create(
        token=text,
        application=Application.objects.get(client_id=key.client_id),
        expires=ends,
        scope=" ".join(sorted(key.good_for if scopes is None else scopes)),
    )
    return text


def bearer(token: str) -> dict[str, Any]:
    """The header with a token."""
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}
