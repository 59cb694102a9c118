"""U13: many records at once at the console: chosen in a list, shown with every refusal, done by a worker, reported."""

import csv
import io
import re

import pytest

from iijiot import bulk_work, roles
from iijiot.bulk_runs import BulkRun
from iijiot.console import bulk_choice, bulk_pages
from iijiot.models import AccessEvent
from iijiot.proposals import Proposal
from iijiot.records import fresh
from sims import activating
from sims.models import Line
from tests.acts import BEN
from tests.console.test_dialogs_foresee import opened
from tests.factories import BulkRunFactory, ContractFactory, UserFactory
from tests.factories.sims import LineFactory, SimCardFactory
from tests.house.console import list_page, logged_in, page, with_all_but

BULK, START = "bulk", "start-bulk-run"


@pytest.fixture
def fleet(db):
    """Five lines of one customer."""
    return LineFactory.create_batch(5, contract=ContractFactory(mobile_access=True))


@pytest.fixture
def others(db):
    """Two lines of another customer."""
    return LineFactory.create_batch(2, contract=ContractFactory(mobile_access=True))


def of(lines):
    """The filter that a link to the lines of a contract has."""
    return f"?contract__id__exact={lines[0].contract_id}"


def choose(browser, sent, query=""):
    """Send a list's form; the run that was prepared, or None."""
    known = set(BulkRun.objects.values_list("pk", flat=True))
    answer = browser.post(f"{list_page(Line, BULK)}{query}", {"act": "pause-lines", **sent}, follow=True)
    return answer, BulkRun.objects.exclude(pk__in=known).first()


def confirmed(browser, run, **typed):
    """Look at what a run would do, confirm it, and do it as a worker does."""
    _shown, held = opened(browser, run, START, {"reason": "契約者のお申出", **typed})
    assert browser.post(page(run, "do", START), held).status_code == 302
    bulk_work.carry_on(pk=run.pk)
    return fresh(run)


def rows(answer):
    """A file's rows."""
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_m15_all_that_match_are_frozen_shown_with_their_number_and_done(db, ben):
    fleet = LineFactory.create_batch(5, contract=ContractFactory(mobile_access=True))
    other = LineFactory()
    browser = logged_in(ben)
    shown = browser.get(f"{list_page(Line)}{of(fleet)}").content.decode()
    assert "該当するすべて：5件" in shown
    answer, run = choose(browser, {"which": "all"}, of(fleet))
    assert (run.count, run.ids()) == (5, [line.pk for line in fleet])
    assert str(fleet[0].contract) in run.title
    assert run.title in answer.content.decode()
    late = LineFactory(contract=fleet[0].contract)
    for line in fleet[:3]:
        activating.pause(line, actor=BEN)
    run = confirmed(browser, run)
    assert (run.state, run.reached.done, run.reached.refused) == ("done", 2, 3)
    assert [fresh(line).state for line in (*fleet, other, late)] == ["paused"] * 5 + ["active"] * 2
    told = browser.get(page(run, "change")).content.decode()
    assert all(page(line, "change") in told for line in fleet[:3])
    assert f"/console/acts/{run.chapter}/" in told
    assert "契約者のお申出" in browser.get(f"/console/acts/{run.chapter}/").content.decode()


def test_only_rows_that_the_list_shows_can_be_ticked(fleet, others, ben):
    _answer, run = choose(
        logged_in(ben), {"which": "ticked", "ids": [fleet[0].pk, others[0].pk, "x", "9" * 30]}, of(fleet)
    )
    assert run.ids() == [fleet[0].pk]


def test_the_search_narrows_all_that_match(fleet, ben):
    _answer, run = choose(logged_in(ben), {"which": "all"}, f"?q={fleet[2].number}")
    assert run.ids() == [fleet[2].pk]
    assert fleet[2].number in run.title


