"""What is allowed when with prices, invoices and payments: every table in a file allowed_<part>.py beside this."""

from importlib import import_module
from pathlib import Path
from typing import Any

from tests.allowed import Tables, checks_of

PARTS = [import_module(f"tests.billing.{path.stem}") for path in sorted(Path(__file__).parent.glob("allowed_*.py"))]


def merged(name: str) -> dict[Any, Any]:
    """A table of all parts in one."""
    return {key: value for part in PARTS for key, value in getattr(part, name, {}).items()}


globals().update(checks_of(Tables(*map(merged, ("TABLES", "TARGETS", "DEAD_ENDS", "BEGUN")))))


def test_there_are_tables_to_hold_them_against():
    assert len(merged("TABLES")) >= 2
