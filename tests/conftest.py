"""What every test can have: the cast, and a demo that is quickly built."""

import pytest

import iijiot.urls  # noqa: F401 - loads the pages of every door, which tests go through
from sims.demo import fleet

pytest_plugins = [
    "tests.collector",
    "tests.factories.people",
    "tests.database_role",
    "tests.evidence_folder",
    "tests.long_first",
    "tests.quiet_log",
    "tests.recorder",
    "tests.template_database",
]


@pytest.fixture
def few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo without most of its twenty thousand lines, for those who look at something else of it."""
    monkeypatch.setattr(fleet, "LINES", 20)
