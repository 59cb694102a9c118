"""Two or more at once: a thread and a connection for each, all let go by one barrier."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from iijiot.plans import Stale
from iijiot.rules import RuleViolation

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
SECONDS = 120
REFUSALS = (RuleViolation, Stale, ValidationError)
"""What a dialog shows as a sentence in its form; anything else would be an error page."""


@dataclass(frozen=True)
class Outcome:
    """What one of them got: a result, or a refusal."""

    result: Any = None
    refusal: Exception | None = None

    @property
    def won(self) -> bool:
        """Whether the act was carried out."""
        return self.refusal is None


def at_once(*acts: Callable[[], Any]) -> list[Outcome]:
    """Let all acts go at the same moment; what is no refusal with a sentence is raised here."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Outcome | None] = [None] * len(acts)
    accidents: list[BaseException] = []

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(SECONDS)
            outcomes[place] = Outcome(result=act())
        except REFUSALS as refusal:
            outcomes[place] = Outcome(refusal=refusal)
        except BaseException as accident:
            accidents.append(accident)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    if accidents:
        raise accidents[0]
    told = [outcome for outcome in outcomes if outcome is not None]
    assert len(told) == len(acts), "one of them never came back"
    for outcome in told:
        assert outcome.won or len(str(outcome.refusal)) > 20, f"no sentence: {outcome.refusal!r}"
    return told


def deadlocks() -> int:
    """How many deadlocks the database has broken since it exists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
