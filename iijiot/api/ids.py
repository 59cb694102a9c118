"""Public ids: a prefix that says what it is, and the number by which people call it. No key of the database goes out."""

import re
from dataclasses import dataclass
from typing import Any

from iijiot.numbers import are_provisional

FORM = "[A-Z]{1,2}[0-9]{7,10}|[0-9]{18,20}"
LAWFUL = re.compile(FORM)
"""A number of ours, or the ICCID of a card."""


@dataclass(frozen=True)
class PublicId:
    """How the records of one kind are named outside: ctr_K0000012."""

    prefix: str
    example: str = "K0000001"

    @property
    def pattern(self) -> str:
        """What such an id looks like, for the description."""
        return f"^{self.prefix}_({FORM})$"

    def of(self, number: Any) -> str | None:
        """The public id of the record with this number; None for none, and in a dry run for what would be made."""
        if not number or (are_provisional() and not LAWFUL.fullmatch(number)):
            return None
        return f"{self.prefix}_{number}"

    def number(self, public: str) -> str | None:
        """The number in a public id; None for nonsense, and for the id of something else."""
        prefix, _separator, number = public.partition("_")
        return number if prefix == self.prefix and LAWFUL.fullmatch(number) else None
