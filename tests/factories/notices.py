"""Notices to customers."""

from datetime import UTC, datetime

import factory

from contracts.models import Notice
from tests.factories.base import Recorded
from tests.factories.customers import CustomerFactory


class NoticeFactory(Recorded):
    """A mail that is still to be sent."""

    class Meta:
        model = Notice

    class Params:
        letter = factory.Trait(channel=Notice.Channel.LETTER, to="102-0071 東京都千代田区富士見2-10-2")
        sent = factory.Trait(state="sent", sent_at=datetime(2026, 11, 25, 1, 0, tzinfo=UTC))
        failed = factory.Trait(state="failed", failure="Connection refused")

    customer = factory.SubFactory(CustomerFactory)
    kind = Notice.Kind.ACCEPTED
    channel = Notice.Channel.EMAIL
    clause = "G13.1"
    to = "info@aoi-works.example"
    subject = "お申込みを承諾しました"
    body = "お申込みを承諾しました。"
