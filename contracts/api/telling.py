"""What is told of a record when it changes: as it is read, to whoever may see its customer."""

from collections.abc import Sequence
from typing import Any

from contracts.models import Grant
from iijiot.api.shapes import Shape
from iijiot.events import Told


def teller(records: Any, shape: Shape, *customers: str) -> Told:
    """Tells of those records that some partner may see; the first of these ways that leads to a customer names it."""

    def told(pks: Sequence[int]) -> dict[int, tuple[str, int, dict[str, Any]]]:
        seen = records.among(pks).of_customer(Grant.objects.customers())
        rows = list(seen.values(*dict.fromkeys(["pk", *customers, *shape.paths()])))
        found = {}
        for row, data in zip(rows, shape.tell_all(rows), strict=True):
            customer = next(row[way] for way in customers if row[way] is not None)
            found[row["pk"]] = (data["id"], customer, data)
        return found

    return told
