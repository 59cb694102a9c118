"""X31: too many attempts are refused, by account and by address, counted by all processes alike, and logged."""

import json
import subprocess
import sys
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from iijiot.models import AccessEvent
from tests.factories import UserFactory
from tests.factories.users import PASSWORD
from tests.house.console import enter
from tests.login.steps import CODE, give_code, give_password, is_in, log_in, present_code, with_second_factor

WRONG = "kaisen-ichiran-8"


def logged(kind: str) -> list[str]:
    """Whose events of this kind stand in the log."""
    return list(AccessEvent.objects.filter(kind=kind).order_by("pk").values_list("who", flat=True))


def fail(login_id: str, times: int = 5, **more: str) -> None:
    """Wrong passwords, each from a new browser."""
    for _n in range(times):
        assert give_password(Client(), login_id, WRONG, **more).status_code == 200


def test_the_sixth_attempt_is_refused_though_right_and_says_until_when(ben):
    seed = with_second_factor(ben)
    with time_machine.travel("2026-11-25 10:00+09:00", tick=False) as now:
        fail("ben")
        refused = give_password(Client(), "ben")
        assert refused.status_code == 429
        assert refused["Retry-After"] == "900"
        assert "10:15 以降" in refused.content.decode()
        assert "サポート窓口" in refused.content.decode()
        now.shift(899)
        assert give_password(Client(), "ben").status_code == 429
        now.shift(2)
        assert is_in(log_in(ben, seed))
    assert logged("login-failed") == ["ben"] * 5
    assert logged("throttled") == ["ben"] * 2
    assert logged("login") == ["ben"]


@pytest.mark.parametrize("typed", ["ben", "BEN", " ben ", "ｂｅｎ"])
def test_the_same_account_is_counted_however_it_is_typed_and_from_wherever(ben, typed):
    fail("ben", 3)
    fail(typed, 2, REMOTE_ADDR="192.0.2.7", HTTP_HOST="localhost")
    assert give_password(Client(), typed, REMOTE_ADDR="192.0.2.8").status_code == 429


def test_neighbours_at_the_same_address_are_left_alone(ben, emi):
    fail("ben")
    assert give_password(Client(), "ben").status_code == 429
    assert give_password(Client(), "emi").status_code == 302


def test_one_address_that_tries_many_accounts_is_refused_and_others_are_not(emi):
    for n in range(50):
        assert give_password(Client(), f"nobody{n}", WRONG, REMOTE_ADDR="192.0.2.9").status_code == 200
    assert give_password(Client(), "emi", REMOTE_ADDR="192.0.2.9").status_code == 429
    assert give_password(Client(), "emi", REMOTE_ADDR="192.0.2.10").status_code == 302


def test_right_passwords_in_between_do_not_start_the_count_anew(ben):
    for _n in range(4):
        fail("ben", 1)
        assert give_password(Client(), "ben").status_code == 302
    fail("ben", 1)
    assert give_password(Client(), "ben").status_code == 429


def test_codes_are_counted_too(ben):
    seed = with_second_factor(ben)
    browser = Client()
    give_password(browser, "ben")
    for n in range(5):
        assert give_code(browser, f"00000{n}").status_code == 200
    refused = give_code(browser, present_code(seed))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 800
    again = Client()
    give_password(again, "ben")
    assert give_code(again, present_code(seed)).status_code == 429, "a new browser"
    assert logged("throttled") == ["ben"] * 2


def test_somebody_switched_off_hears_what_a_wrong_password_says(ben):
    off = UserFactory(login_id="gone", is_active=False)
    answers = [
        give_password(Client(), name, word) for name, word in (("gone", PASSWORD), ("ben", WRONG), ("zz", WRONG))
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({tuple(answer.context["form"].non_field_errors()) for answer in answers}) == 1
    assert off.is_active is False


def test_the_operator_unlocks_by_command_and_that_is_logged(ben):
    fail("ben")
    out = StringIO()
    call_command("unlock", " BEN ", stdout=out)
    assert "may try again" in out.getvalue()
    assert give_password(Client(), "ben").status_code == 302
    assert logged("unlocked") == ["ben"]
    with pytest.raises(CommandError, match="no user"):
        call_command("unlock", "nobody")


def test_unlocking_forgets_the_codes_too(ben):
    seed = with_second_factor(ben)
    browser = Client()
    give_password(browser, "ben")
    for n in range(5):
        give_code(browser, f"00000{n}")
    call_command("unlock", "ben", stdout=StringIO())
    assert give_code(browser, present_code(seed)).status_code == 302


def test_guessing_the_present_password_to_change_it_is_counted(ben):
    browser = enter(Client(), ben)
    wrong = {"oldpassword": WRONG, "password1": "umi-to-yama-0925", "password2": "umi-to-yama-0925"}
    for _n in range(5):
        assert browser.post("/account/password/", wrong).status_code == 200
    assert browser.post("/account/password/", wrong | {"oldpassword": PASSWORD}).status_code == 429
    assert logged("throttled") == ["ben"]


ATTEMPT = """
import json, sys
import django
django.setup()
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS.append("testserver")
print(json.dumps([Client().post("/account/login/", {"login": "ben", "password": w}).status_code for w in sys.argv[1:]]))
"""


@pytest.mark.django_db(transaction=True)
def test_processes_count_together():
    """Two processes with connections of their own on one database: three wrong here, two there, the right one nowhere."""
    UserFactory(login_id="ben")
    given = connection.get_connection_params()
    there = {key.upper(): given.get(key, "") for key in ("host", "port", "user", "password")}
    there |= {"ENGINE": "django.db.backends.postgresql", "NAME": connection.settings_dict["NAME"]}
    script = f"""
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "iijiot.settings"
from django.conf import settings
settings.DATABASES["default"].update({there!r})
{ATTEMPT}"""

    def elsewhere(*words: str) -> list[int]:
        ran = subprocess.run(
            [sys.executable, "-c", script, *words], capture_output=True, text=True, cwd=settings.BASE_DIR, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout.splitlines()[-1])

    assert elsewhere(WRONG, WRONG, WRONG) == [200] * 3
    assert elsewhere(WRONG, WRONG, PASSWORD) == [200, 200, 429]
    assert elsewhere(PASSWORD) == [429]
    print("X31: 6 attempts in 3 processes, the 6th and 7th refused")


def test_the_pages_of_codes_exist_for_no_one_who_gave_no_password(db):
    assert Client().get(CODE)["Location"].startswith("/account/login/")
