"""X03, X04: the daily run can be killed and doubled; what it leaves is always the same. See also `test_thirty_days`."""

import re
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models

from contracts.models import Contract, Notice, Termination
from iijiot import clock, daily
from iijiot.bulk import bulk_add
from iijiot.models import DayStep
from iijiot.records import chapter
from iijiot.rules import refuse
from tests.factories import (
    AddressUseFactory,
    ApplicationFactory,
    ContractFactory,
    DeathFactory,
    DependencyFactory,
    DiscontinuationFactory,
    EquipmentFactory,
    ExternalSubscriptionFactory,
    IpPoolFactory,
    LineChangeFactory,
    MeasureFactory,
    NoticeFactory,
    SimCardFactory,
    SuccessionFactory,
    SuspensionFactory,
    TerminationFactory,
    TermsVersionFactory,
)
from tests.factories.base import MAKER
from tests.factories.contracts import of
from tests.factories.erasures import long_gone
from tests.factories.invoices import InvoiceFactory
from tests.factories.sims import LineFactory, iccid
from tests.factories.usage import ThrottlePolicyFactory, used
from tests.iijiot.killed_day import killed_at
from tests.recorder import recorded_models
from tests.workers import wait_until

BEFORE, LAST_DAY, FIRST, TO = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 28)
EARLIER, MORNING = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 25, 15, tzinfo=UTC)
LEFT_OUT = {"number", "corporate_number", "reference", "login_id", "history_id", "history_chapter", "history_date"}
NUMBERS = re.compile(r"\b[A-Z]\d{7}\b|#\d+|EXT-\d+")

transactional = pytest.mark.django_db(transaction=True)


def make_world() -> None:
    """Ends, starts, a subscription and mails that fall due, one start that cannot be; the run has reached the day before."""
    daily.advance(BEFORE)
    iot = ContractFactory(ends_on=LAST_DAY)
    TerminationFactory(form_missing=True, contract=iot)
    backbone = ExternalSubscriptionFactory(customer=iot.customer, ends_on=LAST_DAY)
    cause = TerminationFactory(of_subscription=True, external=backbone, effective_on=LAST_DAY)
    connector = ContractFactory(**of(iot.customer), private_connector=True)
    under = {base.key: DependencyFactory.between(connector, base) for base in (iot, backbone)}
    TerminationFactory(
        contract=connector, origin="cascade", how="", arrived_on=None, effective_on=LAST_DAY, clause="PC5.2",
        cause=cause, through=under[backbone.key],
    )  # fmt: skip
    connector.__dict__.update(ends_on=LAST_DAY, ends_under="PC5.2")
    save(connector)
    for _n in range(3):
        start = ContractFactory(not_started=True, billing_starts_on=FIRST)
        ContractFactory(
            **of(start.customer), mobile_access=True, not_started=True, billing_starts_on=FIRST, rests_on=[start]
        )
    idle = ContractFactory(not_started=True)
    ContractFactory(**of(idle.customer), mobile_access=True, not_started=True, billing_starts_on=FIRST, rests_on=[idle])
    ApplicationFactory()
    SuspensionFactory(announced_at=EARLIER, begins_at=MORNING)
    MeasureFactory(service="vpn-gateway", starts_at=MORNING, state="announced", announced_at=EARLIER)
    TermsVersionFactory(provision="PMG", effective_on=FIRST, state="announced", announced_at=EARLIER)
    DiscontinuationFactory(service="data-storage", state="announced", announced_at=EARLIER)
    ContractFactory(data_storage=True)
    SuccessionFactory(effective_on=FIRST, predecessor=ContractFactory(service_code="wise-paas-connector").customer)
    ContractFactory(customer=DeathFactory(died_on=LAST_DAY - timedelta(14), reported_on=LAST_DAY).customer)
    NoticeFactory.create_batch(2)
    NoticeFactory(failed=True)
    line = LineFactory(msisdn="02019990009", ends_on=LAST_DAY, ends_under="MA8.1")
    EquipmentFactory(line=line, imei="354178036859789")
    pool = IpPoolFactory(name="プール", network="10.64.0.0/30", warn_at=50)
    AddressUseFactory(line=line, pool=pool, address="10.64.0.1")
    cards_and_usage(line.contract)
    debts(line.contract)
    long_gone()


