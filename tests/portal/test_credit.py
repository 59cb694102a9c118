"""A customer sees its credit and has it paid back, by its managers and with the password (G33)."""

from typing import Any

import pytest
from django.core.cache import cache

from billing import crediting
from billing.models import Refund
from tests.factories import ReceiptFactory
from tests.factories.users import PASSWORD
from tests.portal.conftest import page

CREDIT, ASK = "/portal/credit/", "/portal/credit/refund/"
ACCOUNT = {"bank": "0001", "bank_name": "ミズホ", "branch": "001", "branch_name": "トウキョウ", "account_kind": "1",
           "account": "1234567", "holder": "アオイセイサクシヨ"}  # fmt: skip


@pytest.fixture(autouse=True)
def no_tries_counted(db: None) -> None:
    """Nobody has typed a wrong password yet."""
    cache.clear()


@pytest.fixture
def credited(aois_company: Any) -> Any:
    """Aoi's company has paid 110,000 yen that nothing was owed for."""
    ReceiptFactory(of=aois_company)
    return aois_company


def ask(browser: Any, **other: Any) -> Any:
    """What comes of asking for it."""
    return browser.post(ASK, {**ACCOUNT, "amount": "10000", "password": PASSWORD, **other})


@pytest.mark.clause("G33")
def test_credit_is_shown_and_paid_back_as_far_as_it_is_there(browser, credited, manager):
    assert "110,000" in page(browser.get(CREDIT))
    assert ask(browser)["Location"] == CREDIT
    refund = Refund.objects.get()
    assert (refund.customer, refund.amount, refund.state) == (credited, 10_000, "ordered")
    row = refund.history.first()
    assert (row.history_actor_kind, row.history_user_id) == ("account", manager.user_id)
    assert crediting.credit_of(credited) == 100_000
    shown = page(browser.get(CREDIT))
    assert refund.number in shown
    assert ask(browser, amount="100001").status_code == 409
    assert Refund.objects.count() == 1


def test_a_wrong_password_pays_nothing_back_and_what_was_typed_stays(browser, credited):
    shown = page(ask(browser, password="chigau-aikotoba"))
    assert 'value="1234567"' in shown
    assert not Refund.objects.exists()


def test_what_no_bank_takes_is_said_beside_its_field(browser, credited):
    answer = ask(browser, holder="青井製作所", account="12")
    assert set(answer.context["form"].errors) >= {"holder"} or set(answer.context["form"].errors) >= {"account"}
    assert not Refund.objects.exists()


def test_viewers_see_no_credit_and_nobody_another_companys(viewer, of_carol, credited):
    assert viewer.get(CREDIT).status_code == 403
    assert ask(viewer).status_code == 403
    assert "110,000" not in page(of_carol.get(CREDIT))
    assert ask(of_carol).status_code == 409
    assert not Refund.objects.exists()


def test_without_credit_there_is_nothing_to_ask_for(browser, aois_company):
    assert "払い戻し" not in page(browser.get(CREDIT)) or "0円" in page(browser.get(CREDIT))
    assert ask(browser).status_code == 409
