"""Users at the console: login IDs that stay, passwords that are checked, hashed and never shown."""

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from django.test import Client

from iijiot.models import User
from tests.acts import again
from tests.factories import UserFactory
from tests.factories.users import PASSWORD
from tests.house.console import as_superuser, page, what_the_form_sends

ADD = "/console/iijiot/user/add/"
NEW = {"login_id": "newcomer", "name": "新任", "is_staff": "on", "is_active": "on", "new_password": PASSWORD}
CHANGE, LOGIN = "/account/password/", "/account/login/"


@pytest.mark.clause("G3", "G5.5")
@pytest.mark.parametrize(
    "typed", ["New", "new.comer", "new@example.jp", "new comer", "ｎｅｗ", "あおい", "new\n2", "x" * 33]
)
def test_a_login_id_is_lower_case_letters_and_digits(db, typed):
    answer = as_superuser().post(ADD, NEW | {"login_id": typed})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["login_id"]
    assert not User.objects.filter(name="新任").exists()


@pytest.mark.parametrize("typed", ["short", "123456789012", "password1234"], ids=["short", "digits", "common"])
def test_a_weak_password_is_told_at_its_field(db, typed):
    answer = as_superuser().post(ADD, NEW | {"new_password": typed})
    assert answer.context["adminform"].form.errors["new_password"]
    assert typed not in answer.content.decode()
    assert not User.objects.filter(login_id="newcomer").exists()


def test_a_user_without_a_password_cannot_log_in_and_one_left_empty_stays(db):
    browser = as_superuser()
    browser.post(ADD, NEW | {"new_password": ""})
    user = User.objects.get(login_id="newcomer")
    assert not user.has_usable_password()
    address = page(user, "change")
    browser.post(address, what_the_form_sends(browser, address) | {"new_password": PASSWORD})
    browser.post(address, what_the_form_sends(browser, address) | {"name": "新任 改", "new_password": ""})
    assert again(user).check_password(PASSWORD)


def test_a_password_that_is_set_stands_in_no_page_of_the_history(db):
    browser, user = as_superuser(), UserFactory()
    address = page(user, "change")
    browser.post(address, what_the_form_sends(browser, address) | {"new_password": "umi-to-yama-0925"})
    for name in ("change", "history"):
        told = browser.get(page(user, name)).content.decode()
        assert "umi-to-yama-0925" not in told
        assert again(user).password not in told


def test_one_changes_ones_own_password_and_logs_in_with_it(desk, ben):
    sent = {"oldpassword": PASSWORD, "password1": "umi-to-yama-0925", "password2": "umi-to-yama-0925"}
    assert desk.get(CHANGE).status_code == 200
    assert desk.post(CHANGE, sent | {"oldpassword": "wrong"}).context["form"].errors["oldpassword"]
    assert desk.post(CHANGE, sent | {"password2": "other"}).context["form"].errors["password2"]
    assert again(ben).check_password(PASSWORD)
    assert desk.post(CHANGE, sent).status_code == 302
    assert desk.get("/console/").status_code == 200
    with time_machine.travel("2026-11-26 01:00+00:00", tick=False):
        entry = Client().post(LOGIN, {"login": "ben", "password": "umi-to-yama-0925"})
    assert entry.status_code == 302
    assert ben.history.order_by("history_id").last().history_user_id == ben.pk


def test_a_hash_of_old_is_made_anew_at_login_as_an_act_of_the_user(db, settings):
    user = UserFactory(login_id="veteran")
    assert user.password.startswith("md5$")
    settings.PASSWORD_HASHERS = [
        f"{hasher.__module__}.{hasher.__name__}" for hasher in (PBKDF2PasswordHasher, MD5PasswordHasher)
    ]
    assert Client().post(LOGIN, {"login": "veteran", "password": PASSWORD}).status_code == 302
    told = user.history.order_by("history_id").last()
    assert told.password.startswith("pbkdf2_sha256$")
    assert (told.history_actor_kind, told.history_user_id) == ("staff", user.pk)
