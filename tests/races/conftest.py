"""Around every race: real commits, no deadlock."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.races.together import deadlocks


@pytest.fixture(scope="module")
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database in which everything is committed, emptied after the module: each race makes a world of its own."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", interactive=False, verbosity=0)
        connection.close()


@pytest.fixture
def _django_db_helper(committed: None) -> None:
    """In place of the one that empties the database after each test."""


@pytest.fixture(autouse=True)
def no_deadlock(committed: None) -> Iterator[None]:
    """Fail a race in which the database had to break a deadlock."""
    before = deadlocks()
    yield
    assert deadlocks() == before, "locks were taken against the house order (design.md)"
