"""Taking in what another system has counted: each figure judged for itself, those that are right loaded together (MA15.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from iijiot.actors import Actor
from iijiot.records import chapter
from iijiot.tables.columns import Found
from iijiot.tables.reading import Row
from sims.models import Line
from sims.models.line_set import Span
from sims.rows.usage_columns import COLUMNS
from sims.rows.usage_rows import Traffic, UsageRows
from sims.surveying import Given

NAMES = [column.name for column in COLUMNS]


@dataclass(frozen=True)
class Metered:
    """What was loaded: how many figures are new, how many replace others; and why each of the rest was not."""

    added: int
    corrected: int
    refused: Mapping[int, Sequence[str]]
    """By its place."""


class OfSomeLines(UsageRows):
    """Traffic of the lines that the sender may know of; others are not there for it."""

    def __init__(self, given: Given, found: Found, actor: Actor, customers: Any) -> None:
        super().__init__(given, found, actor)
        self.customers = customers

    def spans(self, read: Sequence[Traffic]) -> dict[str, Mapping[str, Sequence[Span]]]:
        """Those of these lines alone."""
        found = super().spans(read)
        lines = {span.line for of_key in found.values() for spans in of_key.values() for span in spans}
        known = set(Line.objects.among(sorted(lines)).of_customer(self.customers).values_list("pk", flat=True))
        return {
            name: {key: [span for span in spans if span.line in known] for key, spans in of_key.items()}
            for name, of_key in found.items()
        }


def meter(items: Sequence[Mapping[str, Any]], *, customers: Any, today: date, actor: Actor) -> Metered:
    """Load usage of lines of these customers; each item is of one line and day, its cells as texts (MA15.2)."""
    found = Found({name: place for place, name in enumerate(NAMES)}, ())
    reader = OfSomeLines(Given("usage", today), found, actor, customers)
    rows = [Row(place, [str(item.get(name, "")) for name in NAMES]) for place, item in enumerate(items)]
    with chapter(actor=actor, clause=reader.clause):
        slice_ = reader.check(rows, len(NAMES))
        change = reader.finish()
    refused = {judged.row.line: [str(finding) for finding in judged.findings] for judged in slice_.judged}
    return Metered(change["added"], change["corrected"], refused)
