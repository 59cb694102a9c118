"""Changing the number of lines: more by an application that was accepted, fewer by choice; from a day on (MA8.1)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from contracts.consequences import Effect
from iijiot.bulk import bulk_transition
from iijiot.clauses import Clause
from iijiot.words import said
from sims.models import LineChange


def foresee_closing(ends: Mapping[int, date]) -> Iterable[Effect]:
    """The pending changes that would come after the ends of their contracts (L01)."""
    for change in LineChange.objects.pending().of_contracts(list(ends)):
        if change.effective_on > ends[change.contract_id]:
            words = said(_("{change} is closed without effect."), change=change)
            yield Effect(ends[change.contract_id], Clause("MA8.1"), words, ("change-closed", change.pk))


def close_overtaken(contract_ids: Sequence[int]) -> None:
    """Close what would come after the end of its contract, inside the open act; no line is ordered for it (L01)."""
    overtaken = LineChange.objects.overtaken(list(contract_ids))
    bulk_transition(overtaken, "close", {"closed_because": now_("The contract ends before.")})
