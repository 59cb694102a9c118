"""Users of a company: invited by its managers, changed, removed and out at once; what each did stands in its log (G5)."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.utils.translation import override

from contracts import admitting, inviting, looking
from contracts.catalogue.purposes import MARKETING
from contracts.models import Account, Invitation
from contracts.models.account import Role
from iijiot import access_log, job_queue
from iijiot.actors import Actor
from iijiot.models import AccessEvent, User
from iijiot.records import fresh
from iijiot.rules import RuleViolation
from tests.factories import AccountFactory
from tests.house.console import logged_in
from tests.portal.conftest import page

USERS, INVITE, LOG = "/portal/users/", "/portal/users/invite/", "/portal/users/log/"
BUN = {"holder": "文田 ぶん", "email": "bun@aoi.example", "role": "viewer"}
PASSWORD = "umi-to-yama-0925"
NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)


def invited(browser: Client, **other: str) -> Invitation:
    """Bun, asked in by whoever has the browser."""
    assert browser.post(INVITE, {**BUN, **other}).status_code == 302
    return Invitation.objects.with_account().latest("pk")


def mailed(invitation: Invitation) -> str:
    """The address of the link as the mail has it."""
    inviting.send_invitation(pk=invitation.pk)
    (line,) = [line.strip() for line in mail.outbox[-1].body.splitlines() if "/invitations/" in line]
    assert line.startswith("http://127.0.0.1:8000/portal/invitations/")
    return line.removeprefix("http://127.0.0.1:8000")


def set_password(link: str, password: str = PASSWORD, browser: Client | None = None) -> Any:
    """What comes of setting a password by a link."""
    return (browser or Client()).post(link, {"password1": password, "password2": password})


def of(account: Account) -> Account:
    """The account as it is stored now, with its login."""
    return Account.objects.select_related("user").get(pk=account.pk)


@pytest.mark.clause("G5.1", "G5.5")
def test_a_manager_invites_and_the_mail_leads_to_a_password_by_which_one_gets_in(browser, aois_company):
    invitation = invited(browser)
    account = invitation.account
    assert (account.customer, account.role, account.user.email) == (aois_company, "viewer", BUN["email"])
    assert account.login_id == f"{aois_company.number.lower()}n2"
    assert job_queue.jobs().of_kind(inviting.send_invitation).count() == 1
    link = mailed(invitation)
    assert BUN["email"] in mail.outbox[0].to[0]
    assert account.login_id in mail.outbox[0].body
    theirs = Client()
    shown = page(theirs.get(link))
    assert account.login_id in shown
    assert aois_company.name in shown
    assert set_password(link, browser=theirs)["Location"] == "/account/login/"
    answer = theirs.post("/account/login/", {"login": account.login_id, "password": PASSWORD})
    assert answer["Location"] == "/start/"
    assert theirs.get("/portal/").status_code == 200
    assert theirs.get(INVITE).status_code == 403


@pytest.mark.clause("G5.1")
def test_a_link_is_good_once_and_looking_at_it_uses_nothing_up(browser):
    link = mailed(invited(browser))
    for _time in range(3):
        assert Client().get(link).status_code == 200
    assert set_password(link).status_code == 302
    for answer in (Client().get(link), set_password(link, "yama-to-umi-0925")):
        assert "使用済み" in page(answer, 410)
    assert User.objects.latest("pk").check_password(PASSWORD)


@pytest.mark.clause("G5.1")
def test_a_link_is_over_after_three_days_and_the_mail_can_be_sent_again(browser, manager):
    invitation = invited(browser)
    link = mailed(invitation)
    with time_machine.travel("2026-11-28 00:59+00:00", tick=False):
        assert Client().get(link).status_code == 200
    with time_machine.travel("2026-11-28 01:00+00:00", tick=False):
        assert "期限" in page(Client().get(link), 410)
        assert set_password(link).status_code == 410
        again = logged_in(manager.user)
        assert "期限切れ" in page(again.get(USERS))
        address = f"{USERS}{invitation.account.login_id}/invite/"
        assert again.get(address).status_code == 200
        assert again.post(address).status_code == 302
        newest = mailed(Invitation.objects.with_account().latest("pk"))
        assert "無効" in page(Client().get(link), 410)
        assert set_password(newest).status_code == 302
    assert not invitation.account.user.has_usable_password()
    assert of(invitation.account).user.has_usable_password()


def test_a_link_that_we_have_not_made_leads_nowhere(browser):
    link = mailed(invited(browser))
    for wrong in ("x", "0" * 32, link.rsplit("/", 2)[1][:-1] + "x", "ü"):
        assert Client().get(f"/portal/invitations/{wrong}/").status_code == 404


@pytest.mark.parametrize("password", ["short", "passwordpassword1", "abcabcabcabcabcabc"])
def test_a_poor_password_is_refused_and_the_link_stays_good(browser, password):
    link = mailed(invited(browser))
    assert "portal:home" not in page(set_password(link, password))
    assert set_password(link).status_code == 302


def test_a_mail_is_sent_to_nobody_whose_invitation_is_over_by_then(browser):
    invitation = invited(browser)
    assert browser.post(f"{USERS}{invitation.account.login_id}/remove/").status_code == 302
    inviting.send_invitation(pk=invitation.pk)
    assert mail.outbox == []


@pytest.mark.clause("G5.3")
def test_sent_twice_it_invites_once_and_an_address_is_of_one_user(browser, aois_company, carols_company):
    invited(browser)
    assert "すでに" in page(browser.post(INVITE, BUN | {"email": "BUN@aoi.example"}), 409)
    assert Account.objects.of_customer(aois_company).count() == 2
    AccountFactory(customer=carols_company, user__email="both@example.co.jp")
    invited(browser, email="both@example.co.jp")


def test_what_is_no_address_is_said_beside_it_and_the_rest_stays_typed(browser):
    shown = browser.post(INVITE, BUN | {"email": "bun"})
    assert shown.context["form"].errors["email"]
    assert BUN["holder"] in page(shown)
    assert browser.post(INVITE, BUN | {"is_staff": "on"}).status_code == 400


def test_so_many_invitations_in_an_hour_and_no_more(browser, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"invite": "2/1h/user"}
    for place in range(2):
        invited(browser, email=f"bun{place}@aoi.example")
    assert browser.post(INVITE, BUN).status_code == 429
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize("role", ["operator", "viewer"])
@pytest.mark.parametrize("address", ["invite/", "log/", "{}/", "{}/remove/", "{}/invite/"])
def test_only_managers_say_who_gets_in(someone, manager, role, address):
    asked = USERS + address.format(manager.login_id)
    browser = logged_in(someone(role).user)
    assert browser.get(asked).status_code == 403
    assert browser.post(asked, BUN).status_code in (403, 405)
    assert of(manager).role == "manager"


@pytest.mark.clause("G5.1", "G5.5")
def test_a_manager_changes_role_name_and_address_and_the_old_address_hears_of_it(browser, someone):
    account = someone("viewer")
    admitting.change(account, holder="文田 ぶん", role="viewer", email="old@aoi.example", actor=Actor.clock("x"))
    theirs = logged_in(account.user)
    assert theirs.get("/portal/company/change/").status_code == 403
    sent = {"holder": "文田 ぶん", "email": "new@aoi.example", "role": "manager"}
    assert browser.post(f"{USERS}{account.login_id}/", sent).status_code == 302
    now = of(account)
    assert (now.role, now.user.email, now.login_id) == ("manager", "new@aoi.example", account.login_id)
    assert theirs.get("/portal/company/change/").status_code == 200, "the new role holds at once"
    assert job_queue.jobs().of_kind(admitting.tell_of_address).count() == 1
    admitting.tell_of_address(pk=account.user_id, before="old@aoi.example")
    assert "old@aoi.example" in mail.outbox[0].to[0]
    assert "new@aoi.example" not in mail.outbox[0].body


def test_a_role_given_meanwhile_is_shown_beside_what_was_typed_and_not_written_over(browser, someone):
    """X11: two managers have the same user open."""
    account = someone("viewer")
    address = f"{USERS}{account.login_id}/"
    opened = browser.get(address).context["form"]
    typed = {name: opened[name].value() for name in ("holder", "email", "role", "seen")} | {"role": "manager"}
    logged_in(someone("manager").user).post(address, typed | {"role": "operator"})
    answer = browser.post(address, typed)
    assert "newer" in page(answer, 409)
    assert of(account).role == "operator"
    assert browser.post(address, typed | {"seen": answer.context["form"]["seen"].value()}).status_code == 302
    assert of(account).role == "manager"


@pytest.mark.clause("G5.1")
def test_whoever_is_removed_is_out_at_once_and_gets_in_no_more(browser, someone):
    account = someone("manager")
    theirs = logged_in(account.user)
    assert theirs.get("/portal/").status_code == 200
    ended: list[Account] = []
    admitting.on_lock(ended.append)
    try:
        assert browser.post(f"{USERS}{account.login_id}/remove/").status_code == 302
    finally:
        admitting.not_on_lock(ended.append)
    assert theirs.get("/portal/").status_code == 302
    now = of(account)
    assert (now.state, now.user.is_active, now.user.has_usable_password()) == ("removed", False, False)
    assert not UserSession.objects.filter(user=account.user).exists()
    assert ended == [account], "tokens end with it"
    assert account.login_id not in page(browser.get(USERS))
    assert browser.get(f"{USERS}{account.login_id}/").status_code == 404
    assert now.history.first().history_clause == "G5.1"


@pytest.mark.clause("G5.1")
def test_the_last_manager_can_neither_be_removed_nor_be_made_another(browser, manager, someone):
    someone("viewer")
    unable = someone("manager")
    admitting.report_misuse(unable, why="端末の盗難", at=NOW, actor=Actor.clock("x"))
    AccountFactory(customer=manager.customer, role="manager", must_renew_password=True)
    address = f"{USERS}{manager.login_id}/"
    assert "ただ一人の管理者" in page(browser.get(f"{address}remove/"))
    assert browser.post(f"{address}remove/").status_code == 409
    sent = {"holder": manager.holder, "email": "", "role": "viewer"}
    assert "ただ一人の管理者" in page(browser.post(address, sent), 409)
    assert (of(manager).role, of(manager).state) == ("manager", "active")
    second = someone("manager")
    assert browser.post(f"{address}remove/")["Location"] == "/account/login/"
    assert browser.get("/portal/").status_code == 302
    assert of(second).is_usable


@pytest.mark.clause("G5.1")
def test_of_two_managers_who_remove_each_other_one_stays(manager, someone):
    """Each has looked at the page while the other was there; the second is refused when it comes to it."""
    other = someone("manager")
    admitting.remove(other, actor=Actor.of(manager.user))
    with pytest.raises(RuleViolation, match="利用者を管理"):
        admitting.remove(manager, actor=Actor.of(other.user))
    with pytest.raises(RuleViolation, match="利用者を管理"):
        inviting.invite(manager.customer, **BUN, at=NOW, actor=Actor.of(other.user))
    assert of(manager).is_usable


@pytest.mark.clause("G5.1", "G5.4")
def test_a_removed_account_is_opened_by_nobody_again(someone, clerk):
    account = someone("viewer")
    admitting.remove(account, actor=clerk)
    with pytest.raises(RuleViolation):
        admitting.unlock(account, because="本人を確認", actor=clerk)
    user = fresh(account.user)
    user.is_active = True
    assert admitting.shut_account(user)


@pytest.mark.clause("G5.4")
def test_an_unlocked_user_is_let_in_again_by_an_invitation(browser, someone, clerk):
    account = someone("viewer")
    admitting.change(account, holder="文田 ぶん", role="viewer", email="bun@aoi.example", actor=clerk)
    admitting.report_misuse(of(account), why="端末の盗難", at=NOW, actor=clerk)
    assert browser.post(f"{USERS}{account.login_id}/invite/").status_code == 409
    admitting.unlock(of(account), because="本人を確認", actor=clerk)
    assert browser.post(f"{USERS}{account.login_id}/invite/").status_code == 302
    assert set_password(mailed(Invitation.objects.with_account().get())).status_code == 302
    assert not of(account).must_renew_password


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", ["{}/", "{}/remove/", "{}/invite/", "{}/stolen/"])
def test_users_of_another_company_are_not_there(carols_company, manager, role, address):
    browser = logged_in(AccountFactory(customer=carols_company, role=role, must_renew_password=False).user)
    answer = browser.get(USERS + address.format(manager.login_id))
    assert answer.status_code == (404 if role == "manager" or address == "{}/stolen/" else 403)


@pytest.mark.clause("G5.3")
def test_the_log_says_who_did_what_and_when_our_staff_looked(
    browser, aois_company, carols_company, outsider, clerk, ben
):
    browser.post(INVITE, BUN)
    browser.post("/portal/company/uses/marketing/", {"given": "no"})
    browser.post("/portal/company/uses/marketing/", {"given": "no"})
    for customer in (aois_company, carols_company):
        access_log.note(AccessEvent.Kind.LOOKED, None, actor=Actor.staff(ben), about=customer.number, detail="捜査関係")
    access_log.note(AccessEvent.Kind.DISCLOSED, None, actor=Actor.staff(ben), about=aois_company.number)
    shown = browser.get(LOG)
    text = page(shown)
    assert "利用者の招待" in text
    with override("ja"):
        assert text.count(str(MARKETING.words)) == 1, "what was refused was not done"
    assert text.count(">当社担当者<") == 1
    assert ben.display_name not in text
    assert "捜査関係" not in text
    assert outsider.holder not in text


@pytest.mark.clause("G38.1")
def test_a_look_at_communications_is_about_its_customer(aois_company, fumi):
    with pytest.raises(RuleViolation):
        looking.look_at_communications(aois_company, "故障調査", actor=Actor.staff(fumi))
    assert not AccessEvent.objects.of_house([], aois_company.number).exists()


@pytest.mark.clause("G5.4")
def test_whoever_reports_his_own_id_stands_in_the_log_with_it(browser, someone):
    account = someone("viewer")
    logged_in(account.user).post(f"{USERS}{account.login_id}/stolen/", {"why": "端末の盗難"})
    assert f"{account.login_id} の窃用の連絡" in page(browser.get(LOG))


def test_the_numbers_of_queries_do_not_grow_with_the_users(browser, someone, django_assert_max_num_queries):
    for _n in range(20):
        someone("viewer")
    invited(browser)
    with django_assert_max_num_queries(10):
        browser.get(USERS)
    with django_assert_max_num_queries(10):
        browser.get(LOG)
