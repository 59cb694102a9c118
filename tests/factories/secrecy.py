"""Accounts, consents, recipients, information handed over, and what was disclosed."""

from datetime import UTC, datetime, timedelta

import factory

from contracts.models import Account, Consent, Disclosure, Document, Invitation, Proof, Recipient
from tests.factories.base import Recorded
from tests.factories.contracts import ContractFactory
from tests.factories.customers import CustomerFactory
from tests.factories.users import UserFactory

MOMENT = datetime(2026, 11, 25, 1, tzinfo=UTC)


class AccountFactory(Recorded):
    """An operator's account in use."""

    class Meta:
        model = Account

    class Params:
        locked = factory.Trait(state="locked", locked_at=MOMENT, locked_why="端末の盗難")

    customer = factory.SubFactory(CustomerFactory)
    user = factory.SubFactory(
        UserFactory,
        login_id=factory.Sequence(lambda n: f"c9999999n{n}"),
        name="葵 あおい",
        customer_side=True,
    )
    role = "operator"


class InvitationFactory(Recorded):
    """An invitation of somebody who has not set a password yet."""

    class Meta:
        model = Invitation

    class Params:
        used = factory.Trait(used_at=MOMENT)

    account = factory.SubFactory(AccountFactory)
    to = "aoi@aoi.example"
    made_at = MOMENT
    ends_at = MOMENT + timedelta(days=3)


class ProofFactory(Recorded):
    """A caller named a login ID that does not match."""

    class Meta:
        model = Proof

    class Params:
        matching = factory.Trait(
            account=factory.SubFactory(AccountFactory, customer=factory.SelfAttribute("..customer")),
            typed=factory.SelfAttribute("account.user.login_id"),
        )

    customer = factory.SubFactory(CustomerFactory)
    typed = "c0000000n1"
    at = MOMENT
    by = "弁田 ベン"


class RecipientFactory(Recorded):
    """A subcontractor that may see personal information."""

    class Meta:
        model = Recipient

    class Params:
        subsidiary = factory.Trait(standing="subsidiary", contract_seen_on=None)
        authority = factory.Trait(standing="authority", contract_seen_on=None)
        association = factory.Trait(standing="association", contract_seen_on=None)
        other = factory.Trait(standing="other", contract_seen_on=None)

    name = factory.Sequence(lambda n: f"架空運用サービス{n}株式会社")
    standing = "subcontractor"
    sees_personal = True
    contract_seen_on = datetime(2026, 4, 1, tzinfo=UTC).date()


class ConsentFactory(Recorded):
    """Detected logs may be handed to the association (G46.1)."""

    class Meta:
        model = Consent

    class Params:
        addendum = factory.Trait(kind="data-processing", version="BRM003")
        personal = factory.Trait(kind="personal", recipient=factory.SubFactory(RecipientFactory, other=True))
        marketing_stopped = factory.Trait(kind="marketing", given=False)

    customer = factory.SubFactory(CustomerFactory)
    kind = "detected-logs"
    given = True
    told = "2026年11月24日付の同意書"
    at = MOMENT
    by = "弁田 ベン"


class DocumentFactory(Recorded):
    """Something handed over without a mark."""

    class Meta:
        model = Document

    class Params:
        secret = factory.Trait(marked=True)
        exempted = factory.Trait(marked=True, exempt="known", exempt_because="公報に掲載されている")

    customer = factory.SubFactory(CustomerFactory)
    title = "機器配置図"
    received_on = MOMENT.date()


class DisclosureFactory(Recorded):
    """Personal information given to a subcontractor who needs it (G40.3)."""

    class Meta:
        model = Disclosure

    class Params:
        by_consent = factory.Trait(
            recipient=factory.SubFactory(RecipientFactory, other=True),
            ground="consent",
            consent=factory.SubFactory(
                ConsentFactory,
                kind="personal",
                customer=factory.SelfAttribute("..customer"),
                recipient=factory.SelfAttribute("..recipient"),
            ),
        )
        by_law = factory.Trait(
            recipient=factory.SubFactory(RecipientFactory, authority=True),
            ground="law",
            clause="G40.4",
            purpose="by-law",
            requester="架空警察署 生活安全課",
        )
        statistic = factory.Trait(
            customer=None, information="statistic", scope="all", counted=50, ground="none-needed", clause="G38.2"
        )
        of_settings = factory.Trait(
            contract=factory.SubFactory(ContractFactory, customer=factory.SelfAttribute("..customer")),
            peer=factory.SubFactory(CustomerFactory),
            recipient=None,
            information="settings",
            ground="connection",
            clause="G41",
        )
        of_secret = factory.Trait(
            document=factory.SubFactory(DocumentFactory, secret=True, customer=factory.SelfAttribute("..customer")),
            information="secret",
            ground="law",
            clause="G39.2",
            requester="架空地方裁判所",
        )

    customer = factory.SubFactory(CustomerFactory)
    information = "personal"
    what = "担当者の氏名と電話番号"
    scope = "listed"
    recipient = factory.SubFactory(RecipientFactory)
    ground = "business"
    clause = "G40.3"
    purpose = "providing"
    why = "現地での設置作業の連絡のため"
    at = MOMENT
    by = "江見 えみ"
