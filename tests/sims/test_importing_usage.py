"""Daily traffic as a file: looked at, foreseen, loaded once its line is found by number or card, judged (MA15.2)."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError

from iijiot.rules import RuleViolation
from sims import importing
from sims.models import DailyUsage, Sighting
from tests.acts import again
from tests.factories.sims import LineFactory, SimCardFactory, iccid, msisdn
from tests.factories.usage import GB, NetworkPolicyFactory, ThrottlePolicyFactory
from tests.sims.test_importing import CLERK, WEDNESDAY, counts, csv_of, load, silent, whys
from tests.workers import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english"), pytest.mark.clause("MA15.2")]
HEADER = ("電話番号", "日付", "上り", "下り")
TUESDAY = date(2026, 11, 24)


def taken(body, name="usage.csv"):
    record = importing.take_in(name, body, given={"kind": "usage"}, today=WEDNESDAY, actor=CLERK)
    importing.check(record, told=silent)
    return again(record)


def changes(record):
    """Days, new and corrected figures, and what was told before on those."""
    return record.first_day, record.last_day, record.added, record.corrected, record.told_before


def stored():
    """Line, day and bytes of all that is stored."""
    return list(DailyUsage.objects.order_by("day", "line").values_list("line", "day", "up", "down"))


def test_traffic_is_loaded_by_line_and_day():
    line = LineFactory(msisdn=msisdn(1))
    record = taken(csv_of([msisdn(1), "2026-11-24", "1,024", "4096"], header=HEADER))
    assert (counts(record), changes(record)) == ((1, 1, 0, 0), (TUESDAY, TUESDAY, 1, 0, 0))
    assert stored() == [], "it is only looked at"
    record = load(record)
    assert (record.state, record.loaded, changes(record)) == ("done", 1, (TUESDAY, TUESDAY, 1, 0, 0))
    assert stored() == [(line.pk, TUESDAY, 1024, 4096)]


def test_the_same_file_again_changes_nothing_and_a_corrected_one_replaces():
    line = LineFactory(msisdn=msisdn(1))
    body = csv_of([msisdn(1), "2026-11-24", "1", "2"], header=HEADER)
    load(taken(body))
    repeated = load(taken(body))
    assert (repeated.loaded, changes(repeated)) == (1, (TUESDAY, TUESDAY, 0, 0, 0))
    NetworkPolicyFactory(line=line, window_first=TUESDAY, window_last=TUESDAY, from_day=WEDNESDAY, until_day=WEDNESDAY)
    record = taken(csv_of([msisdn(1), "2026-11-24", "1", "3"], [msisdn(1), "2026-11-23", "1", "1"], header=HEADER))
    foreseen = changes(record)
    assert foreseen == (date(2026, 11, 23), TUESDAY, 1, 1, 1)
    assert changes(load(record)) == foreseen
    assert stored() == [(line.pk, date(2026, 11, 23), 1, 1), (line.pk, TUESDAY, 1, 3)]


@time_machine.travel("2026-11-25 01:00+00:00", tick=False)
@pytest.mark.django_db(transaction=True)
def test_what_was_loaded_is_judged_by_a_worker():
    ThrottlePolicyFactory()
    line = LineFactory(msisdn=msisdn(1))
    load(taken(csv_of([msisdn(1), "2026-11-24", "0", str(4 * GB)], header=HEADER)))
    work()
    assert (line.network_policy.from_day, line.network_policy.measured) == (WEDNESDAY, 4 * GB)


def test_with_a_wrong_row_nothing_is_loaded_or_the_good_ones_alone():
    line = LineFactory(msisdn=msisdn(1))
    record = taken(csv_of([msisdn(1), "2026-11-24", "1", "2"], [msisdn(2), "2026-11-24", "1", "2"], header=HEADER))
    assert counts(record) == (2, 1, 0, 1)
    with pytest.raises(RuleViolation):
        load(record)
    assert stored() == []
    assert load(record, "good").loaded == 1
    assert stored() == [(line.pk, TUESDAY, 1, 2)]


def test_a_line_is_found_by_its_card_too_also_after_the_card_came_back():
    card = SimCardFactory(iccid=iccid(1), imsi="440100000000777", lent=True)
    over = {"state": "returned", "due_back_on": WEDNESDAY, "over_on": WEDNESDAY}
    other = SimCardFactory(iccid=iccid(2), imsi="440100000000778", lent=True, **over)
    header = ("ICCID", "IMSI", "日付", "上り", "下り")
    rows = [[iccid(1), "", "2026-11-24", "1", "2"], ["", "440100000000778", "2026-11-24", "3", "4"]]
    assert load(taken(csv_of(*rows, header=header))).loaded == 2
    assert stored() == [(card.line_id, TUESDAY, 1, 2), (other.line_id, TUESDAY, 3, 4)]


def test_traffic_of_a_card_whose_line_has_ended_by_then_is_told_apart():
    card = SimCardFactory(iccid=iccid(1), line=LineFactory(ended=True), state="returned", lent_on=date(2026, 4, 1),
                          assigned_on=date(2026, 4, 1), due_back_on=WEDNESDAY, over_on=WEDNESDAY)  # fmt: skip
    assert card.line.ends_on < TUESDAY
    header = ("ICCID", "日付", "上り", "下り")
    ((line, column, why),) = whys(taken(csv_of([iccid(1), "2026-11-24", "1", "2"], header=header)))
    assert (line, column) == (2, "ICCID")
    assert "No line has it on this day" in why


def test_a_number_that_went_to_another_line_is_told_apart_by_the_day():
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
    assert [row[0] for row in stored()] == [old.pk, new.pk]
    assert [line for line, _c, _w in whys(record)] == [4]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ((msisdn(9), "2026-11-24", "1", "1"), "telephone number", "No line"),
        ((msisdn(1), "2026-11-26", "1", "1"), "Day", "not come yet"),
        ((msisdn(1), "2024-10-25", "1", "1"), "Day", "far back"),
        ((msisdn(1), "2026-11-24", "-1", "1"), "bytes up", "whole number"),
        ((msisdn(1), "2026-11-24", "1", "1.5 GB"), "bytes down", "whole number"),
        ((msisdn(1), "2026-11-24", "1,23", "1"), "bytes up", "whole number"),
        ((msisdn(1), "2026-11-24", "1", "20000000000001"), "bytes down", "20,000,000,000,000 bytes"),
        ((msisdn(1), "2026-11-24", "", "1"), "bytes up", "whole number"),
        (("", "2026-11-24", "1", "1"), "telephone number", "which line"),
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
def test_devices_that_nobody_registered_become_proposals_with_the_days_on_which_they_were_seen():
    line = LineFactory(msisdn=msisdn(1))
    seen = [("2026-11-24", "3541780368597899"), ("2026-11-23", "35417803685978"), ("2026-11-22", "")]
    rows = [[msisdn(1), day, "1", "1", imei] for day, imei in seen]
    load(taken(csv_of(*rows, header=(*HEADER, "IMEI"))))
    sighting = Sighting.objects.get()
    assert (sighting.line, sighting.imei) == (line, "354178036859789")
    assert (sighting.first_seen_on, sighting.last_seen_on) == (date(2026, 11, 23), TUESDAY)


def test_what_is_no_device_at_all_is_told():
    LineFactory(msisdn=msisdn(1))
    record = taken(csv_of([msisdn(1), "2026-11-24", "1", "1", "モデム"], header=(*HEADER, "IMEI")))
    assert [column for _line, column, _why in whys(record)] == ["IMEI"]
