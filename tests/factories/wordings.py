"""Texts of letters."""

from datetime import UTC, datetime

import factory

from contracts.letters import LETTERS
from contracts.models import Wording
from tests.factories.base import Recorded

SINCE, UNTIL = datetime(2026, 11, 1, 1, tzinfo=UTC), datetime(2026, 11, 20, 1, tzinfo=UTC)


class WordingFactory(Recorded):
    """A draft that says what the built-in text says."""

    class Meta:
        model = Wording

    class Params:
        in_force = factory.Trait(state="in-force", in_force_since=SINCE)
        replaced = factory.Trait(state="replaced", in_force_since=SINCE, in_force_until=UNTIL)

    # Of each kind there is one draft, and one text in force.
    kind = factory.Iterator(LETTERS)
    version = factory.Sequence(lambda n: n + 1)
    subject = factory.LazyAttribute(lambda wording: LETTERS[wording.kind].subject)
    text = factory.LazyAttribute(lambda wording: LETTERS[wording.kind].text)
