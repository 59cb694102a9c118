"""What every test of billing is followed by: the books balance (X05)."""

from collections.abc import Iterator

import pytest

from billing import ledger


@pytest.fixture(autouse=True)
def _the_books_balance(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did, documents are their lines and payments what they pay."""
    yield
    uses_database = {"db", "transactional_db"} & set(request.fixturenames)
    if uses_database and not request.node.get_closest_marker("unrecorded"):
        assert list(ledger.check()) == []
        assert ledger.statement().difference == 0
