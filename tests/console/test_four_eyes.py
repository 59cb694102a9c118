"""D10: what needs two is proposed by one and carried out by another, who sees it afresh; the history names both."""

import itertools
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission

from contracts.models import Contract
from iijiot import proposals, roles
from iijiot.daily import Tally
from iijiot.proposals import WAITS, Proposal
from tests.acts import again
from tests.console.test_dialogs_foresee import opened
from tests.factories import ProposalFactory, StartConditionFactory, UserFactory
from tests.factories.worlds import house
from tests.house.console import logged_in as new_browser
from tests.house.console import page

DAY = date(2026, 11, 25)


def logged_in(user):
    """The one browser of a user: logging in again at the same moment would write a row that says nothing new."""
    if not hasattr(user, "browser"):
        user.browser = new_browser(user)
    return user.browser


@pytest.fixture
def ema(db):
    """A second approver."""
    return UserFactory(login_id="ema", name="絵馬 えま", groups=[roles.APPROVER])


@pytest.fixture
def proposal(emi):
    """Emi has proposed to start a contract with open conditions."""
    contract, browser = StartConditionFactory().contract, logged_in(emi)
    _shown, held = opened(browser, contract, "waive-conditions", {"because": "実験の日が決まっている"})
    assert browser.post(page(contract, "do", "waive-conditions"), held).status_code == 302
    return Proposal.objects.get()


def test_what_is_confirmed_is_filed_and_nothing_happens_to_the_record(proposal, emi):
    contract = proposal.record
    assert contract.conditions_waived == ""
    assert (proposal.state, proposal.proposed_by, proposal.reason) == ("waiting", emi, "実験の日が決まっている")
    assert proposal.data == {"because": ["実験の日が決まっている"]}
    assert [said["clause"] for said in proposal.shown["sentences"]] == ["PC4.2"]
    shown = logged_in(emi).get(page(contract, "change")).content.decode()
    assert page(proposal, "change") in shown


def test_it_is_proposed_once(proposal, ema):
    address = page(proposal.record, "do", "waive-conditions")
    refused = logged_in(ema).post(address, {"step": "confirm", "because": "急ぎ"})
    assert refused.status_code == 409
    assert [reason.helps for reason in refused.context["reasons"]] == [(proposal,)]
    assert Proposal.objects.count() == 1


def test_another_carries_it_out_and_the_history_names_both(proposal, ema):
    browser, contract = logged_in(ema), proposal.record
    shown, held = opened(browser, proposal, "carry-out", {})
    assert not shown.context["since"]
    assert any(str(contract.number) in said.subject for said in shown.context["outcome"].told)
    done = browser.post(page(proposal, "do", "carry-out"), held)
    assert done.url == page(contract, "change")
    assert again(contract).conditions_waived == "実験の日が決まっている"
    stored = again(proposal)
    assert (stored.state, stored.decided_by) == ("carried-out", ema)
    row = Contract.history.filter(id=contract.pk).latest()
    assert row.history_actor == "絵馬 えま（起案 江見 えみ）"
    assert row.history_chapter == Proposal.history.filter(id=proposal.pk).latest().history_chapter
    assert "江見 えみ" in browser.get(page(contract, "history")).content.decode()


@pytest.mark.parametrize("slug", ["carry-out", "turn-down"])
def test_who_proposed_does_not_decide(proposal, emi, recorder, slug):
    browser = logged_in(emi)
    recorder.forget()
    refused = browser.post(page(proposal, "do", slug), {"step": "confirm", "why": "自分で"})
    assert refused.status_code == 409
    assert recorder.entries(side="row") == []
    assert again(proposal).state == "waiting"


def test_who_may_not_do_the_act_does_not_decide_it(proposal):
    user = UserFactory()
    user.user_permissions.add(*Permission.objects.filter(codename__in=["decide_proposal", "view_proposal"]))
    refused = logged_in(user).post(page(proposal, "do", "carry-out"), {"step": "confirm"})
    assert refused.status_code == 409
    assert proposal.record.conditions_waived == ""


def test_desk_neither_proposes_nor_decides(proposal, desk):
    assert desk.get(page(proposal, "do", "carry-out")).status_code == 403
    assert desk.get(page(proposal.record, "do", "waive-conditions")).status_code == 403


