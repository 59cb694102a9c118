"""Acts on thousands of lines or cards at once: each is answered for itself, with the reasons where it was refused."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.api.planned import CITED
from iijiot.api.ids import PublicId
from iijiot.api.problems import reason_of
from iijiot.api.schemas import WHOLE, Answer, Maybe, array, id_of, text
from iijiot.lookups import keys_by, states_of
from iijiot.rules import Unmet

DONE, REFUSED, NOT_FOUND = "done", "refused", "not-found"
REASON = Answer("Reason", {**CITED, "remedy": text()})

Acts = Callable[[Sequence[int]], Sequence[int]]
"""Does it to those of these records to which it can be done; which those are."""
WhyNot = Callable[[Sequence[int]], Mapping[int, Sequence[Unmet]]]
"""Why it could not be done to each of these."""


def answered_per_item(name: str, ids: PublicId) -> Answer:
    """What is answered: how many, and what became of each in the order in which they were sent."""
    item = Answer(
        f"{name}Item",
        {
            "id": id_of(ids),
            "status": text(DONE, enum=[DONE, REFUSED, NOT_FOUND]),
            "state": Maybe(text("active")),
            "reasons": array(REASON),
        },
    )
    return Answer(name, {"done": WHOLE, "refused": WHOLE, "items": array(item)})


def each(records: Any, by: str, ids: PublicId, numbers: Sequence[str], acts: Acts, why_not: WhyNot) -> dict[str, Any]:
    """Do it to all that the caller can see of these, and tell of each what became of it."""
    wanted = list(dict.fromkeys(numbers))
    keys: dict[str, int] = keys_by(records, by, wanted)
    done = set(acts(sorted(keys.values())))
    reasons = why_not(sorted(set(keys.values()) - done))
    states = states_of(records.model.objects.all(), list(keys.values()))
    items = []
    for number in wanted:
        pk = keys.get(number)
        status = NOT_FOUND if pk is None else DONE if pk in done else REFUSED
        told = [reason_of(unmet) for unmet in reasons.get(pk, ())] if pk is not None else []
        state = states[pk] if pk is not None else None
        items.append({"id": ids.of(number), "status": status, "state": state, "reasons": told})
    return {"done": len(done), "refused": len(wanted) - len(done), "items": items}
