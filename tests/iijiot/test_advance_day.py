"""``manage.py advance_day``: days as people type them, one line of JSON for each step, exit codes."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from contracts.models import Contract
from iijiot import daily
from iijiot.models import DayStep
from tests.factories import ContractFactory

WEDNESDAY = time_machine.travel("2026-11-25 10:00+09:00", tick=False)


def run(*arguments: str) -> list[dict[str, Any]]:
    """The lines that it writes where there is no terminal."""
    out = StringIO()
    call_command("advance_day", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@WEDNESDAY
def test_it_does_what_is_due_up_to_today_and_sums_up(db):
    contract = ContractFactory(ends_on=date(2026, 11, 24))
    lines = run()
    assert [line["step"] for line in lines[:-1]] == [step.name for step in daily.steps()]
    assert lines[-1]["to"] == "2026-11-25"
    assert lines[-1]["set_aside"] == 0
    assert Contract.objects.get(pk=contract.pk).state == "ended"
    assert run()[-1]["steps"] == 0


@WEDNESDAY
def test_a_dry_run_counts_and_leaves_no_trace(db, mailoutbox):
    contract = ContractFactory(ends_on=date(2026, 11, 24))
    assert run("--dry-run")[-1]["done"] >= 1
    assert Contract.objects.get(pk=contract.pk).state == "active"
    assert not DayStep.objects.exists()
    assert mailoutbox == []


@WEDNESDAY
@pytest.mark.parametrize("typed", ["2026-11-27", "2026/11/27", "２０２６年１１月２７日", " 2026.11.27 "])
def test_the_office_can_be_moved_on_where_that_is_allowed(db, settings, typed):
    settings.TIME_TRAVEL = True
    assert run("--to", typed)[-1]["to"] == "2026-11-27"


@WEDNESDAY
@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2026-02-30", "is no day"),
        ("tomorrow", "is no day"),
        ("2062-11-25", "Check the year"),
        ("2026-11-26", "has not come yet"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_a_sentence(db, settings, typed, why):
    settings.TIME_TRAVEL = False
    with pytest.raises(CommandError, match=why):
        run("--to", typed)


@WEDNESDAY
def test_days_do_not_come_back(db):
    run()
    with pytest.raises(CommandError, match="days do not come back"):
        run("--to", "2026-11-24")


@WEDNESDAY
def test_a_second_run_leaves_the_day_to_the_first(db, monkeypatch):
    def taken(*_args: object) -> None:
        raise daily.AnotherRun

    monkeypatch.setattr(daily, "advance", taken)
    assert run() == [{"day": "2026-11-25", "another_run": True}]
