"""Violations, suspensions, and what touches many customers."""

from datetime import UTC, date, datetime, timedelta

import factory

from contracts.models import Announcement, Discontinuation, Measure, Suspension, TermsVersion, Violation
from tests.factories.base import Recorded
from tests.factories.contracts import ContractFactory
from tests.factories.customers import CustomerFactory


class ViolationFactory(Recorded):
    """A prohibited use that was found on 2026-11-20 and goes on."""

    class Meta:
        model = Violation

    class Params:
        remedied = factory.Trait(state="remedied", closed_on=date(2026, 11, 24), outcome="設定を改めた")

    customer = factory.SubFactory(CustomerFactory)
    breach = "G20.3"
    found_on = date(2026, 11, 20)
    what = "回線からの大量の通信が他の利用者の通信を妨げている（設備の記録）。"


class SuspensionFactory(Recorded):
    """A suspension for non-payment, announced on 2026-11-25 for 2026-12-01."""

    class Meta:
        model = Suspension

    class Params:
        in_force = factory.Trait(state="in-force", begun_on=date(2026, 12, 1), cure_by=date(2027, 2, 1))
        for_violation = factory.Trait(
            cause="G26.1.3",
            violation=factory.SubFactory(ViolationFactory, customer=factory.SelfAttribute("..contract.customer")),
        )

    contract = factory.SubFactory(ContractFactory)
    extent = "stop"
    cause = "G26.1.1"
    reason = "ご利用料金のお支払いが確認できないため"
    period = "お支払いの確認まで"
    begins_at = datetime(2026, 11, 30, 15, tzinfo=UTC)
    announced_at = datetime(2026, 11, 25, 1, tzinfo=UTC)


class MeasureFactory(Recorded):
    """Works on Mobile Access that are prepared for 2026-12-20."""

    class Meta:
        model = Measure

    kind = "works"
    service = "mobile-access"
    reason = "設備の更新工事"
    period = "2026年12月20日 0時から6時まで"
    starts_at = datetime(2026, 12, 19, 15, tzinfo=UTC)


class DiscontinuationFactory(Recorded):
    """The end of Data Storage after 2027-05-31, prepared."""

    class Meta:
        model = Discontinuation

    service = "data-storage"
    last_day = date(2027, 5, 31)
    reason = "設備の老朽化"


class TermsVersionFactory(Recorded):
    """A new version of the provisions of the VPN gateway, prepared."""

    class Meta:
        model = TermsVersion

    provision = "VPN"
    effective_on = factory.Sequence(lambda n: date(2031, 1, 1) + timedelta(n))
    changes = "接続方式の追加"


class AnnouncementFactory(Recorded):
    """A measure was announced to nobody, since nobody is touched."""

    class Meta:
        model = Announcement

    measure = factory.SubFactory(MeasureFactory)
    clause = "G25.1"
    subject = "【IIJ IoT】工事に伴うサービス提供中止のお知らせ"
    body = "〔宛名〕\n\n下記のとおり、サービスの提供を中止いたします。"
    recipients = 0
