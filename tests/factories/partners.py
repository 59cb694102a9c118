"""Partners whose systems come through the API, what they see, and their keys."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from oauth2_provider.models import AccessToken, Application

from contracts import partnering
from contracts.models import Grant, Partner, PartnerKey
from contracts.partnering import Issued
from iijiot import clock
from iijiot.api.scopes import open_to
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
