"""X29: whoever leaves gets no further answer, from the next request on, by any session, form or file begun before."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from contracts import admitting, succeeding
from contracts.models import Account, Succession
from iijiot import clock, roles
from iijiot.actors import Actor
from iijiot.login import second_factor
from iijiot.models import AccessEvent, User
from iijiot.records import chapter
from tests.acts import again
from tests.factories import AccountFactory, ApplicationFactory, ContractFactory, CustomerFactory
from tests.factories.base import MAKER
from tests.factories.users import PASSWORD
from tests.house.console import as_superuser, page, what_the_form_sends
from tests.login.steps import CODE, give_code, give_password, log_in, present_code, with_second_factor

BY = Actor.command("test")


@pytest.fixture(autouse=True)
def wednesday() -> Any:
    """Codes are good for a moment of this morning."""
    with time_machine.travel("2026-11-25 10:00+09:00", tick=False) as now:
        yield now


def switched_off(user: User) -> None:
    """An operator takes the mark from "active"."""
    operator, address = as_superuser(), page(user, "change")
    sent = what_the_form_sends(operator, address)
    sent.pop("is_active")
    assert operator.post(address, sent).status_code == 302


def no_staff_any_more(user: User) -> None:
    """The user stays, but not as staff."""
    operator, address = as_superuser(), page(user, "change")
    sent = what_the_form_sends(operator, address)
    sent.pop("is_staff")
    assert operator.post(address, sent).status_code == 302


def factor_reset(user: User) -> None:
    """The device was lost."""
    second_factor.reset(user, actor=BY, reason="紛失")


def password_set(user: User) -> None:
    """An operator gave a new password."""
    with chapter(actor=MAKER):
        user = again(user)
        user.set_password("umi-to-yama-0925")
        user.save()


WAYS: dict[str, Callable[[User], None]] = {
    "switched off": switched_off,
    "no staff any more": no_staff_any_more,
    "second factor reset": factor_reset,
    "another password": password_set,
}


def everything_of(user: User) -> dict[str, Callable[[Client], Any]]:
    """What a clerk has open on the desk: pages, a search, a dialog, a form, a list taken out."""
    customer, application = CustomerFactory(), ApplicationFactory()
    return {
        "home": lambda b: b.get("/console/"),
        "list": lambda b: b.get("/console/contracts/customer/"),
        "record": lambda b: b.get(page(customer, "change")),
        "history": lambda b: b.get(page(customer, "history")),
        "search": lambda b: b.get("/console/search/?q=C"),
        "dialog": lambda b: b.get(page(application, "do", "take")),
        "dialog sent": lambda b: b.post(page(application, "do", "take"), {"step": "confirm"}),
        "form sent": lambda b: b.post(page(customer, "change"), {"name": "改名"}),
        "list taken out": lambda b: b.post(reverse("admin:contracts_customer_export"), {"form": "csv"}),
        "choices": lambda b: b.get("/console/autocomplete/?term=a"),
        "view kept": lambda b: b.post("/console/views/", {"name": "x"}),
        "own sessions": lambda b: b.get("/account/sessions/"),
    }


@pytest.mark.parametrize("way", WAYS)
def test_staff_who_leave_get_no_answer_from_the_next_request_on(ben, way):
    requests = everything_of(ben)
    browser = log_in(ben, with_second_factor(ben))
    assert browser.get("/console/contracts/customer/").status_code == 200
    WAYS[way](ben)
    after = {"own sessions": 200} if way == "no staff any more" else {}
    for name, ask in requests.items():
        answer = ask(browser)
        assert answer.status_code in {after.get(name, 302), 403 if way == "no staff any more" else 302}, name
    assert not AccessEvent.objects.filter(kind="exported").exists()
    assert set(browser.cookies) <= {"sessionid", "csrftoken", "messages"}, "nothing else opens a door"


def test_who_is_switched_off_between_password_and_code_does_not_get_in(ben):
    seed, browser = with_second_factor(ben), Client()
    assert give_password(browser, "ben")["Location"] == CODE
    switched_off(ben)
    give_code(browser, present_code(seed))
    assert browser.get("/console/").status_code == 302
    assert not AccessEvent.objects.filter(kind="login", who="ben").exists()


def test_a_session_from_before_does_not_come_back_to_life_with_its_user(ben):
    browser = log_in(ben, with_second_factor(ben))
    assert UserSession.objects.filter(user=ben).exists()
    switched_off(ben)
    assert not UserSession.objects.filter(user=ben).exists()
    with chapter(actor=MAKER):
        back = again(ben)
        back.is_active = True
        back.save()
    assert browser.get("/console/").status_code == 302


def test_a_right_that_is_taken_away_is_gone_with_the_next_request(ben):
    browser = log_in(ben, with_second_factor(ben))
    assert browser.get("/console/contracts/customer/").status_code == 200
    with chapter(actor=MAKER):
        ben.groups.remove(Group.objects.get(name=roles.DESK))
    assert browser.get("/console/contracts/customer/").status_code == 403
    assert browser.post(reverse("admin:contracts_customer_export"), {"form": "csv"}).status_code == 403


@pytest.mark.clause("G5.4")
def test_a_locked_account_gets_no_answer_and_neither_does_its_password(db):
    account = AccountFactory()
    browser = Client()
    give_password(browser, account.login_id)
    assert browser.get("/account/sessions/").status_code == 200
    session = browser.session.session_key
    admitting.report_misuse(account, why="端末の盗難", at=clock.now(), actor=BY)
    for address in ("/account/sessions/", "/account/password/", "/account/second-factor/"):
        assert browser.get(address).status_code == 302, address
    assert not Session.objects.filter(session_key=session).exists()
    assert not give_password(Client(), account.login_id, PASSWORD).has_header("Location")


@pytest.mark.clause("G17", "G5.2")
def test_after_a_succession_the_old_customers_account_speaks_for_no_contract_any_more(db):
    """Contracts pass, accounts do not: who has one of the predecessor proves nothing at the successor."""
    contract, successor = ContractFactory(), CustomerFactory()
    account = AccountFactory(customer=contract.customer)
    today = date(2026, 11, 25)
    merger = Succession(
        predecessor=contract.customer, successor=successor, kind="absorption", effective_on=date(2026, 11, 1),
        filed_on=today, evidence="登記事項証明書",
    )  # fmt: skip
    succeeding.file(succeeding.plan_succession(merger, [], today=today), actor=BY)
    assert again(contract).customer == successor
    assert not admitting.prove(successor, account.login_id, at=clock.now(), actor=BY).matches
    assert not Account.objects.get(pk=account.pk).customer.contracts.exists()


def test_no_login_is_remembered_beyond_its_session(ben):
    seed, browser = with_second_factor(ben), Client()
    give_password(browser, "ben", remember="on")
    give_code(browser, present_code(seed))
    assert not browser.cookies["sessionid"]["max-age"]
    assert not browser.cookies["sessionid"]["expires"]
