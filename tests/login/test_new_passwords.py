"""A forgotten password: a link by mail to the address on record, once and for an hour, and nothing told to others (X35)."""

import re
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts import admitting
from iijiot import clock, job_queue
from iijiot.actors import Actor
from iijiot.login import resetting
from iijiot.models import AccessEvent, User
from iijiot.records import chapter, fresh
from tests.factories import AccountFactory, UserFactory
from tests.factories.base import MAKER
from tests.factories.users import PASSWORD
from tests.house.console import logged_in
from tests.login.steps import CODE, LOGIN, give_password, with_second_factor

FORGOTTEN, SENT = "/account/password/forgotten/", "/account/password/forgotten/sent/"
AOI, NEW = "aoi@aoi.example", "umi-to-yama-0925"
SITE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def wednesday():
    """2026-11-25, 10:00 in Tokyo."""
    with time_machine.travel("2026-11-25 01:00+00:00", tick=False) as now:
        yield now


@pytest.fixture
def aoi(db) -> User:
    """Aoi, with an account in use and an address on record."""
    account = AccountFactory(user__email=AOI, must_renew_password=False)
    return account.user


def ask(address: str, browser: Client | None = None) -> Any:
    """What comes of asking for a link."""
    return (browser or Client()).post(FORGOTTEN, {"email": address})


def links(address: str = AOI) -> list[str]:
    """The links that a worker mails for an address."""
    mail.outbox.clear()
    resetting.send_links(address=address)
    return [
        found for sent in mail.outbox for found in re.findall(rf"{SITE}(/account/password/new/\S+)", str(sent.body))
    ]


def opened(link: str, browser: Client) -> Any:
    """The page to which a link leads, without its key."""
    return browser.get(link, follow=True)


def set_by(link: str, browser: Client | None = None, new: str = NEW) -> Any:
    """What comes of a new password by a link."""
    browser = browser or Client()
    at = opened(link, browser)
    where = at.redirect_chain[-1][0] if at.redirect_chain else link
    return browser.post(where, {"password1": new, "password2": new})


def test_a_link_by_mail_leads_to_a_new_password_and_every_login_ends(aoi, wednesday):
    elsewhere = logged_in(aoi)
    wednesday.shift(60)
    assert elsewhere.get("/portal/").status_code == 200
    assert ask("Aoi@AOI.example")["Location"] == SENT
    assert job_queue.jobs().of_kind(resetting.send_links).count() == 1
    (link,) = links("Aoi@AOI.example")
    (sent,) = mail.outbox
    assert AOI in sent.to[0]
    assert aoi.login_id in sent.body
    browser = Client()
    assert aoi.email not in opened(link, browser).content.decode()
    assert set_by(link, browser)["Location"] == LOGIN
    assert elsewhere.get("/portal/").status_code == 302
    assert not UserSession.objects.filter(user=aoi).exists()
    assert give_password(Client(), aoi.login_id, PASSWORD).status_code == 200
    assert give_password(Client(), aoi.login_id, NEW)["Location"] == "/start/"
    assert AccessEvent.objects.filter(kind="password", who=aoi.login_id).count() == 1
    assert job_queue.jobs().of_kind(resetting.tell).count() == 1, "its owner hears of it"


def test_the_second_factor_is_asked_for_after_a_new_password_all_the_same(aoi):
    with_second_factor(aoi)
    (link,) = links()
    set_by(link)
    assert give_password(Client(), aoi.login_id, NEW)["Location"] == CODE


def test_a_link_is_good_once(aoi):
    (link,) = links()
    assert set_by(link).status_code == 302
    again = set_by(link, new="yama-to-umi-0925")
    assert "使用済み" in again.content.decode()
    assert fresh(aoi).check_password(NEW)


def test_a_link_is_good_for_an_hour(aoi, wednesday):
    (link,) = links()
    wednesday.shift(3600)
    assert "token_fail" not in opened(link, Client()).context
    wednesday.shift(2)
    assert opened(link, Client()).context["token_fail"]
    assert set_by(link).status_code == 200
    assert fresh(aoi).check_password(PASSWORD)