def test_another_turns_it_down_with_a_reason_that_who_proposed_reads(proposal, emi, ema):
    browser = logged_in(ema)
    empty = browser.post(page(proposal, "do", "turn-down"), {"step": "preview"})
    assert "why" in empty.context["form"].errors
    _shown, held = opened(browser, proposal, "turn-down", {"why": "運用ポリシーを先に"})
    assert browser.post(page(proposal, "do", "turn-down"), held).status_code == 302
    assert (again(proposal).state, proposal.record.conditions_waived) == ("turned-down", "")
    assert "運用ポリシーを先に" in logged_in(emi).get(page(proposal, "change")).content.decode()


def test_who_proposed_withdraws_and_nobody_else(proposal, emi, ema):
    assert logged_in(ema).post(page(proposal, "do", "withdraw-proposal"), {"step": "confirm"}).status_code == 409
    browser = logged_in(emi)
    _shown, held = opened(browser, proposal, "withdraw-proposal", {})
    assert browser.post(page(proposal, "do", "withdraw-proposal"), held).status_code == 302
    assert again(proposal).state == "withdrawn"
    assert logged_in(ema).post(page(proposal, "do", "carry-out"), {"step": "confirm"}).status_code == 409


def test_what_moved_since_it_was_proposed_is_said_sentence_by_sentence(proposal, ema):
    stale = ProposalFactory(
        fingerprint="another",
        shown={"sentences": [{"subject": "契約 K1", "words": "変更", "details": ["数量：1 → 2"], "clause": ""}]},
    )
    shown = logged_in(ema).get(page(stale, "do", "carry-out"))
    since = shown.context["since"]
    assert since["gone"] == ["契約 K1 — 変更 — 数量：1 → 2"]
    assert len(since["new"]) == 1
    assert "数量：1 → 2" in shown.content.decode()


def test_it_waits_at_home_for_who_may_decide(proposal, ema, desk):
    assert proposal.number in logged_in(ema).get("/console/").content.decode()
    assert proposal.number not in desk.get("/console/").content.decode()


def test_a_proposal_lapses_when_nobody_decides_it_in_thirty_days(proposal):
    tally = Tally()
    proposals.lapse(DAY + WAITS - timedelta(days=1), tally)
    assert (tally.done, again(proposal).state) == (0, "waiting")
    proposals.lapse(DAY + WAITS, tally)
    assert (tally.done, again(proposal).state) == (1, "lapsed")


def test_the_setting_says_which_acts_need_two(settings, emi):
    settings.FOUR_EYES = []
    contract, browser = StartConditionFactory().contract, logged_in(emi)
    _shown, held = opened(browser, contract, "waive-conditions", {"because": "急ぎ"})
    assert browser.post(page(contract, "do", "waive-conditions"), held).status_code == 302
    assert again(contract).conditions_waived == "急ぎ"
    assert not Proposal.objects.exists()


def test_an_act_with_a_plan_of_its_own_can_need_two(settings, ben, emi):
    settings.FOUR_EYES = ["contracts.end_contract"]
    world = house()
    browser, sent = logged_in(ben), {"arrived_on": "2026-11-25", "how": "form"}
    contract = world.iot
    _shown, held = opened(browser, contract, "terminate", sent)
    assert browser.post(page(contract, "do", "terminate"), held).status_code == 302
    proposal = Proposal.objects.get()
    assert again(contract).ends_on is None
    second = logged_in(emi)
    _shown, held = opened(second, proposal, "carry-out", {})
    assert second.post(page(proposal, "do", "carry-out"), held).status_code == 302
    assert again(contract).ends_on == date(2026, 12, 25)


def test_every_pair_of_what_two_may_do_is_one_or_the_other(db, ema, emi):
    """In sequence: whichever is first decides, the second is refused in a sentence."""
    ways = {"carry-out": {}, "turn-down": {"why": "否"}}
    for first, second in itertools.permutations(ways):
        proposal = ProposalFactory(proposed_by=emi)
        browser = logged_in(ema)
        sent = {slug: opened(browser, proposal, slug, ways[slug])[1] for slug in ways}
        assert browser.post(page(proposal, "do", first), sent[first]).status_code == 302
        late = browser.post(page(proposal, "do", second), sent[second])
        assert late.status_code == 409
        assert all(str(reason.remedy) for reason in late.context["reasons"])
