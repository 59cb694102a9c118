"""Worked examples of dates, amounts and numbers, as data: ``cases("termination_date")``."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent


@cache
def _load(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def group(path: str) -> Any:
    """A group of vectors.json by its name, or of vectors-legal.json as in "legal.notice_dates.sim_return"."""
    first, *rest = path.split(".")
    found = _load("vectors-legal.json") if first == "legal" else _load("vectors.json")[first]
    for key in rest:
        found = found[key]
    return found


def cases(path: str) -> list[Any]:
    """The cases of a group as parameters of a test, each named after its first values.

    Strings that are days become dates.
    """
    found = group(path)
    listed = found["cases"] if isinstance(found, dict) else found
    return [pytest.param(days_read(case), id=case_id(case)) for case in listed]


def case_id(case: Any) -> str:
    """A readable name for a case: its input, and what is noted of it."""
    if not isinstance(case, dict):
        return str(case)
    plain = [f"{key}={value}" for key, value in case.items() if _is_input(key, value)]
    return " ".join([*plain[:3], *([f"({case['note']})"] if "note" in case else [])])


def days_read(value: Any) -> Any:
    """The value with every ISO day in it as a date."""
    if isinstance(value, dict):
        return {key: days_read(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [days_read(inner) for inner in value]
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _is_input(key: str, value: Any) -> bool:
    outcome = key.startswith(("expected", "rejected", "note", "why", "policy"))
    return not outcome and value is not None and not isinstance(value, dict | list)