@pytest.mark.parametrize("wrong", ["1-x", "zzz/abc-def", "0/set-password"])
def test_a_link_that_we_have_not_made_sets_nothing(aoi, wrong):
    answer = Client().get(f"/account/password/new/{wrong.replace('-x', '/x')}/", follow=True)
    assert answer.context["token_fail"]


@pytest.mark.clause("G5.4")
def test_a_locked_id_gets_no_link_and_an_old_link_opens_nothing(aoi):
    (link,) = links()
    admitting.report_misuse(aoi.account, why="端末の盗難", at=clock.now(), actor=Actor.clock("x"))
    assert links() == []
    assert opened(link, Client()).context["token_fail"]


@pytest.mark.clause("G5.4")
def test_an_unlocked_id_is_usable_once_a_new_password_is_set_by_mail(aoi):
    admitting.report_misuse(aoi.account, why="端末の盗難", at=clock.now(), actor=Actor.clock("x"))
    admitting.unlock(fresh(aoi.account), because="本人を確認", actor=Actor.clock("x"))
    (link,) = links()
    set_by(link)
    assert not fresh(aoi.account).must_renew_password
    browser = Client()
    give_password(browser, aoi.login_id, NEW)
    assert browser.get("/portal/").status_code == 200


def test_staff_and_whoever_has_no_address_get_no_link(db):
    UserFactory(email=AOI)
    AccountFactory(user__email="")
    assert links() == []
    assert links("") == []
    assert mail.outbox == []


def test_who_has_the_address_shows_neither_in_the_answer_nor_in_what_it_asks_of_the_database(aoi):
    UserFactory(email="ben@iij.example")
    seen = []
    for address in (AOI, "ben@iij.example", "nobody@nowhere.example"):
        ask(f"warm-{address}")
        with CaptureQueriesContext(connection) as captured:
            answer = ask(address)
        seen.append((answer.status_code, answer["Location"], len(captured), sorted(answer.cookies)))
    assert seen[0] == seen[1] == seen[2]
    assert mail.outbox == [], "a worker writes, not the request"


def test_what_is_no_address_is_said_beside_it(db):
    assert ask("aoi").context["form"].errors["email"]
    assert not job_queue.jobs().of_kind(resetting.send_links).exists()


@pytest.mark.parametrize("address", [AOI, "nobody@nowhere.example"])
def test_the_sixth_mail_to_an_address_in_a_quarter_of_an_hour_is_refused_whoever_has_it(aoi, address):
    assert [ask(address).status_code for _n in range(7)] == [302] * 5 + [429] * 2
    assert ask("another@nowhere.example").status_code == 302


def test_the_twenty_first_from_one_network_address_is_refused(db):
    assert [ask(f"a{n}@nowhere.example").status_code for n in range(22)] == [302] * 20 + [429] * 2


def test_a_new_password_is_no_poor_one_and_the_link_stays_good(aoi):
    (link,) = links()
    assert set_by(link, new="passwordpassword1").status_code == 200
    assert set_by(link).status_code == 302


def test_a_link_never_names_another_host(aoi, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client(SERVER_NAME="evil.example").post(FORGOTTEN, {"email": AOI})
    assert links()
    assert "evil.example" not in mail.outbox[0].body


def test_a_changed_password_is_told_to_customers_and_never_to_staff(aoi, ben):
    with chapter(actor=MAKER):
        staff = fresh(ben)
        staff.email = "ben@iij.example"
        staff.save()
    for user in (aoi, staff):
        resetting.changed(user, "password-changed")
    assert job_queue.jobs().of_kind(resetting.tell).count() == 1
    resetting.tell(pk=aoi.pk, kind="second-factor-changed", what="認証アプリの登録", at=clock.now().isoformat())
    assert "認証アプリの登録" in mail.outbox[0].body
    assert "2026年11月25日" in mail.outbox[0].body