def test_what_is_on_the_next_pages_matches_too(fleet, others, ben, monkeypatch):
    monkeypatch.setattr("iijiot.console.admin.ConsoleAdmin.list_per_page", 2)
    browser = logged_in(ben)
    shown = browser.get(f"{list_page(Line)}{of(fleet)}")
    after = re.search(r'rel="next" href="(\?[^"]*)"', shown.content.decode())
    assert after
    second = browser.get(list_page(Line) + after[1].replace("&amp;", "&"))
    action = re.search(r'action="([^"]*/bulk/[^"]*)"', second.content.decode())
    assert action
    browser.post(action[1].replace("&amp;", "&"), {"act": "pause-lines", "which": "all"})
    assert BulkRun.objects.get().ids() == [line.pk for line in fleet]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"which": "ticked"}, "何も選択されていません"),
        ({"which": "all", "act": ""}, "選択したものに行う処理を選んでください"),
        ({"which": "all", "act": "ship-cards"}, "選択したものに行う処理を選んでください"),
    ],
)
def test_a_form_that_says_too_little_says_what_is_missing(fleet, ben, sent, said):
    answer, run = choose(logged_in(ben), sent, of(fleet))
    assert run is None
    assert said in answer.content.decode()
    assert answer.redirect_chain[-1][0].endswith(of(fleet))


def test_more_than_a_run_takes_is_refused_with_advice(fleet, ben, monkeypatch):
    monkeypatch.setattr(bulk_choice, "MOST", 4)
    monkeypatch.setattr(bulk_work, "MOST", 4)
    browser = logged_in(ben)
    assert "条件や検索で絞り込んでください" in browser.get(list_page(Line)).content.decode()
    answer, run = choose(browser, {"which": "all"})
    assert run is None
    assert "一覧を絞り込み" in answer.content.decode()


def test_only_who_may_do_something_to_many_sees_boxes(fleet, fumi, ben):
    assert "bulk-choice" not in logged_in(fumi).get(list_page(Line)).content.decode()
    shown = logged_in(ben).get(list_page(Line)).content.decode()
    assert shown.count('name="ids"') == 5
    assert 'value="ship-cards"' not in shown


def test_a_selection_is_neither_made_by_get_nor_by_whom_it_is_not_for(fleet, recorder, fumi):
    address = list_page(Line, BULK)
    sent = {"act": "pause-lines", "which": "all"}
    recorder.forget()
    for browser in (
        logged_in(fumi),
        with_all_but("iijiot.run_bulkrun"),
        with_all_but("sims.view_line", "sims.change_line"),
    ):
        assert browser.post(address, sent).status_code == 403
    assert logged_in(UserFactory(is_superuser=True)).get(address, sent).status_code == 405
    assert not BulkRun.objects.exists()


def test_who_may_not_do_the_act_itself_does_not_begin_its_run(fleet):
    run = BulkRunFactory(ids=[line.pk for line in fleet])
    browser = with_all_but("sims.pause_line")
    refused = browser.post(page(run, "do", START), {"step": "confirm"})
    assert refused.status_code == 409
    assert fresh(run).state == "prepared"


def test_every_refusal_can_be_read_page_by_page_and_taken_out(fleet, ben, monkeypatch):
    monkeypatch.setattr(bulk_work, "SHOWN", 2)
    monkeypatch.setattr(bulk_pages, "SLICE", 2)
    for line in fleet[:4]:
        activating.pause(line, actor=BEN)
    browser, run = logged_in(ben), BulkRunFactory(ids=[line.pk for line in fleet])
    plan = browser.get(page(run, "do", START)).context["plan"]
    assert (plan.can, len(plan.refused), [record.pk for record, _why in plan.page]) == (1, 4, [x.pk for x in fleet[:2]])
    second = browser.post(page(run, "do", START), {"refused_after": plan.next}).context["plan"]
    assert [record.pk for record, _why in second.page] == [line.pk for line in fleet[2:4]]
    assert second.next is None
    table = rows(browser.post(page(run, "report"), {"reason": ""}))
    assert [row[0] for row in table[1:]] == [str(line) for line in fleet]
    assert [row[1] for row in table[1:]] == ["実行不可"] * 4 + ["実行可能"]
    assert all("のため、" in row[2] for row in table[1:5])
    assert AccessEvent.objects.filter(kind="exported").count() == 1


