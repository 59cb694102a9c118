"""X32: a session gets a new id at every step, ends in time and at once when it must, and is its owner's to end."""

from datetime import timedelta
from http.cookies import Morsel
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from iijiot import clock
from iijiot.models import AccessEvent
from iijiot.records import chapter
from tests.factories import UserFactory
from tests.factories.base import MAKER
from tests.factories.users import PASSWORD
from tests.house.console import enter, page
from tests.login.steps import ENROL, LOGIN, give_code, give_password, is_in, log_in, present_code, with_second_factor

START = "2026-11-25 09:00+09:00"
PASSWORDS = "/account/password/"
NEW = "umi-to-yama-0925"


def id_of(client: Client) -> str:
    """The session id that the browser holds."""
    cookie: Morsel[str] | None = client.cookies.get("sessionid")
    return cookie.value if cookie else ""


def with_id(session_id: str) -> Client:
    """Somebody else's browser with this session id."""
    client = Client()
    client.cookies["sessionid"] = session_id
    return client


def steps(ben: Any, seed: str, now: Any) -> Any:
    """Every step that must give a new id, in the order of a working day; the browser before and after each."""
    browser = Client()
    browser.get("/console/", follow=True)
    planted = browser.session
    planted.save()
    browser.cookies["sessionid"] = planted.session_key or ""
    yield "a session from before", browser
    give_password(browser, "ben")
    yield "password", browser
    give_code(browser, present_code(seed))
    yield "code", browser
    now.shift(660)
    browser.post("/account/again/", {"password": PASSWORD, "next": PASSWORDS})
    yield "password once more", browser
    now.shift(660)
    browser.post("/account/again/code/", {"code": present_code(seed), "next": PASSWORDS})
    yield "code once more", browser
    browser.post(PASSWORDS, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    yield "password change", browser
    new = browser.get(ENROL).context["seed"].replace(" ", "")
    browser.post(ENROL, {"code": present_code(new)})
    yield "another device", browser
    browser.post("/account/logout/")
    yield "logout", browser


def test_every_step_gives_a_new_id_and_the_old_one_is_dead(ben):
    seed = with_second_factor(ben)
    seen: list[tuple[str, str]] = []
    with time_machine.travel(START, tick=False) as now:
        for step, browser in steps(ben, seed, now):
            for _earlier, old in seen:
                assert not is_in(with_id(old)), f"{step}: {_earlier}'s id lives"
                assert not Session.objects.filter(pk=old).exists()
            assert id_of(browser) not in [old for _step, old in seen], step
            if step not in ("a session from before", "password", "logout"):
                assert is_in(browser), step
            seen.append((step, id_of(browser)))
    print("X32: new id at", ", ".join(step for step, _id in seen))
    assert len(seen) == 8


def test_an_id_that_nobody_gave_out_is_not_taken(ben):
    seed, browser = with_second_factor(ben), with_id("planted" * 4)
    give_password(browser, "ben")
    give_code(browser, present_code(seed))
    assert id_of(browser) != "planted" * 4
    assert not is_in(with_id("planted" * 4))


def test_the_console_logs_out_too(ben):
    browser = log_in(ben, with_second_factor(ben))
    old = id_of(browser)
    assert browser.post("/console/logout/")["Location"] == LOGIN
    assert not is_in(with_id(old))
    assert AccessEvent.objects.filter(kind="logout", who="ben").count() == 1


@pytest.mark.parametrize(
    ("groups", "idle", "longest"),
    [([], 30, 12), (["desk"], 30, 12), (["operator"], 15, 12), (["desk", "operator"], 15, 12)],
    ids=["staff", "desk", "operator", "desk and operator"],
)
def test_staff_are_logged_out_when_idle_and_at_the_longest_by_role(db, groups, idle, longest):
    user = UserFactory(groups=groups)
    with time_machine.travel(START, tick=False) as now:
        browser = enter(Client(), user)
        for _n in range(3):
            now.shift((idle - 1) * 60)
            assert is_in(browser)
        now.shift(idle * 60)
        answer = browser.get("/console/contracts/contract/?q=1", follow=True)
        assert answer.redirect_chain[-1][0] == "/account/login/?next=%2Fconsole%2Fcontracts%2Fcontract%2F%3Fq%3D1"
        assert f"{idle}分間操作がなかったため" in answer.content.decode()
        busy = enter(Client(), user)
        for _n in range(longest * 60 // 10 - 1):
            now.shift(600)
            assert is_in(busy)
        now.shift(600)
        assert f"{longest}時間が経過したため" in busy.get("/console/", follow=True).content.decode()
    assert list(AccessEvent.objects.filter(kind="logout").values_list("detail", flat=True).order_by("pk")) != ["", ""]


def test_the_values_stand_in_one_table():
    staff = settings.SESSION_LIMITS["staff"]
    assert (staff["idle"], staff["longest"]) == (30 * 60, 12 * 3600)
    assert set(settings.SESSION_LIMITS) == {"staff", "operator", "customer"}
    assert max(limits["longest"] for limits in settings.SESSION_LIMITS.values()) <= settings.SESSION_COOKIE_AGE


def test_one_comes_back_to_the_page_one_was_on(ben):
    seed = with_second_factor(ben)
    browser = Client()
    asked = browser.get("/console/contracts/contract/?queue=to-start", follow=True)
    after = asked.context["redirect_field_value"]
    give = browser.post(LOGIN, {"login": "ben", "password": PASSWORD, "next": after})
    assert give["Location"].startswith("/account/login/code/")
    assert give_code(browser, present_code(seed))["Location"] == "/console/contracts/contract/?queue=to-start"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///evil.example", "http://localhost/"],
)  # fmt: skip
def test_the_login_leads_to_no_other_site(ben, elsewhere):
    browser = Client()
    answer = browser.post(LOGIN, {"login": "ben", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/start/"
    assert browser.post("/account/logout/", {"next": elsewhere})["Location"] in ("/account/login/", LOGIN)


def test_seeing_somebody_costs_no_write_but_once_a_minute(ben):
    with time_machine.travel(START, tick=False) as now:
        browser = log_in(ben, with_second_factor(ben))
        browser.get("/console/")

        def writes() -> int:
            with CaptureQueriesContext(connection) as queries:
                browser.get("/console/")
            return len([q for q in queries if q["sql"].startswith(("UPDATE", "INSERT", "DELETE"))])

        assert writes() == 0
        now.shift(59)
        assert writes() == 0
        now.shift(2)
        assert writes() == 2
        assert UserSession.objects.get(user=ben).last_seen_at == clock.now()


def test_own_sessions_are_listed_and_ended_one_by_one_or_all_at_once(ben, emi):
    seed = with_second_factor(ben)
    with time_machine.travel(START, tick=False) as now:
        browsers = []
        for _n in range(3):
            now.shift(60)
            browsers.append(log_in(ben, seed))
        emis = log_in(emi, with_second_factor(emi))
        here, first, second = browsers[2], browsers[0], browsers[1]
        listed = here.get("/account/sessions/").context["sessions"]
        assert [s.session_key for s in listed] == [id_of(b) for b in browsers]
        here.post("/account/sessions/", {"end": UserSession.objects.get(user=emi).pk})
        assert is_in(emis)
        assert here.post("/account/sessions/", {"end": listed[0].pk}).status_code == 302
        assert (is_in(first), is_in(second), is_in(here)) == (False, True, True)
        here.post("/account/sessions/")
        assert (is_in(second), is_in(here)) == (False, True)


def test_changing_ones_password_ends_the_other_sessions_and_is_logged(ben):
    seed = with_second_factor(ben)
    with time_machine.travel(START, tick=False) as now:
        elsewhere = log_in(ben, seed)
        now.shift(60)
        here = log_in(ben, seed)
        here.post(PASSWORDS, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
        assert (is_in(elsewhere), is_in(here)) == (False, True)
    assert AccessEvent.objects.filter(kind="password", who="ben").count() == 1


def test_somebody_switched_off_is_out_at_the_next_click(ben):
    browser = enter(Client(), ben)
    assert is_in(browser)
    with chapter(actor=MAKER):
        ben.is_active = False
        ben.save()
    assert not is_in(browser)


def test_rights_change_at_the_next_click(ben):
    browser = enter(Client(), ben)
    assert browser.get("/console/contracts/customer/").status_code == 200
    with chapter(actor=MAKER):
        ben.groups.clear()
    assert browser.get("/console/contracts/customer/").status_code == 403
    ben.user_permissions.add(Permission.objects.get(codename="view_customer"))
    assert browser.get("/console/contracts/customer/").status_code == 200


def test_sensitive_pages_want_a_fresh_proof(ben):
    seed = with_second_factor(ben)
    with time_machine.travel(START, tick=False) as now:
        browser = log_in(ben, seed)
        now.shift(timedelta(minutes=11))
        for address in (PASSWORDS, ENROL, "/account/second-factor/codes/new/", "/account/second-factor/codes/"):
            for ask in (browser.get, browser.post):
                assert ask(address)["Location"].startswith("/account/again/code/?next="), address
        assert browser.post("/account/sessions/")["Location"].startswith("/account/again/code/?next=")
        assert "account_reauthentication_state" not in browser.session, "what was posted may hold a password"


def test_cookies_are_kept_from_scripts_and_other_sites(ben):
    browser = log_in(ben, with_second_factor(ben))
    cookie = browser.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert browser.get("/console/password_change/")["Location"] == PASSWORDS


def test_a_users_page_says_whether_the_second_factor_is_set_up(ben):
    operator = enter(Client(), UserFactory(groups=["operator"]))
    assert "未設定" in operator.get(page(ben, "change")).content.decode()
