"""Daily usage comes in whole or not at all, again whenever it is corrected, and goes when its time is over."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from iijiot.daily import Tally
from sims import measuring
from sims.measuring import Change, foresee, load
from sims.models import ContractUsage, DailyUsage
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
    assert load(told) == Change(FIRST, SECOND, added=3, corrected=0, told_before=0)
    assert load(iter(told)) == Change(FIRST, SECOND, added=0, corrected=0, told_before=0)
    assert rows() == sorted(told, key=lambda row: (row[1], row[0]))
    assert sums() == [(contract.pk, FIRST, 2, 15, 105), (contract.pk, SECOND, 1, 1, 2)]


@pytest.mark.clause("MA15.2")
def test_what_is_foreseen_is_what_comes_and_foreseeing_writes_nothing(db):
    line = LineFactory()
    used([(line, FIRST, 1)])
    told = [(line.pk, FIRST, 1, 1), (line.pk, SECOND, 1, 1)]
    foreseen, before = foresee(told), rows()
    assert foreseen == Change(FIRST, SECOND, added=1, corrected=1, told_before=0)
    assert len(before) == 1
    assert load(told) == foreseen


@pytest.mark.clause("MA15.2")
def test_a_correction_replaces_the_figures_and_says_what_was_told_on_the_old_ones(db):
    throttle = NetworkPolicyFactory()
    line = throttle.line
    UsageAlertFactory(line=line)
    UsageAlertFactory()
    used([(line, FIRST, 2), (line, SECOND, 2)])
    assert used([(line, SECOND, 0.5)]) == Change(SECOND, SECOND, added=0, corrected=1, told_before=2)
    assert DailyUsage.objects.of_line(line).by_day()[SECOND] == (GB // 20, GB // 20 * 9)
    assert ContractUsage.objects.of_contracts([line.contract_id]).by_month() == {FIRST.replace(day=1): 25 * GB // 10}
    assert line.network_policies.get().measured == 4 * GB


@pytest.mark.parametrize(
    "wrong",
    [
        lambda line: [(line, FIRST, -1, 0)],
        lambda line: [(line + 1, FIRST, 1, 1)],
        lambda line: [(line, FIRST, 1, 1), (line, FIRST, 2, 2)],
    ],
    ids=["negative", "no such line", "twice"],
)
@pytest.mark.clause("MA15.2")
def test_the_database_keeps_out_what_no_file_may_bring_and_nothing_is_loaded(db, wrong):
    line = LineFactory()
    with pytest.raises(DatabaseError, match=r"usage_is_not_negative|contract_id|second time"), transaction.atomic():
        load([(line.pk, SECOND, 1, 1), *wrong(line.pk)])
    assert (rows(), sums()) == ([], [])


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
    used([(line, day, 1) for day in (date(2026, 10, 31), date(2026, 11, 1), SECOND, FIRST)])
    settings.USAGE_MONTHS = 1
    tally = Tally()
    measuring.forget_old(FIRST, tally)
    assert list(DailyUsage.objects.of_line(line).by_day()) == [FIRST, SECOND]
    assert list(ContractUsage.objects.by_day()) == [FIRST, SECOND]
    assert tally.done == 4
    measuring.forget_old(FIRST, again := Tally())
    assert again.done == 0
