"""What the index says of a clause."""

from typing import NamedTuple

BEHAVIOUR = "B"  # the software must do something: needs a test
RECORD = "R"  # only shown or recorded
NOTHING = "-"  # nothing to do, or a heading of others

Row = tuple[str, str, str, str]
"""Id, kind, title in Japanese, title in English."""


class Entry(NamedTuple):
    """One clause in the index."""

    kind: str
    japanese: str
    english: str
