"""Customers, their units and caps, and what they hold under other terms."""

from datetime import date

import factory

from contracts.models import (
    Cap,
    ContactChannel,
    Customer,
    CustomerKind,
    ExternalSubscription,
    MailDomain,
    ManagementUnit,
)
from tests.factories.base import Recorded, corporate_number


class CustomerFactory(Recorded):
    """A corporation with its corporate number and a notice address of its own domain."""

    class Meta:
        model = Customer

    class Params:
        sole_proprietor = factory.Trait(
            kind=CustomerKind.SOLE_PROPRIETOR,
            name="青井 太郎（青井電機）",
            name_kana="アオイ タロウ",
            corporate_number="",
            evidence="開業届",
            evidence_seen_on=date(2026, 3, 25),
        )
        foreign_company = factory.Trait(
            kind=CustomerKind.BODY,
            name="Aoi Works Ltd.",
            name_kana="",
            corporate_number="",
            evidence="Certificate of incorporation",
            evidence_seen_on=date(2026, 3, 25),
        )

    kind = CustomerKind.CORPORATION
    name = "株式会社アオイ製作所"
    name_kana = "アオイセイサクショ"
    corporate_number = factory.Sequence(corporate_number)
    postal_code = "102-0071"
    address = "東京都千代田区富士見2-10-2"
    contact_person = "葵 あおい"
    phone = "03-1234-5678"
    notice_email = "info@aoi-works.example"


class ManagementUnitFactory(Recorded):
    """A customer's only management unit."""

    class Meta:
        model = ManagementUnit

    customer = factory.SubFactory(CustomerFactory)
    name = "本社"


class ContactChannelFactory(Recorded):
    """A telephone asked for beside the notice address, not set up yet (G12.2.2)."""

    class Meta:
        model = ContactChannel

    customer = factory.SubFactory(CustomerFactory)
    means = ContactChannel.Means.PHONE
    why = "夜間の障害連絡のため"
    asked_on = date(2026, 11, 25)


class CapFactory(Recorded):
    """At most 1,000 Mobile Access lines for one customer (G14.3)."""

    class Meta:
        model = Cap

    class Params:
        for_everyone = factory.Trait(customer=None)

    customer = factory.SubFactory(CustomerFactory)
    service = "mobile-access"
    counts = Cap.Counts.LINES
    most = 1000


class ExternalSubscriptionFactory(Recorded):
    """A Private Backbone in service since 2026-04-01."""

    class Meta:
        model = ExternalSubscription

    class Params:
        type_i_closed = factory.Trait(service="mobile-type-i", network="closed")
        type_i_open = factory.Trait(service="mobile-type-i", network="open")
        type_k = factory.Trait(service="mobile-type-k")
        wise_paas_use = factory.Trait(service="wise-paas-use")

    customer = factory.SubFactory(CustomerFactory)
    service = "private-backbone"
    reference = factory.Sequence(lambda n: f"EXT-{n:05d}")
    starts_on = date(2026, 4, 1)


class MailDomainFactory(Recorded):
    """A domain that staff refuse as a notice address (G12.2.1)."""

    class Meta:
        model = MailDomain

    domain = "ocn.ne.jp"
    verdict = "refused"
    reason = "個人契約のプロバイダメール"
