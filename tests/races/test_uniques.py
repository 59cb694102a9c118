"""X47: what must be there once stays there once, with two real connections."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from tests.house.constraint_cases import Unique
from tests.house.test_constraints import ALL_UNIQUES, UNIQUE_IDS, refused_by

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.unrecorded("writes past everything, to show that the database refuses it"),
]


@pytest.mark.parametrize(("name", "case"), ALL_UNIQUES, ids=UNIQUE_IDS)
def test_a_unique_holds_between_two_connections(name: str, case: Unique):
    """The rival is written but not committed: the second waits, and is refused when the first commits."""
    row = case.row()
    values: list[Any] = []
    written, go_on = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                values.append(case.same(case.rival(row)))
                written.set()
                go_on.wait(10)
        finally:
            written.set()
            connection.close()

    rival = threading.Thread(target=first)
    rival.start()
    assert written.wait(10)
    waker = threading.Timer(0.1, go_on.set)
    waker.start()
    refused_by(name, row, values[0])
    rival.join(10)
