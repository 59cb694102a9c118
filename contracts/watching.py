"""What those who watch over the site see of this app."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from contracts.models import Notice
from iijiot import health
from iijiot.metrics import Sample, gauge


@gauge("notices_unsent", "Notices that have not left, by channel and state.")
def notices_unsent(now: datetime) -> Iterator[Sample]:
    """Mails that wait or failed, letters to post."""
    for channel, state, many in Notice.objects.unsent():
        yield {"channel": channel, "state": state}, many


@health.check("evidence")
def evidence_folder(now: datetime) -> str:
    """Papers that customers hand in cannot be taken."""
    return "" if health.can_write(settings.EVIDENCE_DIR) else "The folder of evidence files cannot be written."
