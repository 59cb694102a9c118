"""X04: thirty days run twice a day, days late, or cut off in the middle leave the same, and every notice is sent once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from contracts.models import Notice
from iijiot import clock, daily
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    ExternalSubscriptionFactory,
    NoticeFactory,
    SuspensionFactory,
    TerminationFactory,
)
from tests.factories.contracts import of
from tests.iijiot.test_daily import FIRST, make_world, print_of_everything

DAYS = [FIRST + timedelta(n) for n in range(30)]


def make_thirty_days() -> None:
    """Something that ends, starts or is suspended every fifth day, beside what falls due at the beginning."""
    make_world()
    for day in DAYS[::5]:
        ContractFactory(ends_on=day)
        external = ExternalSubscriptionFactory(ends_on=day)
        TerminationFactory(of_subscription=True, external=external, effective_on=day)
        base = ContractFactory(not_started=True, billing_starts_on=day)
        ContractFactory(
            **of(base.customer), data_storage=True, not_started=True, billing_starts_on=day, rests_on=[base]
        )
        SuspensionFactory(begins_at=datetime.combine(day, time(), clock.TOKYO))
        NoticeFactory()
    ApplicationFactory()


@dataclass
class Statements:
    """Counts the statements of a connection; before the one chosen somebody else ends the connection."""

    cut_before: int = 0
    seen: int = field(default=0, init=False)

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.seen += 1
        if self.seen == self.cut_before:
            end_this_connection()
        return execute(*args)


def end_this_connection() -> None:
    """As an administrator does it, or a server that is stopped: from another connection."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        assert cursor.fetchone() == (True,)
    other.close()


@dataclass(frozen=True)
class Undisturbed:
    """What thirty days leave when they are run one by one: every row, how many mails, and each day's statements."""

    print: dict[str, Any]
    mails: int
    statements: dict[date, int]


@cache
def undisturbed() -> Undisturbed:
    """Run once for all tests of this module."""
    make_thirty_days()
    counted = {}
    for day in DAYS:
        with connection.execute_wrapper(statements := Statements()):
            daily.advance(day)
        counted[day] = statements.seen
    found = Undisturbed(print_of_everything(), len(mail.outbox), counted)
    call_command("flush", interactive=False, verbosity=0)
    mail.outbox.clear()
    return found


@pytest.fixture
def expected(transactional_db: None) -> Iterator[Undisturbed]:
    """The same world once more, to be disturbed; afterwards each notice has been sent once in the books."""
    found = undisturbed()
    make_thirty_days()
    yield found
    sent = Notice.history.filter(state="sent").exclude(channel="letter").values_list("id", flat=True)
    assert sorted(sent) == sorted(Notice.objects.filter(state="sent").values_list("pk", flat=True))


def message_ids() -> list[str]:
    return [message.extra_headers["Message-ID"] for message in mail.outbox]


@pytest.mark.long
def test_x04_thirty_days_run_twice_each_leave_the_same(expected):
    for day in DAYS:
        assert daily.advance(day) != []
        assert daily.advance(day) == []
    assert print_of_everything() == expected.print
    assert len(message_ids()) == len({*message_ids()}) == expected.mails


def test_x04_thirty_days_run_three_days_late_leave_the_same(expected):
    for day in (*DAYS[3::4], DAYS[-1]):
        daily.advance(day)
    assert print_of_everything() == expected.print
    assert len(message_ids()) == len({*message_ids()}) == expected.mails


def test_x04_thirty_days_each_cut_off_in_the_middle_leave_the_same(expected):
    """A mail of which the books could not be told leaves again under the same Message-ID."""
    random, cut = Random(4), []
    for day in DAYS:
        at = random.randint(2, expected.statements[day] * 9 // 10)  # what was read once is not asked again
        try:
            with connection.execute_wrapper(Statements(cut_before=at)):
                daily.advance(day)
        except (OperationalError, InterfaceError):
            cut.append((day, at))
        connection.close()
        daily.advance(day)
    print(f"{len(cut)} of {len(DAYS)} days were cut: {', '.join(f'{day:%m-%d} before {at}' for day, at in cut)}")
    assert len(cut) == len(DAYS)
    assert print_of_everything() == expected.print
    assert len({*message_ids()}) == expected.mails
