"""D09: ``manage.py setup`` leads from empty tables to a first operator with a second factor; it can be run again."""

import os
import re
import subprocess
import sys
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.conf import settings as site
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from contracts.models import TermsVersion
from iijiot import company, first_run, roles
from iijiot.login import second_factor
from iijiot.models import Company, User
from tests.factories import CompanyFactory, UserFactory
from tests.login.steps import give_code, give_password, present_code
from tests.workers import mail_server

PASSWORD = "kujira odoru yoru no umi"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OFFICE = {
    "company_postal_code": "102-0071",
    "company_address": "東京都千代田区富士見二丁目10番2号",
    "company_phone": "03-5205-4466",
}
FIRST = {"staff_login": "kusunoki", "staff_name": "楠 くすのき"}


def run(**options: Any) -> str:
    """What it writes."""
    out = StringIO()
    call_command("setup", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def secrets(monkeypatch):
    """What only the environment may give."""
    monkeypatch.setenv("SETUP_STAFF_PASSWORD", PASSWORD)
    monkeypatch.setenv("SETUP_STAFF_SEED", SEED.lower())


def answering(monkeypatch: Any, *lines: str) -> None:
    """Somebody types these."""
    monkeypatch.setattr(sys, "stdin", StringIO("".join(f"{line}\n" for line in lines)))


def test_an_automatic_run_sets_everything_up_and_the_operator_gets_in(db, secrets, settings):
    told = run(no_input=True, mail_to="office@example.co.jp", **OFFICE, **FIRST)
    assert told.strip().splitlines()[-1] == (
        f"The test mail to office@example.co.jp was taken by {settings.EMAIL_HOST}:{settings.EMAIL_PORT}. "
        f"Company: set up. Versions of the terms: {TermsVersion.objects.count()}. Roles: 6. "
        "Operators: 1, with a second factor: 1."
    )
    assert (company.present().address, company.present().desk) == (OFFICE["company_address"], "IIJ IoT サポート窓口")
    assert [message.to for message in mail.outbox] == [["office@example.co.jp"]]
    assert PASSWORD not in told
    assert SEED not in told
    browser = Client()
    give_password(browser, "kusunoki", PASSWORD)
    assert give_code(browser, present_code(SEED))["Location"] == reverse("start")
    assert browser.get("/console/iijiot/user/add/").status_code == 200


def test_a_second_run_changes_nothing(db, secrets, recorder):
    run(no_input=True, **OFFICE, **FIRST)
    before = User.objects.get().password
    recorder.forget()
    told = run(no_input=True, **OFFICE, **FIRST)
    assert "as it was" in told
    assert "kusunoki is there already and stays as it was" in told
    assert not recorder.entries(side="row")
    assert User.objects.get().password == before


def test_a_second_run_changes_only_what_is_given(db, secrets):
    run(no_input=True, **OFFICE, **FIRST)
    assert "changed: phone" in run(no_input=True, company_phone="03-5205-4467")
    assert (company.present().phone, company.present().address) == ("03-5205-4467", OFFICE["company_address"])
    changes = Company.history.order_by("history_id").values_list("history_actor_kind", "history_change_reason")
    assert list(changes) == [("command", "setup"), ("command", "setup")]


def test_a_rehearsal_says_what_is_missing_and_changes_nothing(db, recorder):
    told = run(dry_run=True)
    assert told.strip().splitlines()[-1].startswith("Nothing was changed. Company: not set up.")
    assert "Operators: 0" in told
    assert not recorder.entries(side="row")


@pytest.mark.parametrize(
    ("left_out", "told"),
    [
        ("company_address", "Address is missing: give --company-address."),
        ("staff_login", "Login ID to add is missing: give --staff-login."),
        ("staff_name", "Name is missing: give --staff-name."),
    ],
)
def test_an_automatic_run_says_what_is_missing(db, secrets, left_out, told):
    with pytest.raises(CommandError, match=told):
        run(no_input=True, **{name: value for name, value in (OFFICE | FIRST).items() if name != left_out})
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"company_postal_code": "1020071"}, "102-0071"),
        ({"company_phone": "extension 5"}, "03-1234-5678"),
        ({"company_sender": "office"}, "メールアドレス"),
        ({"staff_login": "Kusu noki"}, "小文字"),
        ({"staff_roles": "operator, king"}, "There is no group king"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(db, secrets, wrong, told):
    with pytest.raises(CommandError, match=told):
        run(no_input=True, **(OFFICE | FIRST | wrong))
    assert not User.objects.exists()


def test_a_weak_password_adds_nobody(db, secrets, monkeypatch):
    monkeypatch.setenv("SETUP_STAFF_PASSWORD", "kujira")
    with pytest.raises(CommandError, match="15"):
        run(no_input=True, **OFFICE, **FIRST)
    monkeypatch.delenv("SETUP_STAFF_PASSWORD")
    with pytest.raises(CommandError, match="SETUP_STAFF_PASSWORD"):
        run(no_input=True, **OFFICE, **FIRST)
    assert not User.objects.exists()


def test_without_a_seed_the_first_login_sets_the_second_factor_up(db, secrets, monkeypatch):
    monkeypatch.delenv("SETUP_STAFF_SEED")
    assert "the first login sets the second factor up" in run(no_input=True, **OFFICE, **FIRST)
    browser = Client()
    give_password(browser, "kusunoki", PASSWORD)
    assert browser.get("/console/")["Location"] == "/account/second-factor/app/"


@pytest.mark.parametrize(("seed", "told"), [("JBSWY3DP", "too short"), ("not base 32!", "base 32")])
def test_a_seed_that_keeps_no_secret_is_refused(seed, told):
    with pytest.raises(ValidationError, match=told):
        first_run.seed_of(seed)


def test_somebody_at_the_terminal_is_asked_again_until_it_is_right(db, monkeypatch):
    answering(
        monkeypatch, "", "", "1020071", "102-0071", "東京都千代田区富士見二丁目10番2号", "03-5205-4466", "",
        "kusunoki", "楠 くすのき", "", "short", PASSWORD, "another", PASSWORD, PASSWORD, "", "",
    )  # fmt: skip
    told = run()
    assert "102-0071" in told
    assert "The two are not the same." in told
    assert re.search(r"otpauth://totp/kusunoki\?secret=[A-Z2-7]{32}&", told)
    assert told.strip().splitlines()[-1].startswith("No test mail was sent. Company: set up.")
    user = User.objects.get(login_id="kusunoki")
    assert (user.roles, user.is_superuser, user.check_password(PASSWORD)) == (roles.OPERATOR, False, True)


def test_three_wrong_codes_add_nobody(db, monkeypatch):
    CompanyFactory()
    answering(monkeypatch, *[""] * 6, "kusunoki", "楠", "", PASSWORD, PASSWORD, "000000", "1", "abcdef")
    with pytest.raises(CommandError, match="3 wrong codes: kusunoki was not added"):
        run()
    assert not User.objects.exists()


def test_enter_keeps_everything_where_an_operator_is_there(db, monkeypatch, recorder):
    CompanyFactory()
    UserFactory(groups=[roles.OPERATOR])
    recorder.forget()
    answering(monkeypatch, *[""] * 8)
    assert "as it was" in run()
    assert not recorder.entries(side="row")


def test_an_input_that_ends_is_no_answer(db, monkeypatch):
    answering(monkeypatch, "", "")
    with pytest.raises(CommandError, match="The input ended at “Postal code”"):
        run()
    assert Company.objects.there() is None


def test_a_mail_that_is_not_taken_is_said_and_all_else_stays(db, secrets, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as (box, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        box.answer = "550 not from you"
        with pytest.raises(CommandError, match=r"550.*not from you(.|\n)*EMAIL_URL"):
            run(no_input=True, mail_to="office@example.co.jp", **OFFICE, **FIRST)
        box.answer = "250 OK"
        assert f"taken by 127.0.0.1:{port}" in run(no_input=True, mail_to="office@example.co.jp")
        assert box.holds(1)
    assert User.objects.filter(login_id="kusunoki").exists()


def test_mails_come_from_the_company_where_it_says_so(db, settings):
    assert company.present().mail_sender == settings.DEFAULT_FROM_EMAIL
    CompanyFactory(name="架空通信株式会社", sender="iot@example.co.jp")
    assert company.present().mail_sender.endswith("<iot@example.co.jp>")
    first_run.send_test_mail("office@example.co.jp")
    assert "架空通信株式会社" in mail.outbox[0].from_email or "=?utf-8?" in mail.outbox[0].from_email


def test_there_is_one_company(db):
    CompanyFactory()
    with pytest.raises(ValidationError):
        CompanyFactory()


@pytest.mark.owner("forgets a migration")
def test_tables_of_another_version_are_said_first(db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'iijiot' AND name = '0001_initial'")
    with pytest.raises(CommandError, match=r"Run manage\.py migrate"):
        run(no_input=True)


@pytest.mark.django_db(transaction=True)
def test_a_person_sets_it_up_in_a_process_of_its_own():
    """The address of the authenticator app is read from what it prints, and its code typed in."""
    environment = {**os.environ, "TESTING": "1", "DATABASE_NAME": str(connection.settings_dict["NAME"])}
    started = subprocess.Popen(
        [sys.executable, "manage.py", "setup"], cwd=site.BASE_DIR, env=environment, text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    typed = ["", "", *OFFICE.values(), "", *FIRST.values(), "", PASSWORD, PASSWORD]
    started.stdin.write("".join(f"{line}\n" for line in typed))
    started.stdin.flush()
    seed = next(line.partition("secret=")[2][:32] for line in started.stdout if "otpauth://" in line)
    out, err = started.communicate(f"{present_code(seed)}\n\n", timeout=60)
    assert started.returncode == 0, err
    assert "Operators: 1, with a second factor: 1." in out
    codes = [line.strip() for line in out.partition("Recovery codes")[2].splitlines()[1:11]]
    assert all(code.isdecimal() for code in codes)
    user = User.objects.get(login_id="kusunoki")
    assert second_factor.of(user) is not None
    assert list(user.groups.all()) == [Group.objects.get(name=roles.OPERATOR)]
    with time_machine.travel("2030-01-01 10:00+09:00", tick=False):
        browser = Client()
        give_password(browser, "kusunoki", PASSWORD)
        assert give_code(browser, codes[0])["Location"] == reverse("start")
