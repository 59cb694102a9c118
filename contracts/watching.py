"""Figures of this app for those who watch over the site."""

from collections.abc import Iterator
from datetime import datetime

from contracts.models import Notice
from iijiot.metrics import Sample, gauge


@gauge("notices_unsent", "Notices that have not left, by channel and state.")
def notices_unsent(now: datetime) -> Iterator[Sample]:
    """Mails that wait or failed, letters to post."""
    for channel, state, many in Notice.objects.unsent():
        yield {"channel": channel, "state": state}, many
