"""Around every race: no deadlock, and no mail but what the acts send."""

from collections.abc import Iterator

import pytest

from tests.races.together import deadlocks


@pytest.fixture(autouse=True)
def no_deadlock(transactional_db: None) -> Iterator[None]:
    """Fail a race in which the database had to break a deadlock."""
    before = deadlocks()
    yield
    assert deadlocks() == before, "locks were taken against the house order (design.md)"