def debts(contract: Contract) -> None:
    """An invoice that falls overdue, and one of which its customer is to be reminded."""
    unit = {"customer": contract.customer, "management_unit": contract.management_unit, "lines": []}
    InvoiceFactory(**unit, month=date(2026, 9, 1), issued_on=date(2026, 10, 1), due_on=FIRST)
    InvoiceFactory(
        **unit, month=date(2026, 8, 1), issued_on=date(2026, 9, 1), due_on=LAST_DAY - timedelta(30), state="overdue"
    )


def cards_and_usage(contract: Contract) -> None:
    """Lines to be ordered, cards that are awaited, and usage: too much, and too old to be kept."""
    LineChangeFactory(
        contract=contract, kind="more", quantity=2, asked_on=BEFORE, effective_on=FIRST,
        application=ApplicationFactory(**of(contract.customer), mobile_access=True, accepted=True, changes=contract),
    )  # fmt: skip
    own = [LineFactory(contract=contract, msisdn=f"0201999000{n}") for n in range(4)]
    late, soon, overdue = LAST_DAY, FIRST + timedelta(7), LAST_DAY - timedelta(14)
    for n, (due, state) in enumerate([(late, "due-back"), (soon, "due-back"), (overdue, "overdue")]):
        SimCardFactory(
            lent=True, line=own[n], state=state, due_back_on=due, iccid=iccid(999_000 + n), imsi=f"44010999900000{n}"
        )
    ThrottlePolicyFactory()
    with chapter(actor=MAKER):
        used([(own[3], LAST_DAY, 4), (own[3], LAST_DAY - timedelta(1000), 1)])


def save(record: Any) -> None:
    with chapter(actor=MAKER):
        record.save()


def print_of_everything() -> dict[str, Counter[tuple[Any, ...]]]:
    """All values of all business tables and their histories, but for ids, instants, numbers and chapters."""
    found = {}
    for model in recorded_models():
        for table in (model, model.history.model):
            names = [field.attname for field in table._meta.concrete_fields if told(field)]
            found[table.__name__] = Counter(
                tuple(NUMBERS.sub("…", str(value)) for value in row) for row in table._base_manager.values_list(*names)
            )
    return found


def told(field: Any) -> bool:
    """Whether a field says the same in two worlds made alike.

    The diary's count does not: of a step cut short it tells what the run that took it up has found left.
    """
    made = field.is_relation or field.primary_key or isinstance(field, models.DateTimeField | models.AutoField)
    count = field.name == "done" and field.model in (DayStep, DayStep.history.model)
    return not made and not count and field.name not in {*LEFT_OUT, "id"}


