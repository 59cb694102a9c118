"""Daily traffic as a file: the line is found by number or card, what is loaded is handed on once (MA15.2)."""

import sys
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from sims import importing
from sims.rows import usage_rows
from tests.acts import again
from tests.factories.sims import LineFactory, SimCardFactory, iccid, msisdn
from tests.sims.test_importing import CLERK, WEDNESDAY, counts, csv_of, load, silent, whys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english"), pytest.mark.clause("MA15.2")]
HEADER = ("電話番号", "日付", "上り", "下り")


@pytest.fixture(autouse=True)
def measured(monkeypatch):
    """Stands where traffic is measured, and keeps what it is handed."""
    handed = []
    stand_in: Any = ModuleType("sims.measuring")
    stand_in.load = lambda rows, *, source, on, actor: handed.append((list(rows), source, on, actor))
    monkeypatch.setitem(sys.modules, "sims.measuring", stand_in)
    return handed


def taken(body, name="usage.csv"):
    record = importing.take_in(name, body, given={"kind": "usage"}, today=WEDNESDAY, actor=CLERK)
    importing.check(record, told=silent)
    return again(record)


def test_traffic_is_handed_on_by_line_with_its_source(measured):
    line = LineFactory(msisdn=msisdn(1))
    record = load(taken(csv_of([msisdn(1), "2026-11-24", "1,024", "4096"], header=HEADER)))
    assert record.loaded == 1
    ((rows, source, on, _actor),) = measured
    assert rows == [(line.pk, date(2026, 11, 24), 1024, 4096)]
    assert (source, on) == (record.number, WEDNESDAY)


def test_nothing_is_handed_on_while_the_file_is_only_looked_at(measured):
    LineFactory(msisdn=msisdn(1))
    assert counts(taken(csv_of([msisdn(1), "2026-11-24", "1", "2"], header=HEADER))) == (1, 1, 0, 0)
    assert measured == []


def test_a_line_is_found_by_its_card_too_also_after_the_card_came_back(measured):
    card = SimCardFactory(iccid=iccid(1), imsi="440100000000777", lent=True)
    over = {"state": "returned", "due_back_on": WEDNESDAY, "over_on": WEDNESDAY}
    other = SimCardFactory(iccid=iccid(2), imsi="440100000000778", lent=True, **over)
    header = ("ICCID", "IMSI", "日付", "上り", "下り")
    rows = [[iccid(1), "", "2026-11-24", "1", "2"], ["", "440100000000778", "2026-11-24", "3", "4"]]
    assert load(taken(csv_of(*rows, header=header))).loaded == 2
    assert [row[0] for row in measured[0][0]] == [card.line_id, other.line_id]


def test_a_number_that_went_to_another_line_is_told_apart_by_the_day(measured):
    old = LineFactory(msisdn=msisdn(1), ended=True)
    new = LineFactory(
        msisdn=msisdn(1),
        ordered_on=date(2026, 11, 10),
        billing_starts_on=date(2026, 11, 12),
        activated_on=date(2026, 11, 12),
    )
    rows = [
        [msisdn(1), "2026-10-30", "1", "1"],
        [msisdn(1), "2026-11-12", "1", "1"],
        [msisdn(1), "2026-11-05", "1", "1"],
    ]
    record = load(taken(csv_of(*rows, header=HEADER)), "good")
    assert [row[0] for row in measured[0][0]] == [old.pk, new.pk]
    assert [line for line, _c, _w in whys(record)] == [4]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ((msisdn(9), "2026-11-24", "1", "1"), "number", "No line"),
        ((msisdn(1), "2026-11-26", "1", "1"), "Day", "not come yet"),
        ((msisdn(1), "2024-11-24", "1", "1"), "Day", "far back"),
        ((msisdn(1), "2026-11-24", "-1", "1"), "bytes up", "whole number"),
        ((msisdn(1), "2026-11-24", "1", "1.5 GB"), "bytes down", "whole number"),
        (("", "2026-11-24", "1", "1"), "number", "which line"),
    ],
)
def test_each_wrong_cell_is_told(row, column, says):
    LineFactory(msisdn=msisdn(1))
    ((line, told, why),) = whys(taken(csv_of(row, header=HEADER)))
    assert (line, told) == (2, column)
    assert says in why


def test_the_same_line_and_day_twice_in_a_file_is_refused():
    LineFactory(msisdn=msisdn(1))
    row = [msisdn(1), "2026-11-24", "1", "1"]
    assert counts(taken(csv_of(row, row, header=HEADER))) == (2, 1, 0, 1)


def test_numbers_of_two_lines_in_a_row_are_refused():
    LineFactory(msisdn=msisdn(1))
    SimCardFactory(iccid=iccid(1), lent=True)
    header = ("電話番号", "ICCID", "日付", "上り", "下り")
    ((_line, _column, why),) = whys(taken(csv_of([msisdn(1), iccid(1), "2026-11-24", "1", "1"], header=header)))
    assert "different lines" in why


def test_a_file_that_says_no_line_at_all_is_refused_at_once():
    with pytest.raises(ValidationError, match="IMSI"):
        importing.take_in("u.csv", csv_of(["2026-11-24", "1", "2"], header=HEADER[1:]), given={"kind": "usage"},
                          today=WEDNESDAY, actor=CLERK)  # fmt: skip


@pytest.mark.clause("MA15.1")
def test_devices_that_were_seen_are_told_day_by_day_to_who_wants_to_know(monkeypatch):
    seen = []
    monkeypatch.setattr(usage_rows, "_SIGHTED", [lambda pairs, on: seen.append((on, list(pairs)))])
    line = LineFactory(msisdn=msisdn(1))
    rows = [[msisdn(1), day, "1", "1", "354178036859789"] for day in ("2026-11-24", "2026-11-23")]
    load(taken(csv_of(*rows, header=(*HEADER, "IMEI"))))
    pairs = [(line.pk, "354178036859789")]
    assert seen == [(date(2026, 11, 23), pairs), (date(2026, 11, 24), pairs)]
