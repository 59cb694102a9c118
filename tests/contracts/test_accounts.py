"""Accounts of customers (G5): IDs of the company's making, proofs by them, locked at once, unlocked with a reason."""

from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client

from contracts import admitting
from contracts.models import Account, Proof
from iijiot.actors import Actor
from iijiot.models import User
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.acts import again
from tests.factories import AccountFactory, CustomerFactory, UserFactory
from tests.factories.users import PASSWORD
from tests.house.console import enter

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)
STOLEN = "端末の盗難"


def stored(account: Account) -> Account:
    """As it is stored, with its login."""
    return Account.objects.select_related("user").get(pk=account.pk)


@pytest.mark.clause("G5.1", "G5.5", "G3")
def test_the_company_makes_the_login_id_and_no_password(aois_company, clerk):
    first = admitting.issue(aois_company, holder="葵 あおい", role="manager", actor=clerk)
    second = admitting.issue(aois_company, holder="青木 あお", role="viewer", actor=clerk)
    number = aois_company.number.lower()
    assert [first.login_id, second.login_id] == [f"{number}n1", f"{number}n2"]
    assert not first.user.has_usable_password()
    assert (first.user.is_staff, first.must_renew_password, first.state) == (False, True, "active")


@pytest.mark.clause("G5.5")
def test_a_login_id_that_somebody_has_already_is_not_given_again(aois_company, clerk):
    UserFactory(login_id=f"{aois_company.number.lower()}n1")
    account = admitting.issue(aois_company, holder="葵 あおい", role="manager", actor=clerk)
    assert account.login_id == f"{aois_company.number.lower()}n2"
    with pytest.raises(ValidationError):
        UserFactory(login_id=account.login_id)


@pytest.mark.clause("G5.5")
def test_an_account_keeps_its_login_and_its_customer(clerk):
    account = AccountFactory()
    for field, other in (("user", UserFactory(customer_side=True)), ("customer", CustomerFactory())):
        changed = stored(account)
        setattr(changed, field, other)
        with chapter(actor=clerk), pytest.raises(RuleViolation) as refusal:
            changed.save()
        assert refusal.value.unmet[0].clause.id == "G5.5"
    assert account.history.count() == 1


@pytest.mark.clause("G5.3")
def test_a_login_of_staff_is_no_account_of_a_customer(ben):
    with pytest.raises(ValidationError, match="社員のログイン"):
        AccountFactory(user=ben)


@pytest.mark.clause("G5.3")
def test_what_is_done_with_an_account_stands_as_the_customers(aois_company):
    account = AccountFactory(customer=aois_company)
    with chapter(actor=Actor.of(account.user)):
        aois_company.note = "連絡先を確認"
        aois_company.save()
    told = aois_company.history.first()
    assert (told.history_actor_kind, told.history_actor, told.history_user_id) == (
        "account",
        account.holder,
        account.user_id,
    )


@pytest.mark.clause("G5.2")
def test_an_id_of_this_customer_proves_however_it_is_typed_and_stands_in_the_log(aois_company, clerk):
    account = admitting.issue(aois_company, holder="葵 あおい", role="operator", actor=clerk)
    proof = admitting.prove(aois_company, f" {account.login_id.upper()} ", at=NOW, actor=clerk)
    assert proof.matches
    assert proof.account == account
    assert (proof.by, proof.history.get().history_clause) == (clerk.name, "G5.2")


@pytest.mark.clause("G5.2")
def test_an_id_of_another_customer_does_not_match_and_stands_in_the_log_too(aois_company, carols_company, clerk):
    other = admitting.issue(carols_company, holder="軽井 かろる", role="operator", actor=clerk)
    for typed in (other.login_id, "nobody", "aoi@example.co.jp"):
        assert not admitting.prove(aois_company, typed, at=NOW, actor=clerk).matches
    assert list(Proof.objects.of_customer(aois_company).order_by("pk").values_list("typed", flat=True)) == [
        other.login_id,
        "nobody",
        "aoi@example.co.jp",
    ]


@pytest.mark.clause("G5.2", "G5.4")
def test_a_locked_account_proves_nothing(aois_company, clerk):
    account = AccountFactory(customer=aois_company, locked=True)
    assert not admitting.prove(aois_company, account.login_id, at=NOW, actor=clerk).matches