@cache
def undisturbed() -> tuple[dict[str, Counter[tuple[Any, ...]]], int]:
    """What the run leaves when nothing happens to it, and how many statements it takes."""
    count = 0

    def counting(execute: Any, *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    make_world()
    with connection.execute_wrapper(counting):
        daily.advance(TO)
    print_ = print_of_everything()
    call_command("flush", interactive=False, verbosity=0)
    return print_, count


def advance_when_the_dead_one_is_gone() -> None:
    """Run again; the server needs a moment to see that the killed process is there no more."""

    def advanced() -> bool:
        try:
            daily.advance(TO)
        except daily.AnotherRun:
            return False
        return True

    wait_until(advanced, "the killed run no longer holds its lock")


@transactional
@pytest.mark.parametrize("at", range(0, len(daily.steps()) + 1, 2))
def test_x03_killed_between_steps_and_run_again_it_leaves_the_same(tmp_path, at):
    expected, _statements = undisturbed()
    make_world()
    assert killed_at(f"step:{at}", TO, tmp_path) == signal.SIGKILL
    assert print_of_everything() != expected
    advance_when_the_dead_one_is_gone()
    assert print_of_everything() == expected


@transactional
@pytest.mark.parametrize("part", range(1, 6))
def test_x03_killed_inside_a_step_and_run_again_it_leaves_the_same(tmp_path, part):
    """At sixths of all statements: in the middle of sets, between a row and its history, between a mail and its record."""
    expected, statements = undisturbed()
    make_world()
    at = statements * part // 6
    print(f"killed before statement {at} of {statements}")
    assert killed_at(f"statement:{at}", TO, tmp_path) == signal.SIGKILL
    advance_when_the_dead_one_is_gone()
    assert print_of_everything() == expected


@transactional
def test_x03_the_world_of_these_tests_has_something_for_every_step():
    undisturbed()
    make_world()
    rows = daily.advance(TO)
    done = Counter[str]()
    for row in rows:
        done[row.step] += row.done
    elsewhere = {
        "lapse-proposals",
        "sweep-evidence",
    }  # tests/console/test_four_eyes.py, tests/contracts/test_evidence.py
    assert {step.name for step in daily.steps()} - elsewhere == {name for name, count in done.items() if count}
    assert Contract.objects.filter(state="ended").count() == 4
    assert Contract.objects.filter(state="suspended").count() == 1
    assert Contract.objects.filter(state="active").count() == 9
    assert set(Termination.objects.values_list("state", flat=True)) == {"carried-out", "lapsed", "scheduled"}
    assert not Notice.objects.exclude(state="sent").exists()
    assert [len(row.set_aside) for row in rows if row.step == "start-contracts"] == [0, 1, 1, 1]


@transactional
def test_x04_two_runs_at_once_leave_the_same_and_one_steps_back():
    expected, _statements = undisturbed()
    make_world()
    barrier, stepped_back, failed = threading.Barrier(2), [], []

    def run() -> None:
        try:
            connection.ensure_connection()
            barrier.wait(10)
            daily.advance(TO)
        except daily.AnotherRun as other:
            stepped_back.append(other)
        except Exception as failure:
            failed.append(failure)
        finally:
            connection.close()

    both = [threading.Thread(target=run) for _n in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert failed == []
    assert len(stepped_back) == 1
    assert print_of_everything() == expected


@pytest.mark.unrecorded("takes a row out of the diary")
def test_a_day_cut_short_is_taken_up_where_it_stopped(db):
    daily.advance(LAST_DAY)
    models.QuerySet(DayStep).filter(step=daily.steps()[-1].name)._raw_delete("default")
    assert [row.step for row in daily.advance(LAST_DAY)] == [daily.steps()[-1].name]


def test_a_step_has_a_name_of_its_own():
    first = daily.steps()[0]
    with pytest.raises(ValueError, match=first.name):
        daily.every_day(daily.Step(first.name, "again", lambda _day, _tally: None))


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        (lambda: refuse("G3", "not now"), "not now"),
        (lambda: DatabaseError("no room"), "no room"),
    ],
    ids=["a rule", "the database"],
)
def test_what_is_refused_is_set_aside_alone_and_the_rest_goes_on(db, why: Callable[[], Exception], expected):
    steps = [DayStep(day=TO, step=f"step {n}", done=0, finished_at=clock.now()) for n in range(20)]
    with chapter(actor=MAKER):
        bulk_add(steps)
    bad = steps[7].pk
    done: list[int] = []

    def act(ids: Sequence[int]) -> None:
        if bad in ids:
            raise why()
        done.extend(ids)

    tally = daily.Tally()
    daily.in_parts(DayStep.objects.all(), act, tally, size=6)
    assert sorted(done) == sorted(step.pk for step in steps if step.pk != bad)
    assert tally.done == 19
    assert [entry["what"] for entry in tally.set_aside] == [f"#{bad}"]
    assert expected in tally.set_aside[0]["why"]
