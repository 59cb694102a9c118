"""What a scanner is answered: in a word for its colour, and in words for people. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from iijiot.words import Words


class Answer(StrEnum):
    """What became of a scan."""

    TAKEN = "taken"
    KNOWN = "known"
    WRONG = "wrong"


@dataclass(frozen=True)
class Scanned:
    """A scan and its answer: the number as it was read, in words what became of it, and the card."""

    number: str
    answer: Answer
    words: Words
    card: Any = None
