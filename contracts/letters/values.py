"""How days, lists and what is left out stand in letters, and the marks that many kinds have."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from contracts.letters.marks import Mark, in_one_line
from iijiot.clock import TOKYO
from iijiot.days import japanese_day


def day(value: date | None) -> str:
    """A day: 2026年12月31日（木）."""
    return japanese_day(value) if value else ""


def moment(value: datetime | None) -> str:
    """A moment in Tokyo: 2026年12月31日（木）9時30分."""
    if not value:
        return ""
    there = value.astimezone(TOKYO)
    minutes = f"{there.minute}分" if there.minute else ""
    return f"{japanese_day(there.date())}{there.hour}時{minutes}"


def lines(said: Iterable[str]) -> str:
    """Each in a line."""
    return "\n".join(said)


def only_if(condition: Any, words: str) -> str:
    """Words that stand there only where they apply."""
    return words if condition else ""


CUSTOMER = Mark("契約者名", lambda told: in_one_line(told["customer"].name), "見本株式会社")


def clause(example: str) -> Mark:
    """The clause under which it is given."""
    return Mark("根拠条項", lambda told: told["clause"].citation, example, needed=True)
