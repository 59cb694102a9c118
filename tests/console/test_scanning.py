"""The scanner's pages: each scan is answered at once in words, a second one changes nothing, a wrong one is undone."""

from datetime import date

import pytest
from django.urls import reverse

from iijiot import roles
from iijiot.records import fresh
from sims.models import SimCard
from tests.console import cards
from tests.console.conftest import told
from tests.factories import SimCardFactory, UserFactory
from tests.factories.sims import docomo, iccid
from tests.house.console import logged_in, page

RECEIVE, RETURN = "/console/sims/simcard/receive/", "/console/sims/simcard/return/"


@pytest.fixture
def stock(db):
    """The browser of somebody of the stock."""
    return logged_in(UserFactory(name="蔵田 くら", groups=[roles.STOCK]))


def taken_in(browser, number, **more):
    sent = {"product": docomo().pk, "form_factor": "4ff", "on": "2026-11-25", "delivery": "納品7", "iccid": number}
    return browser.post(RECEIVE, {**sent, **more}, follow=True)


def taken_back(browser, number, **more):
    return browser.post(RETURN, {"on": "2026-11-25", "iccid": number, **more}, follow=True)


@pytest.mark.clause("MA1")
def test_cards_are_taken_in_one_after_another_with_what_holds_for_the_delivery(stock):
    for n in (1, 2):
        answer = taken_in(stock, iccid(n))
    assert [(card.form_factor, card.delivery, card.received_on) for card in SimCard.objects.all()] == [
        ("4ff", "納品7", date(2026, 11, 25))
    ] * 2
    assert answer.context["latest"]["answer"] == "taken"
    assert [count for _label, count in answer.context["counts"]] == [2, 0, 0]
    shown = told(answer)
    assert "✓" in shown
    assert "受付済み" in shown
    form = answer.context["form"]
    assert (form["delivery"].value(), form["form_factor"].value()) == ("納品7", "4ff"), "set once"
    assert "autofocus" not in shown or 'name="iccid"' in shown


@pytest.mark.clause("MA1")
def test_m11_a_card_scanned_twice_is_told_with_when_and_by_whom(stock):
    taken_in(stock, iccid(1))
    versions = SimCard.history.count()
    other = logged_in(UserFactory(groups=[roles.STOCK]))
    for browser in (stock, other):
        answer = taken_in(browser, f"{iccid(1)}F")
        assert answer.context["latest"]["answer"] == "known"
        assert "蔵田 くら" in told(answer)
        assert "2026年11月25日（水）" in told(answer)
    assert SimCard.history.count() == versions


@pytest.mark.clause("MA1")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("8981100000123456785", "チェックディジット"),
        ("898110000012345678", "8981100000123456784"),
        ("4900000000000", "19桁または20桁"),
        ("8981030000000000015", "898110"),
    ],
    ids=["check digit", "without check digit", "another barcode", "another product"],
)
def test_what_is_no_card_of_the_delivery_is_wrong_and_says_why(stock, typed, words):
    answer = taken_in(stock, typed)
    assert answer.context["latest"]["answer"] == "wrong"
    assert words in told(answer)
    assert not SimCard.objects.exists()


@pytest.mark.clause("MA1")
def test_a_scan_by_mistake_is_undone_counts_no_more_and_can_be_made_again(stock):
    taken_in(stock, iccid(1))
    card = SimCard.objects.get()
    answer = stock.post(RECEIVE, {"undo": card.pk}, follow=True)
    assert str(fresh(card).state) == "mistaken"
    assert "取消済み" in told(answer)
    assert [count for _label, count in answer.context["counts"]] == [0, 0, 0]
    assert stock.post(RECEIVE, {"undo": card.pk}).status_code == 404
    assert SimCard.history.first().history_change_reason == "読み取り誤り"
    answer = taken_in(stock, iccid(1), form_factor="3ff")
    assert answer.context["latest"]["answer"] == "taken"
    assert (str(fresh(card).state), fresh(card).form_factor) == ("in-stock", "3ff")


def test_nobody_undoes_what_was_scanned_elsewhere(stock):
    card = SimCardFactory()
    assert stock.post(RECEIVE, {"undo": card.pk}).status_code == 404
    assert stock.post(RECEIVE, {"undo": "x"}).status_code == 404
    assert str(fresh(card).state) == "in-stock"


@pytest.mark.clause("MA9.2")
def test_cards_are_taken_back_one_after_another_with_whose_they_are(stock):
    card = cards.overdue()
    answer = taken_back(stock, card.iccid[:-1])
    assert (str(fresh(card).state), fresh(card).over_on) == ("returned", date(2026, 11, 25))
    assert str(card.customer) in told(answer)
    again = taken_back(stock, card.iccid)
    assert again.context["latest"]["answer"] == "known"
    assert "蔵田 くら" in told(again)
    assert taken_back(stock, iccid(999_999)).context["latest"]["answer"] == "wrong"
    in_use = SimCardFactory(lent=True)
    refused = taken_back(stock, in_use.iccid)
    assert refused.context["latest"]["answer"] == "wrong"
    assert "回線は利用中" in told(refused) or "利用中" in told(refused)


@pytest.mark.clause("MA9.2")
def test_a_return_scanned_by_mistake_is_undone(stock):
    card = cards.overdue()
    taken_back(stock, card.iccid)
    stock.post(RETURN, {"undo": card.pk})
    assert (str(fresh(card).state), fresh(card).over_on) == ("overdue", None)


def test_what_cannot_be_undone_any_more_says_why(stock):
    taken_in(stock, iccid(1))
    card = SimCard.objects.get()
    from sims import issuing
    from tests.acts import BEN

    issuing.dispose(card, actor=BEN)
    answer = stock.post(RECEIVE, {"undo": card.pk}, follow=True)
    assert [str(message) for message in answer.context["messages"]]
    assert str(fresh(card).state) == "disposed"


def test_what_holds_for_the_delivery_is_checked_where_it_was_typed(stock):
    answer = taken_in(stock, iccid(1), on="2026-11-26", product="")
    assert answer.status_code == 409
    assert {"on", "product"} <= set(answer.context["form"].errors)
    assert not SimCard.objects.exists()


def test_a_browser_with_scripts_gets_the_list_alone(stock):
    answer = taken_in(stock, iccid(1), part="1")
    shown = told(answer)
    assert "<html" not in shown
    assert 'role="status"' in shown
    assert 'data-answer="taken"' in shown
    assert iccid(1) in shown


def test_a_new_list_begins_empty_and_keeps_what_was_set(stock):
    taken_in(stock, iccid(1))
    answer = stock.post(RECEIVE, {"step": "anew"}, follow=True)
    assert answer.context["scans"] == []
    assert answer.context["form"]["delivery"].value() == "納品7"


def test_the_two_pages_are_for_the_stock_and_linked_from_the_list(stock, desk):
    shown = told(stock.get(reverse("admin:sims_simcard_changelist")))
    assert RECEIVE in shown
    assert RETURN in shown
    assert RECEIVE not in told(desk.get(reverse("admin:sims_simcard_changelist")))
    for address in (RECEIVE, RETURN):
        assert desk.get(address).status_code == 403
        assert desk.post(address, {"iccid": iccid(1)}).status_code == 403
        assert stock.put(address).status_code == 405


def test_scans_lead_to_the_pages_of_their_cards(stock):
    answer = taken_in(stock, iccid(1))
    assert page(SimCard.objects.get(), "change") in told(answer)
