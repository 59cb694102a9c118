"""Logging in as a browser does it, step by step."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.test import Client
from django.urls import reverse

from iijiot import clock
from iijiot.login import second_factor
from iijiot.login.codes import code_of, seconds_left
from iijiot.models import User
from iijiot.records import chapter
from tests.factories.base import MAKER
from tests.factories.users import PASSWORD

ABOUT_TO_LAPSE = 4
"""Seconds within which a code is hardly given any more."""
LOGIN, CODE, ENROL = "/account/login/", "/account/login/code/", "/account/second-factor/app/"


def with_second_factor(user: User) -> str:
    """Enrol a user; the seed."""
    seed: str = generate_totp_secret()
    with chapter(actor=MAKER):
        second_factor.enrol(user, seed)
    return seed


def give_password(client: Client, login_id: str, password: str = PASSWORD, **more: Any) -> Any:
    """The first step."""
    return client.post(LOGIN, {"login": login_id, "password": password}, **more)


def give_code(client: Client, code: str) -> Any:
    """The second step."""
    return client.post(CODE, {"code": code})


def present_code(seed: str) -> str:
    """What an authenticator app shows now; as people do, the next one where this is about to lapse."""
    if (left := seconds_left(clock.now())) < ABOUT_TO_LAPSE:
        time.sleep(left)
    return code_of(seed, clock.now())


def log_in(user: User, seed: str) -> Client:
    """Both steps."""
    client = Client()
    assert give_password(client, user.login_id)["Location"] == CODE
    assert give_code(client, present_code(seed))["Location"] == reverse("start")
    return client


def is_in(client: Client) -> bool:
    """Whether the console opens."""
    return client.get("/console/").status_code == 200
