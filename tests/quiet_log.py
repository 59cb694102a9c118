"""X52: nothing that the suite logs, as production would, holds a password, a token, a secret, a seed or a bank account."""

import json
import logging
import re
from collections.abc import Iterator

import pytest

from iijiot import worlds
from iijiot.log_lines import JsonLines, Stamp
from tests.factories.payments import MandateFactory
from tests.factories.users import PASSWORD

SECRET = re.compile(
    rf"{PASSWORD}|{worlds.PASSWORD}|\b{MandateFactory.account}\b"
    r"|whsec_[A-Za-z0-9+/]{8}|token-of-\d|[Bb]earer \w|\b[A-Z2-7]{32}\b|otpauth:"
)
MEMBERS = {"at", "level", "request_id", "actor", "logger", "message"}


class Listening(logging.Handler):
    """Keeps each line that holds a secret, or that is not one JSON object with all that a line has."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a line."""
        line = self.format(record)
        if SECRET.search(line) or "\n" in line or not json.loads(line).keys() >= MEMBERS:
            self.found.append(line)


@pytest.fixture(scope="session")
def listening() -> Iterator[Listening]:
    """To all that is logged from INFO on, but questions to the database, of which no handler of ours is told."""
    root, handler = logging.getLogger(), Listening(logging.INFO)
    handler.setFormatter(JsonLines())
    handler.addFilter(Stamp())
    handler.addFilter(lambda record: not record.name.startswith("django.db"))
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture(autouse=True)
def no_secret_is_logged(listening: Listening) -> Iterator[None]:
    """Each test answers for its own lines."""
    listening.found.clear()
    yield
    assert listening.found == []
