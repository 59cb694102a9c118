"""Lines are found by what people type: their numbers, those of their cards, addresses; whole or in part, each by an index."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from stdnum import luhn

from iijiot.searching import Query
from sims.models import Line, line_search
from tests.factories import AddressUseFactory, ContractFactory, NetworkPolicyFactory
from tests.factories.sims import LineFactory, SimCardFactory

pytestmark = pytest.mark.django_db


def iccid(digits: str) -> str:
    """An ICCID of docomo that ends with these digits before its check digit."""
    base = "898110" + digits.rjust(12, "0")
    return base + luhn.calc_check_digit(base)


@pytest.fixture
def line():
    """A line with a number, a card and an address of its own; others stand beside it."""
    for n in range(3):
        SimCardFactory(lent=True, line=LineFactory(msisdn=f"0209000000{n}"), iccid=iccid(f"70000{n}"))
    made = LineFactory(msisdn="02012345678")
    SimCardFactory(lent=True, line=made, iccid=iccid("123456"), imsi="440101234567890")
    AddressUseFactory(line=made, address="10.99.0.2", pool__network="10.99.0.0/29")
    return made


def found(typed: str) -> list[Line]:
    """The lines that are meant."""
    return list(Line.objects.meant(Query(typed)).order_by("pk"))


@pytest.mark.parametrize(
    "typed",
    [
        "02012345678", "020-1234-5678", "０２０１２３４５６７８", "+81 20 1234 5678", "812012345678", "'02012345678", "0201234",
        "345678", "5678", "8981100000001234568", "8981100000001234568F", "FF8981100000001234568", "898110000000123456",
        "8981 1000 0000 1234 568", "８９８１１０００００００１２３４５６８", "898110000000123", "1234568", "568",
        "440101234567890", "10.99.0.2", "１０．９９．０．２",
    ],
)  # fmt: skip
def test_a_line_is_found_by_its_numbers_however_they_are_typed(line, typed):
    assert found(typed) == [line]


def test_a_line_is_found_by_its_own_number(line):
    tail = line.number[1:].lstrip("0")
    for typed in (line.number, line.number.lower(), f"l-{tail}", f"Ｌ{tail}"):
        assert found(typed) == [line]
    assert line in found(line.number[1:]), "the bare digits may be the end of another number as well"


@pytest.mark.parametrize(
    "typed", ["", "5", "56x", "020", "1.2.3", "10.99.0.300", "北野電機", "K0000001", "x" * 500, "%", "_"]
)
def test_what_is_no_number_of_a_line_finds_none(typed):
    line = LineFactory(msisdn="07011112222")
    assert line not in found(typed)


def test_a_past_card_still_leads_to_its_line_and_a_past_address_does_not(line):
    old = SimCardFactory(lent=True, state="due-back", due_back_on="2026-12-31", line=line, iccid=iccid("888888"))
    AddressUseFactory(line=line, address="10.99.0.3", pool=line.address_uses.get().pool,
                      until=datetime(2026, 5, 1, tzinfo=UTC))  # fmt: skip
    assert found(old.iccid) == [line]
    assert found("10.99.0.3") == []


def test_a_card_in_stock_leads_to_no_line(line):
    assert found(SimCardFactory(iccid=iccid("999999")).iccid) == []


def test_what_begins_alike_in_too_many_lines_is_found_all_the_same(line, monkeypatch):
    monkeypatch.setattr(line_search, "MANY", 2)
    assert len(found("020")) == len(found("898110")) == 4


def test_the_lines_of_a_contract_by_its_number(line):
    assert list(Line.objects.of_contract_called(line.contract.number)) == [line]
    assert not Line.objects.of_contract_called("K9999999").exists()


def test_many_numbers_of_any_kind_are_looked_up_in_three_statements(line):
    other = LineFactory(contract=line.contract)
    ended = LineFactory(contract=line.contract, ended=True, msisdn="02077777777")
    names = [other.number, "02012345678", iccid("123456"), "02077777777", "nonsense", LineFactory().number]
    rows = line.contract.lines.living()
    with CaptureQueriesContext(connection) as captured:
        called = rows.called(names)
    assert called == {other.number: other.pk, "02012345678": line.pk, iccid("123456"): line.pk}
    assert len(captured) == 3
    assert ended.pk not in called.values()


@pytest.mark.parametrize(
    "typed", ["L0000012", "12345", "02012345678", "020123", "345678", "8981100000001234568", "898110000", "10.99.0.2"]
)
def test_every_way_goes_by_an_index(line, typed):
    """With sequential scans forbidden no plan has one left."""
    rows = Line.objects.meant(Query(typed)).order_by("number")[:50]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan, plan


def test_lines_are_asked_by_what_the_network_does_and_where_their_card_is():
    throttled, blocked = NetworkPolicyFactory().line, NetworkPolicyFactory(blocked=True).line
    plain, ended = LineFactory(), LineFactory(ended=True)
    SimCardFactory(lent=True, line=plain, state="lost")
    assert list(Line.objects.held_back("throttled")) == [throttled]
    assert list(Line.objects.held_back("blocked")) == [blocked]
    assert list(Line.objects.not_held_back()) == [plain]
    assert list(Line.objects.with_card_in("lost")) == [plain]
    assert not Line.objects.with_card_in("on-loan").exists()
    assert ended not in Line.objects.not_held_back()


def test_lines_are_counted_by_contract_and_by_what_waits():
    contract = ContractFactory(mobile_access=True)
    LineFactory.create_batch(2, contract=contract, ordered=True, ordered_on="2026-11-02", billing_starts_on=None)
    LineFactory(contract=contract, ordered=True, ordered_on="2026-11-01", billing_starts_on=None)
    LineFactory()
    (waiting,) = Line.objects.waiting_for_first_card().by_contract("ordered_on")
    assert (waiting, waiting.many_lines, str(waiting.first_line_day)) == (contract, 3, "2026-11-01")