def test_the_report_says_of_every_record_what_became_of_it(fleet, ben, monkeypatch):
    monkeypatch.setattr("iijiot.bulk_acts.BulkAct.slice", 2)
    activating.pause(fleet[0], actor=BEN)
    browser, run = logged_in(ben), BulkRunFactory(ids=[line.pk for line in fleet])
    _shown, held = opened(browser, run, START, {})
    browser.post(page(run, "do", START), held)
    run = fresh(run)
    assert bulk_work.step(run, run.bulk_act, run.ids(), {})
    assert browser.get(page(run, "progress")).json() == {
        "over": False,
        "tried": 2,
        "counts": {"done": "1", "refused": "1", "left": "3"},
    }
    _shown, held = opened(browser, run, "cancel-bulk-run", {})
    assert browser.post(page(run, "do", "cancel-bulk-run"), held).status_code == 302
    table = rows(browser.post(page(run, "report")))
    assert [(row[0], row[1]) for row in table[1:]] == [
        (str(fleet[0]), "実行不可"),
        (str(fleet[1]), "実行済み"),
        *((str(line), "未実行") for line in fleet[2:]),
    ]
    assert browser.get(page(run, "progress")).json()["over"] is True


def test_what_was_refused_leads_to_a_second_run(fleet, ben):
    SimCardFactory(lent=True, line=fleet[0])
    activating.pause(fleet[0], actor=BEN)
    browser = logged_in(ben)
    _answer, run = choose(browser, {"which": "all"}, of(fleet))
    run = confirmed(browser, run)
    assert (run.reached.done, run.reached.refused) == (4, 1)
    activating.resume(fleet[0], actor=BEN)
    shown, held = opened(browser, run, "select-bulk-run-again", {})
    assert "実行されなかったもの" in shown.content.decode()
    answer = browser.post(page(run, "do", "select-bulk-run-again"), held)
    again = BulkRun.objects.latest("pk")
    assert answer["Location"] == page(again, "do", START)
    assert again.ids() == [fleet[0].pk]
    assert confirmed(browser, again).reached.done == 1
    assert browser.post(page(again, "do", "select-bulk-run-again"), {"step": "confirm"}).status_code == 409


def test_an_act_that_needs_two_is_proposed_and_carried_out_by_another(fleet, ben, settings):
    settings.FOUR_EYES = [*settings.FOUR_EYES, "sims.pause_line"]
    run = BulkRunFactory(ids=[line.pk for line in fleet])
    browser, second = logged_in(ben), UserFactory(groups=[roles.APPROVER])
    _shown, held = opened(browser, run, START, {"reason": "急ぎ"})
    browser.post(page(run, "do", START), held)
    proposal = Proposal.objects.get()
    assert (fresh(run).state, proposal.permission) == ("prepared", "sims.pause_line")
    other = logged_in(second)
    _shown, held = opened(other, proposal, "carry-out", {})
    assert other.post(page(proposal, "do", "carry-out"), held).status_code == 302
    run = fresh(run)
    bulk_work.carry_on(pk=run.pk)
    assert fresh(run).reached.done == 5
    (actor,) = set(Line.history.filter(history_chapter=run.chapter).values_list("history_actor", flat=True))
    assert second.name in actor
    assert ben.name in actor


def test_what_was_typed_wrong_is_told_at_its_field(fleet, ben):
    run = BulkRunFactory(ids=[line.pk for line in fleet], act="end-lines", permission="sims.end_line", clause="MA8.1")
    shown = logged_in(ben).post(page(run, "do", START), {"on": "2026-01-05", "reason": "撤去"})
    assert "この日は過ぎています。" in shown.content.decode()
    assert shown.context["plan"] is None
