"""Runs of bulk acts: the set is frozen, what changed meanwhile is reported and not touched, a death doubles nothing."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import OperationalError
from psycopg import errors

from iijiot import bulk_acts, bulk_runs, bulk_work, job_queue
from iijiot.actors import Actor
from iijiot.bulk_runs import BulkRun, BulkSlice
from iijiot.records import chapter, fresh, locked
from iijiot.rules import RuleViolation
from sims import activating, bulk
from sims.models import Line, SimCard
from tests.acts import BEN
from tests.factories import BulkRunFactory, ContractFactory, UserFactory
from tests.factories.sims import IpPoolFactory, LineFactory, SimCardFactory

DAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.fixture
def lines(db):
    """Twelve lines of one contract, in service, each with its card."""
    contract = ContractFactory(mobile_access=True)
    made = LineFactory.create_batch(12, contract=contract)
    for line in made:
        SimCardFactory(lent=True, line=line)
    return made


def prepared(lines, **more):
    """A run for these lines."""
    return BulkRunFactory(ids=[line.pk for line in lines], **more)


def started(run, **more):
    """Confirmed by the member of staff who prepared it."""
    user = UserFactory(is_superuser=True)
    typed = {"typed": {"reason": ["お申出"]}, "reason": "お申出"} | more
    bulk_work.start(run, **typed, could=run.count, by=user, at=NOON, actor=Actor.staff(user))
    return fresh(run)


def work(run):
    """What a worker does."""
    bulk_work.carry_on(pk=run.pk)
    return fresh(run)


def slices(monkeypatch, many):
    """Slices of so few records, as tests have."""
    monkeypatch.setattr(bulk_acts.BulkAct, "slice", many)


def test_m15_what_changed_meanwhile_is_reported_and_not_touched(lines):
    run = started(prepared(lines))
    for line in lines[:3]:
        activating.pause(line, actor=BEN)
    before = [Line.history.filter(id=line.pk).count() for line in lines[:3]]
    run = work(run)
    assert (run.state, run.reached.done, run.reached.refused, run.reached.left) == ("done", 9, 3, 0)
    assert [refusal.record_id for refusal in run.refusals.order_by("record_id")] == [line.pk for line in lines[:3]]
    assert {refusal.clause for refusal in run.refusals.all()} == {"MA8.2"}
    assert run.refusals.first().why.startswith("現在の状態が")
    assert [Line.history.filter(id=line.pk).count() for line in lines[:3]] == before


def test_m17_s06_each_record_has_its_history_of_one_act_with_user_reason_and_article(lines, monkeypatch):
    slices(monkeypatch, 5)
    run = work(started(prepared(lines)))
    rows = Line.history.filter(history_chapter=run.chapter)
    assert rows.count() == 12
    assert set(rows.values_list("state", "history_change_reason", "history_clause", "history_user_id")) == {
        ("paused", "お申出", "MA8.2", run.started_by_id)
    }
    assert set(BulkRun.history.filter(history_chapter=run.chapter).values_list("state", flat=True)) == {
        "running",
        "done",
    }
    assert list(BulkSlice.objects.order_by("place").values_list("place", "done")) == [(0, 5), (1, 5), (2, 2)]


@pytest.mark.parametrize(("extent", "done", "refused"), [("whole", 0, 5), ("possible", 3, 2)])
def test_m13_a_shipment_goes_out_as_a_whole_or_as_far_as_it_can(db, extent, done, refused):
    cards = [SimCardFactory(assigned=True) for _card in range(3)]
    stay = [SimCardFactory(lent=True, state=state) for state in ("lost", "shipped")]
    typed = {"on": ["2026-11-25"], "shipment": ["伝票1"], "extent": [extent]}
    run = prepared(
        cards + stay, act="ship-cards", permission="sims.ship_simcard", clause="MA1", register="sims.simcard"
    )
    foreseen = bulk_work.foresee(run, run.bulk_act.cleaned(typed), typed)
    assert (foreseen.can, foreseen.refused, foreseen.blocked) == (3, [card.pk for card in stay], extent == "whole")
    run = work(started(run, typed=typed))
    assert (run.state, run.reached.done, run.reached.refused) == ("done", done, refused)
    states = [fresh(card).state for card in cards]
    assert states == ["assigned" if extent == "whole" else "shipped"] * 3
    told = {refusal.record_id: refusal.why for refusal in run.refusals.all()}
    assert all("のため" in told[card.pk] for card in stay)
    assert all("すべて" in told[card.pk] for card in cards if card.pk in told)
    if extent == "whole":
        assert not SimCard.history.filter(history_chapter=run.chapter).exists()


def test_what_was_not_done_is_selected_again(lines, monkeypatch):
    slices(monkeypatch, 5)
    run, user = started(prepared(lines)), UserFactory(is_superuser=True)
    actor = Actor.staff(user)
    for line in lines[:2]:
        activating.pause(line, actor=BEN)
    assert bulk_work.step(run, run.bulk_act, run.ids(), {})
    assert bulk_work.why_not_again(fresh(run))
    bulk_work.cancel(run, by=user, at=NOON, actor=actor)
    for line in lines[:2]:
        activating.resume(line, actor=BEN)
    again = bulk_work.select_again(fresh(run), user=user, on=DAY, actor=actor)
    assert again.ids() == [line.pk for line in (*lines[:2], *lines[5:])]
    assert run.number in again.title
    assert work(started(again)).reached.done == 9
    assert Line.objects.filter(state="paused").count() == 12
    assert bulk_work.why_not_again(fresh(again))


def test_lines_outside_the_frozen_set_are_left_alone(lines):
    other = LineFactory()
    run = work(started(prepared(lines[:2])))
    assert run.reached.done == 2
    assert set(Line.objects.among([other.pk, lines[2].pk]).values_list("state", flat=True)) == {"active"}


def test_a_stopped_run_begins_no_further_slice_and_says_what_is_left(lines, monkeypatch):
    slices(monkeypatch, 5)
    run, user = started(prepared(lines)), UserFactory(is_superuser=True)
    act = run.bulk_act
    assert bulk_work.step(run, act, run.ids(), {})
    bulk_work.cancel(run, by=user, at=NOON, actor=Actor.staff(user))
    assert not bulk_work.step(run, act, run.ids(), {})
    run = work(run)
    assert (run.state, run.reached.done, run.reached.left) == ("cancelled", 5, 7)
    with pytest.raises(RuleViolation, match="一括処理の中断"):
        bulk_work.cancel(run, by=user, at=NOON, actor=Actor.staff(user))


def test_what_fails_says_why_and_goes_on_where_it_stood(lines, monkeypatch):
    slices(monkeypatch, 5)
    run, user, real = started(prepared(lines)), UserFactory(is_superuser=True), bulk.pause
    calls = []

    def breaking(ids, **more):
        calls.append(ids)
        if len(calls) == 2:
            raise ZeroDivisionError("in the middle")
        return real(ids, **more)

    monkeypatch.setattr(bulk, "pause", breaking)
    with pytest.raises(ZeroDivisionError):
        bulk_work.carry_on(pk=run.pk)
    run = fresh(run)
    assert (run.state, run.failure, run.reached.done) == ("failed", "ZeroDivisionError: in the middle", 5)
    bulk_work.go_on(run, by=user, actor=Actor.staff(user))
    run = work(run)
    assert (run.state, run.reached.done) == ("done", 12)
    assert Line.history.filter(state="paused").count() == 12
    assert job_queue.jobs().of_kind(bulk_work.carry_on).count() == 2


def test_a_slice_that_others_hold_up_is_begun_anew(lines, monkeypatch):
    run, real = started(prepared(lines)), bulk.pause
    held: list[Any] = []

    def waiting(ids, **more):
        if len(held) < 2:
            held.append(ids)
            raise OperationalError("deadlock detected") from errors.DeadlockDetected()
        return real(ids, **more)

    monkeypatch.setattr(bulk, "pause", waiting)
    assert work(run).reached.done == 12
    assert len(held) == 2


def test_what_refuses_a_whole_slice_is_told_of_each_record(db, monkeypatch):
    """The pool has six addresses for nine lines, which shows only when they are given: six go into service."""
    IpPoolFactory(network="10.64.0.0/29")
    monkeypatch.setattr(activating, "can_have_addresses", lambda ids, at: ids)
    contract = ContractFactory(mobile_access=True)
    lines = LineFactory.create_batch(9, contract=contract, ordered=True)
    for line in lines:
        SimCardFactory(lent=True, line=line)
    run = work(started(prepared(lines, act="activate-lines", permission="sims.activate_line", clause="G3")))
    assert (run.state, run.reached.done, run.reached.refused) == ("done", 6, 3)
    assert all("0" in refusal.why and refusal.clause == "MA5.2" for refusal in run.refusals.all())
    assert Line.objects.filter(state="active").count() == 6


def test_only_who_may_do_the_act_begins_stops_or_lets_it_go_on(lines, fumi):
    run, actor = prepared(lines), Actor.staff(fumi)
    begin: dict[str, Any] = {"typed": {}, "reason": "", "could": 12}
    with pytest.raises(RuleViolation):
        bulk_work.start(run, by=fumi, at=NOON, actor=actor, **begin)
    with pytest.raises(RuleViolation):
        bulk_work.cancel(run, by=fumi, at=NOON, actor=actor)
    assert fresh(run).state == "prepared"


@pytest.mark.parametrize("many", [0, bulk_runs.MOST + 1])
def test_a_selection_of_nothing_or_of_more_than_a_run_takes_is_refused(db, many):
    with pytest.raises(RuleViolation):
        bulk_work.select(
            bulk_acts.find("pause-lines"),
            list(range(many)),
            title="",
            user=UserFactory(),
            on=DAY,
            actor=BEN,
        )
    assert not BulkRun.objects.exists()


def test_an_act_that_this_version_does_not_know_fails_in_a_sentence(lines):
    run = started(prepared(lines, act="paint-lines"))
    with pytest.raises(RuleViolation):
        bulk_work.carry_on(pk=run.pk)
    assert fresh(run).state == "failed"


def test_what_is_tried_out_is_held_by_nobody_and_written_nowhere(lines, recorder):
    recorder.forget()
    line = fresh(lines[0])
    assert bulk_acts.trial(line, "pause") == []
    assert line.state == "paused"
    assert recorder.entries() == []
    with chapter(actor=BEN), locked(lines[0]) as (held,):
        assert held.state == "active"


def test_two_acts_of_one_name_are_refused():
    with pytest.raises(ValueError, match="pause-lines"):
        bulk_acts.offer(bulk_acts.find("pause-lines"))
