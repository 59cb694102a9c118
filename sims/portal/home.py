"""What of cards stands on the portal's home."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from iijiot.clauses import Clause
from iijiot.portal.members import Member
from iijiot.portal.panels import Todo, needs_attention
from iijiot.words import said
from sims.models import SimCard


@needs_attention
def to_send_back(member: Member, day: date) -> Iterable[Todo]:
    """Cards to send back, as one line with the first day (MA9.2)."""
    many, first = SimCard.objects.awaited_from(member.customer).many_and_first_due()
    if many:
        late = first < day
        yield Todo(
            said(_("SIM cards to send back: {many}"), many=f"{many:,}"),
            reverse("portal:returns"),
            _("Some are late.") if late else "",
            due=first,
            clause=Clause("MA9.2"),
            tone="danger" if late else "warning",
        )
