"""``manage.py close_month``: what it says, whom it leaves the work to, and that two may do it at once."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from billing import closing
from billing.models import BillingRun, Invoice, SetAside
from billing.months import ONE_DAY, Month
from iijiot import job_queue
from tests import workers
from tests.acts import BEN
from tests.billing.closed import close, documents, on
from tests.factories import ContractFactory
from tests.factories.prices import LONG_AGO, price_list

FIRST = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    price_list()


def run(*arguments: str, day: date = FIRST) -> list[dict[str, Any]]:
    """The lines that it writes where there is no terminal."""
    out = StringIO()
    with on(day):
        call_command("close_month", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_it_computes_the_month_here_and_adds_up(monkeypatch):
    monkeypatch.setattr(closing, "WEIGHT", 1)
    for _n in range(3):
        ContractFactory()
    *moved, told = run("2026-11", "--inline")
    assert [line["done"] for line in moved] == [1, 2, 3]
    assert told == {
        "month": "2026-11", "chunks": 3, "expected": 3, "made": 3, "there": 0, "aside": 0, "beyond": 0, "missing": 0,
    }  # fmt: skip
    assert len(documents("2026-11")) == 3
    assert run("２０２６/１１", "--inline")[-1]["there"] == 3


def test_a_dry_run_leaves_no_trace():
    ContractFactory()
    (told,) = run("2026-11", "--dry-run")
    assert (told["chunks"], told["expected"], told["dry_run"]) == (1, 1, True)
    assert not BillingRun.objects.exists()
    assert not Invoice.objects.exists()
    assert not job_queue.jobs().exists()


@pytest.mark.parametrize("typed", ["2026-13", "November", "2026-1", "26-11", ""])
def test_what_is_no_month_is_refused_in_a_sentence(typed):
    with pytest.raises(CommandError, match="is no month"):
        run(typed)


def test_a_month_to_come_is_refused():
    with pytest.raises(CommandError, match="2027-01"):
        run("2027-01", "--inline")


def test_drafts_of_the_month_before_are_issued_first():
    ContractFactory()
    close("2026-11", FIRST)
    with pytest.raises(CommandError, match="2026-11"):
        run("2026-12", "--inline", day=date(2027, 1, 4))


def test_without_a_worker_it_says_how_much_waits():
    ContractFactory()
    with pytest.raises(CommandError, match="1 chunks of 2026-11 wait in the queue"):
        run("2026-11")
    assert not Invoice.objects.exists()
    assert run("2026-11", "--inline")[-1]["made"] == 1


def test_what_was_set_aside_is_named():
    before_any_list = LONG_AGO - ONE_DAY
    ContractFactory(accepted_on=before_any_list, billing_starts_on=before_any_list)
    err = StringIO()
    with on(FIRST):
        call_command("close_month", "2026-11", "--inline", stdout=StringIO(), stderr=err)
    aside = SetAside.objects.get()
    assert f"Set aside: {aside.management_unit}: {aside.why}" in err.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_workers_do_what_it_hands_out(monkeypatch):
    monkeypatch.setattr(closing, "WEIGHT", 1)
    for _n in range(3):
        ContractFactory()
    with on(FIRST):
        begun = closing.begin(Month(2026, 11), actor=BEN)
        assert closing.hand_out(begun) == 3
        workers.work()
    told = closing.statement(begun)
    assert (told.done, told.made, told.missing) == (3, 3, 0)
    assert job_queue.failing(closing.close_chunk) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.unrecorded("no act of the product leaves a chunk that cannot be computed")
def test_why_a_chunk_failed_is_said():
    contract = ContractFactory()
    with on(FIRST):
        begun = closing.begin(Month(2026, 11), actor=BEN)
        closing.hand_out(begun)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE billing_billingchunk SET late = %s", [json.dumps({contract.pk: "never"})])
        workers.work()
    assert "never" in (job_queue.failing(closing.close_chunk) or "")
