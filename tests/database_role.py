"""Every test works as the application's role, which owns nothing; a few that need the owner of the tables say why."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from iijiot.database_roles import as_owner


@pytest.fixture(autouse=True)
def database_role(request: pytest.FixtureRequest) -> Iterator[None]:
    """The role that the test's transaction begins as: the application's, or with `@pytest.mark.owner("why")` the owner."""
    if not request.node.get_closest_marker("owner"):
        yield
        return
    request.getfixturevalue("django_db_setup")
    blocker: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock(), as_owner():
        yield
