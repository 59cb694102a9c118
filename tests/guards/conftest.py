"""The site with production settings, started once for those who ask it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.guards import production
from tests.guards.production import Site

NOWHERE = "postgresql://backoffice@/backoffice?host=/nonexistent"


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files, collected as for a release."""
    folder = tmp_path_factory.mktemp("static")
    collected = production.manage("collectstatic", "--no-input", static=folder, database=NOWHERE)
    assert collected.returncode == 0, collected.stderr
    return folder


@pytest.fixture(scope="module")
def site(static: Path, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Site]:
    """The site on the test database."""
    with django_db_blocker.unblock():
        database = production.address_of_the_test_database()
    with production.running(tmp_path_factory.mktemp("site"), static, database) as site:
        yield site


@pytest.fixture(scope="module")
def site_without_database(static: Path, tmp_path_factory: Any) -> Iterator[Site]:
    """The site, whose database is away."""
    with production.running(tmp_path_factory.mktemp("without"), static, NOWHERE) as site:
        yield site
