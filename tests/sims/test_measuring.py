"""Daily usage comes in whole or not at all, again whenever it is corrected, and goes when its time is over."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils.translation import override

from iijiot.daily import Tally
from sims import measuring
from sims.measuring import RowsRefused, load
from sims.models import ContractUsage, DailyUsage, UsageLoad
from tests.acts import BEN
from tests.factories import ContractFactory
from tests.factories.sims import LineFactory
from tests.factories.usage import GB, NetworkPolicyFactory, UsageAlertFactory, used

FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


def rows() -> list[tuple[int, date, int, int]]:
    """All rows as they are stored."""
    return list(DailyUsage.objects.order_by("day", "line").values_list("line", "day", "up", "down"))


def sums() -> list[tuple[int, date, int, int, int]]:
    """All sums of contracts as they are stored."""
    return list(ContractUsage.objects.order_by("day", "contract").values_list("contract", "day", "lines", "up", "down"))


@pytest.mark.clause("MA15.2")
def test_usage_is_loaded_in_bulk_and_again_without_effect(db):
    contract = ContractFactory(mobile_access=True)
    one, two = LineFactory.create_batch(2, contract=contract)
    told = [(one.pk, FIRST, 10, 90), (two.pk, FIRST, 5, 15), (one.pk, SECOND, 1, 2)]
    first = load(told, source="usage.csv", on=SECOND, actor=BEN)
    assert (first.rows, first.added, first.corrected, first.first_day, first.last_day) == (3, 3, 0, FIRST, SECOND)
    again = load(iter(told), source="usage.csv", on=SECOND, actor=BEN)
    assert (again.rows, again.added, again.corrected) == (3, 0, 0)
    assert rows() == sorted(told, key=lambda row: (row[1], row[0]))
    assert sums() == [(contract.pk, FIRST, 2, 15, 105), (contract.pk, SECOND, 1, 1, 2)]


@pytest.mark.clause("MA15.2")
def test_a_correction_replaces_the_figures_and_says_what_was_told_on_the_old_ones(db):
    throttle = NetworkPolicyFactory()
    line = throttle.line
    UsageAlertFactory(line=line)
    UsageAlertFactory()
    used([(line, FIRST, 2), (line, SECOND, 2)])
    corrected = used([(line, SECOND, 0.5)])
    assert (corrected.added, corrected.corrected, corrected.told_before) == (0, 1, 2)
    assert DailyUsage.objects.of_line(line).by_day()[SECOND] == (GB // 20, GB // 20 * 9)
    assert ContractUsage.objects.of_contracts([line.contract_id]).bytes() == 25 * GB // 10
    assert line.network_policies.get().measured == 4 * GB


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ((date(2026, 12, 3), 1, 1), "2026年12月3日（木）はまだ来ていません"),
        ((date(2024, 11, 2), 1, 1), "2024年11月3日（日）以降"),
        ((FIRST, -1, 1), "負"),
        ((FIRST, 1, -1), "負"),
        ((FIRST, 2**60, 1), "1日分として"),
    ],
    ids=["future", "long ago", "negative up", "negative down", "impossible"],
)
@pytest.mark.clause("MA15.2")
def test_rows_that_are_no_usage_are_refused_with_their_place_and_nothing_is_loaded(db, row, why):
    line = LineFactory()
    with override("ja"), pytest.raises(RowsRefused, match="2行目.*" + why) as refusal:
        load([(line.pk, FIRST, 1, 1), (line.pk, *row)], source="usage.csv", on=SECOND, actor=BEN)
    assert list(refusal.value.places) == [2]
    assert (rows(), UsageLoad.objects.count()) == ([], 0)


@pytest.mark.clause("MA15.2")
def test_unknown_lines_and_rows_told_twice_are_refused_all_in_one_answer(db):
    line = LineFactory()
    told = [
        (line.pk, FIRST, 1, 1),
        (0, FIRST, 1, 1),
        (line.pk, SECOND, 1, 1),
        (line.pk, FIRST, 2, 2),
        (line.pk, FIRST, -1, 2),
    ]
    with pytest.raises(RowsRefused) as refusal:
        load(told, source="usage.csv", on=SECOND, actor=BEN)
    with override("en"):
        assert {place: str(why) for place, why in refusal.value.places.items()} == {
            2: "There is no such line.",
            4: "Row 1 tells the same line and day already.",
            5: "Bytes are fewer than none. Check the figures.",
        }
    assert rows() == []


@pytest.mark.clause("MA15.2")
def test_a_long_list_of_refusals_is_said_in_short_and_kept_for_the_file(db):
    with pytest.raises(RowsRefused) as refusal:
        load([(1, FIRST, -1, 0)] * 1500, source="usage.csv", on=SECOND, actor=BEN)
    assert len(refusal.value.unmet) == 21
    assert "ほか980行" in str(refusal.value)
    assert list(refusal.value.places) == list(range(1, 1001))


def test_a_load_without_rows_is_refused(db):
    with pytest.raises(RowsRefused):
        load([], source="empty.csv", on=SECOND, actor=BEN)


def test_many_rows_are_written_by_as_many_statements_as_few(db):
    contract = ContractFactory(mobile_access=True)
    line = LineFactory(contract=contract)
    with connection.execute_wrapper(counting := Counting()):
        used([(line, FIRST, 1)])
    few = counting.statements
    with connection.execute_wrapper(counting := Counting()):
        used([(line, FIRST - timedelta(days=n), 1) for n in range(1, 300)])
    assert counting.statements == few


class Counting:
    """Counts statements."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute, sql, params, many, context):
        self.statements += 1
        return execute(sql, params, many, context)


@pytest.mark.clause("G40.2.1")
def test_usage_whose_time_is_over_goes_a_day_at_a_time_and_no_day_sooner(db, settings):
    line = LineFactory()
    used([(line, day, 1) for day in (date(2026, 10, 31), date(2026, 11, 1), SECOND, FIRST)], on=SECOND)
    settings.USAGE_MONTHS = 1
    tally = Tally()
    measuring.forget_old(FIRST, tally)
    assert list(DailyUsage.objects.of_line(line).by_day()) == [FIRST, SECOND]
    assert list(ContractUsage.objects.by_day()) == [FIRST, SECOND]
    assert tally.done == 4
    measuring.forget_old(FIRST, again := Tally())
    assert again.done == 0
    assert UsageLoad.objects.count() == 1
