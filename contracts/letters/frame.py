"""What stands around the text of every letter: to whom above it, when and by whom below it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from iijiot.days import japanese_day

DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日（[月火水木金土日]）")
SIGNED = 4
"""The most lines in which a letter is dated and signed."""


@dataclass(frozen=True)
class Parts:
    """A letter taken apart; what is not found in it is empty."""

    addressee: str
    text: str
    day: str
    sender: tuple[str, ...]


class Sender(Protocol):
    """The company, as far as it signs."""

    name: str
    desk: str


def framed(addressee: str, text: str, written_on: date, sender: Sender) -> str:
    """The whole letter."""
    return "\n".join([addressee, "", text, "", japanese_day(written_on), *signature(sender)])


def signature(sender: Sender) -> list[str]:
    """The lines by which the company signs."""
    return [line for line in (sender.name, sender.desk) if line]


def parts(letter: str) -> Parts:
    """A letter as it was stored, taken apart again."""
    lines = letter.split("\n")
    addressee = ""
    if len(lines) > 1 and lines[0].endswith(("御中", "様")) and not lines[1].strip():
        addressee, lines = lines[0], lines[2:]
    for place in range(len(lines) - 1, max(-1, len(lines) - 1 - SIGNED), -1):
        if DAY.fullmatch(lines[place]):
            return Parts(addressee, "\n".join(lines[:place]).strip(), lines[place], tuple(lines[place + 1 :]))
    return Parts(addressee, "\n".join(lines).strip(), "", ())