@pytest.mark.clause("G5.4")
def test_reported_misuse_locks_at_once_with_the_reason_and_kills_the_password(clerk):
    account = AccountFactory(must_renew_password=False)
    assert authenticate(None, username=account.login_id, password=PASSWORD) == account.user
    admitting.report_misuse(account, why=STOLEN, at=NOW, actor=clerk)
    locked = stored(account)
    assert (locked.state, locked.locked_at, locked.locked_why) == ("locked", NOW, STOLEN)
    assert not locked.user.is_active
    assert not locked.user.has_usable_password()
    assert authenticate(None, username=account.login_id, password=PASSWORD) is None
    told = account.history.first()
    assert (told.history_clause, told.history_change_reason) == ("G5.4", STOLEN)


@pytest.mark.clause("G5.4")
def test_whoever_is_logged_in_with_it_is_out_with_the_next_request(clerk):
    account = AccountFactory()
    thief = enter(Client(), account.user)
    key = thief.session.session_key
    UserSession.objects.get_or_create(user=account.user, session_key=key, defaults={"ip": "192.0.2.1"})
    admitting.report_misuse(account, why=STOLEN, at=NOW, actor=clerk)
    assert not Session.objects.filter(session_key=key).exists()
    answer = thief.get("/account/sessions/")
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.clause("G5.4")
def test_what_other_apps_registered_is_ended_too_and_an_error_there_stops_the_act(clerk):
    account = AccountFactory()
    ended: list[Any] = []

    def breaks(_account):
        raise RuntimeError("the tokens could not be revoked")

    admitting.on_lock(ended.append)
    admitting.on_lock(breaks)
    try:
        with pytest.raises(RuntimeError):
            admitting.report_misuse(account, why=STOLEN, at=NOW, actor=clerk)
        assert (stored(account).state, stored(account).user.is_active) == ("active", True)
        admitting.not_on_lock(breaks)
        admitting.report_misuse(stored(account), why=STOLEN, at=NOW, actor=clerk)
    finally:
        admitting.not_on_lock(ended.append)
    assert ended[-1] == account


@pytest.mark.clause("G5.4")
def test_unlocking_needs_a_reason_and_a_new_password_afterwards(clerk, approver):
    account = AccountFactory(must_renew_password=False)
    admitting.report_misuse(account, why=STOLEN, at=NOW, actor=clerk)
    with pytest.raises(RuleViolation) as refusal:
        admitting.unlock(stored(account), because=" ", actor=approver)
    assert refusal.value.unmet[0].clause.id == "G5.4"
    assert stored(account).state == "locked"
    admitting.unlock(stored(account), because="契約者本人を確認", actor=approver)
    unlocked = stored(account)
    assert (unlocked.state, unlocked.locked_at, unlocked.must_renew_password) == ("active", None, True)
    assert unlocked.user.is_active
    assert not unlocked.user.has_usable_password()
    assert account.history.first().history_change_reason == "契約者本人を確認"


@pytest.mark.clause("G5.4")
def test_an_account_is_locked_once_and_unlocked_once(clerk):
    account = AccountFactory()
    with pytest.raises(RuleViolation):
        admitting.unlock(account, because="誤り", actor=clerk)
    admitting.report_misuse(account, why=STOLEN, at=NOW, actor=clerk)
    with pytest.raises(RuleViolation):
        admitting.report_misuse(account, why="再度", at=NOW, actor=clerk)
    assert stored(account).locked_why == STOLEN


@pytest.mark.clause("G5.1")
def test_holder_and_role_change_and_the_login_id_does_not(clerk):
    account = AccountFactory()
    admitting.change(account, holder="青木 あおい", role="viewer", actor=clerk)
    changed = stored(account)
    assert (changed.holder, changed.role, changed.login_id) == ("青木 あおい", "viewer", account.login_id)
    assert (
        User.objects.get(pk=account.user_id).history.first().history_chapter
        == again(account).history.first().history_chapter
    )


@pytest.mark.clause("G5.4")
def test_the_login_of_a_locked_account_is_not_switched_on_by_any_other_road(clerk, approver):
    account = AccountFactory()
    admitting.report_misuse(account, why="端末の盗難", at=NOW, actor=clerk)
    user = stored(account).user
    user.is_active = True
    with chapter(actor=clerk), pytest.raises(ValidationError, match="「ロックの解除」") as refusal:
        user.save()
    assert list(refusal.value.error_dict) == ["is_active"]
    assert not again(user).is_active
    admitting.unlock(stored(account), because="本人を確認した", actor=approver)
    assert again(user).is_active
