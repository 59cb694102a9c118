"""Who had an address at a moment, one warning or a list of them, and what the access log says of it (G46.3)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from iijiot.models import AccessEvent
from iijiot.rules import RuleViolation
from sims import addressing, tracing
from sims.models import AddressUse
from tests.acts import BEN
from tests.factories.sims import AddressUseFactory, IpPoolFactory, LineFactory
from tests.sims.test_pools import give, lines

pytestmark = pytest.mark.usefixtures("in_english")

MOVED = datetime(2026, 12, 1, 15, tzinfo=UTC)  # midnight of 12-02 in Tokyo


@pytest.fixture
def moved(db):
    """An address that moved from A to B on 2026-12-02."""
    pool = IpPoolFactory(network="10.64.0.0/29", quarantine_days=0)
    a, b = LineFactory(), LineFactory()
    had = {"pool": pool, "address": "10.64.0.2"}
    AddressUseFactory(**had, line=a, until=MOVED, given_again=True)
    AddressUseFactory(**had, line=b, since=MOVED)
    return a, b


def who(text: str, purpose: str = "NICT 2026-0123"):
    """The lines that had them, in the order asked for."""
    return [f.use and f.use.line for f in tracing.who_had(tracing.read(text), purpose=purpose, actor=BEN)]


@pytest.mark.clause("G46.3")
def test_a_hit_of_the_day_before_names_who_had_the_address_then(moved):
    a, b = moved
    assert who("10.64.0.2 2026-12-01 23:59:59") == [a]
    assert who("10.64.0.2 2026-12-02 00:00:00") == [b]
    assert who("10.64.0.2 2026-03-31 00:00:00") == [None]
    assert AddressUse.objects.at("10.64.0.2", MOVED - timedelta(seconds=1)).get().line == a
    assert AddressUse.objects.at("10.64.0.2", MOVED).get().line == b


@pytest.mark.clause("G46.3")
@pytest.mark.parametrize(
    "text",
    [
        "10.64.0.2,2026-12-01 14:59:59Z",
        "2026-12-01T23:59:59+09:00\t10.64.0.2",
        '"10.64.0.2","50123","2026/12/01","23:59:59"',
        "１０．６４．０．２　２０２６／１２／１　２３：５９：５９",
        "10.64.0.2:50123 2026-12-01 14:59:59 UTC",
        "10.64.0.2 2026-12-01 23:59:59.123 JST",
        "2026-12-01 09:59:59 -0500 10.64.0.2 telnet",
    ],
)
def test_a_warning_is_read_as_it_was_sent_and_a_moment_without_a_zone_is_in_tokyo(moved, text):
    assert who(text) == [moved[0]]


@pytest.mark.clause("G46.3")
def test_a_list_is_looked_up_at_once_and_what_cannot_be_read_is_told_by_its_line(moved, django_assert_num_queries):
    text = "10.64.0.2, 2026-12-01 12:00\n\nno address, 2026-12-01 12:00\n10.64.0.2\n10.64.0.999 2026-12-01 12:00\n"
    asked = tracing.read(text + "10.64.0.2 2026-13-01 12:00\n10.64.0.5 2026-12-01 12:00\n10.64.0.2 2026-12-03 12:00")
    with django_assert_num_queries(2):
        found = tracing.who_had(asked, purpose="NICT", actor=BEN)
    assert [f.asked.place for f in found] == [1, 3, 4, 5, 6, 7, 8]
    assert [f.use.line if f.use else None for f in found] == [moved[0], None, None, None, None, None, moved[1]]
    assert [bool(f.asked.wrong) for f in found] == [False, True, True, True, True, False, False]


@pytest.mark.clause("G46.3")
def test_each_look_is_a_line_of_the_access_log_with_its_purpose(moved):
    who("10.64.0.2 2026-12-01 12:00")
    event = AccessEvent.objects.get(kind="looked")
    assert event.detail == "G46.3 NICT 2026-0123 10.64.0.2"
    assert event.who == "Ben"
    with pytest.raises(RuleViolation, match="Say what you need to know it for"):
        who("10.64.0.2 2026-12-01 12:00", purpose=" ")
    assert AccessEvent.objects.filter(kind="looked").count() == 1


@pytest.mark.clause("G46.3")
def test_an_empty_list_and_one_that_is_too_long_are_refused():
    with pytest.raises(ValidationError, match="at least one line"):
        tracing.read(" \n ")
    with pytest.raises(ValidationError, match="1001 lines"):
        tracing.read("10.64.0.2 2026-12-01 12:00\n" * 1001)


@pytest.mark.clause("G46.3", "MA5.2")
def test_after_a_change_of_address_each_is_found_in_its_time(db):
    IpPoolFactory(network="10.64.0.0/29")
    theirs = lines(1)
    give(theirs, at=datetime(2026, 12, 1, tzinfo=UTC))
    addressing.change(theirs[0], at=datetime(2026, 12, 5, tzinfo=UTC), actor=BEN, reason="攻撃")
    assert who("10.64.0.1 2026-12-04 12:00\n10.64.0.1 2026-12-06 12:00\n10.64.0.2 2026-12-06 12:00") == [
        theirs[0],
        None,
        theirs[0],
    ]
