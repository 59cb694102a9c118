"""X35: whether a login ID exists cannot be told from the login's answers, nor from how long they take."""

import re
import statistics
import time
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from iijiot.records import chapter
from tests.factories import AccountFactory, UserFactory
from tests.factories.base import MAKER
from tests.factories.users import PASSWORD
from tests.login.steps import LOGIN

WRONG = "kono-aikotoba-de-wa-nai"
TIMINGS = 200
CLOSE = 0.10
ATTEMPTS = 5
CHANGING = {"X-Request-ID", "Set-Cookie"}
"""Headers that differ with every answer."""


class SomeWork(PBKDF2PasswordHasher):
    """The real way of hashing with fewer rounds: enough that one hash more or less is most of an answer's time."""

    iterations = 40_000


@pytest.fixture
def hashing(settings):
    """Passwords are hashed as they really are, and nobody is held up."""
    settings.PASSWORD_HASHERS = [f"{__name__}.SomeWork"]
    limits = ("login", "login_failed", "failed_from_address")
    settings.ACCOUNT_RATE_LIMITS = {name: f"100000/15m/{'key' if name == 'login_failed' else 'ip'}" for name in limits}


@pytest.fixture
def known(db, hashing) -> dict[str, str]:
    """A login ID of each kind that there is, beside two that nobody has."""
    off, locked = UserFactory(login_id="gone", is_active=False), AccountFactory()
    fresh = UserFactory(login_id="fresh")
    with chapter(actor=MAKER):
        fresh.set_unusable_password()
        fresh.save()
    return {
        "staff": UserFactory(login_id="ben").login_id,
        "customer": locked.login_id,
        "switched off": off.login_id,
        "without a password": fresh.login_id,
        "unknown": "nobody",
        "no login ID at all": "no body@example.com",
    }


def answer(login_id: str, password: str = WRONG) -> Any:
    """What comes back."""
    return Client().post(LOGIN, {"login": login_id, "password": password})


def seen(login_id: str, password: str = WRONG) -> tuple[int, dict[str, str], set[str], str]:
    """Everything of an answer that could tell something: status, headers, names of cookies, the page."""
    came = answer(login_id, password)
    body = came.content.decode().replace(login_id, "…")
    body = re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", body)
    headers = {name: value for name, value in came.headers.items() if name not in CHANGING}
    headers.pop("Content-Length", None)  # the login ID that was typed stands in the page
    return came.status_code, headers, set(came.cookies), body


def test_every_login_id_gets_the_same_answer(known):
    with time_machine.travel("2026-11-25 10:00+09:00", tick=False):
        compare(known)


def compare(known: dict[str, str]) -> None:
    """Each kind's answer with that of a login ID that nobody has."""
    answers = {kind: seen(login_id) for kind, login_id in known.items()}
    answers["switched off, right password"] = seen(known["switched off"], PASSWORD)
    first = answers.pop("unknown")
    assert first[0] == 200
    for kind, told in answers.items():
        assert told == first, kind


def test_the_sixth_wrong_password_is_refused_whoever_it_is(db):
    UserFactory(login_id="ben")
    assert [[answer(name).status_code for _n in range(7)] for name in ("ben", "nobody")] == [[200] * 5 + [429] * 2] * 2


def test_every_login_id_asks_the_database_as_much(known):
    asked = {}
    for kind, login_id in known.items():
        answer(login_id)
        with CaptureQueriesContext(connection) as captured:
            answer(login_id)
        asked[kind] = len(captured)
    assert len(set(asked.values())) == 1, asked


def processor_time(login_id: str) -> float:
    """What an answer takes of the processor, so that what else the machine does is not counted."""
    began = time.thread_time()
    answer(login_id)
    return time.thread_time() - began


def hash_time() -> float:
    """The same of one hash alone."""
    began = time.thread_time()
    SomeWork().encode(WRONG, "salt" * 6)
    return time.thread_time() - began


def quick(times: list[float]) -> float:
    """The time that a quarter does not reach: a busy machine makes answers slower, never quicker."""
    return statistics.quantiles(times, n=4)[0]


def test_every_login_id_takes_as_long(known):
    """Two hundred answers, half of them to login IDs that nobody has, each beside one to a login ID of some kind.

    What is really quicker or slower is so each time; so what looks like it is measured again.
    """
    kinds = ("staff", "switched off", "without a password")
    for kind in kinds:
        for _attempt in range(ATTEMPTS):
            times: dict[str, list[float]] = {kind: [], "unknown": []}
            for turn in range(TIMINGS // 6 + 1):
                for each in sorted(times, reverse=bool(turn % 2)):  # neither always comes first
                    times[each].append(processor_time(known[each]))
            taken, unknown = quick(times[kind]), quick(times["unknown"])
            print(f"X35: {kind} {taken * 1000:.1f} ms, unknown {unknown * 1000:.1f} ms")
            if max(taken, unknown) <= min(taken, unknown) * (1 + CLOSE):
                break
        else:
            pytest.fail(f"{kind}: {taken * 1000:.1f} ms, but {unknown * 1000:.1f} ms for a login ID that nobody has")
    assert quick([hash_time() for _n in range(10)]) > 1.5 * CLOSE * taken, "a hash that is left out would not be seen"


@pytest.mark.parametrize(
    "path", ["password/reset/", "signup/", "email/", "confirm-email/", "inactive/", "invitations/"]
)
def test_there_is_no_other_page_that_takes_a_name(client, db, path):
    assert client.get(f"/account/{path}").status_code == 404
    assert client.post(f"/account/{path}", {"email": "ben@example.co.jp"}).status_code == 404
