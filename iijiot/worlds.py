"""Invented worlds to look at and to practise in: each app builds its part, the `demo` command asks all of them."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.db import connection, transaction

from iijiot import clock, roles
from iijiot.actors import Actor
from iijiot.database_roles import as_owner
from iijiot.login import second_factor
from iijiot.models import User
from iijiot.recorded import recorded_models
from iijiot.records import chapter

MOST = 100
"""People of customers among whom those of the demo are looked for."""
SIZES = ("small", "office", "big")
PASSWORD = "mihon-no-aikotoba"  # noqa: S105 - of invented users on a developer's machine
STAFF = {
    roles.DESK: "見本 さくら",
    roles.BILLING: "見本 かえで",
    roles.STOCK: "見本 すぎ",
    roles.APPROVER: "見本 けやき",
    f"{roles.APPROVER}2": "見本 かしわ",
    roles.AUDITOR: "見本 ひのき",
    roles.OPERATOR: "見本 くすのき",
}
"""Login IDs and names; each is in the group of the same name, but for the digit: some acts need two."""


Told = Callable[[float], None]
"""Hears how much of a part is built, from 0 to 1."""


@dataclass(frozen=True)
class Part:
    """What one app adds to the world: `build(size, today, seed, told)` makes the same rows for the same arguments."""

    name: str
    build: Callable[[str, date, int, Told], None]
    is_there: Callable[[], bool]
    last: bool = False
    """Whether it is built when all others are there."""


_parts: list[Part] = []


def populate(part: Part) -> None:
    """Register a part of an app; parts are built in the order of registration, but for those that come last."""
    _parts.append(part)


def parts() -> Sequence[Part]:
    """All parts, the staff first: they act in the others."""
    return (Part("staff", _build_staff, User.objects.exists), *sorted(_parts, key=lambda part: part.last))


def already_there() -> list[str]:
    """Names of the parts for which the database has rows already, invented or real."""
    return [part.name for part in parts() if part.is_there()]


def build(size: str, today: date, seed: int, told: Callable[[str, float], None] = lambda name, done: None) -> None:
    """Build the whole world in one transaction: all of it, or nothing."""
    with transaction.atomic(), clock.standing_still(clock.midnight(today) + timedelta(minutes=10)):
        for part in parts():
            told(part.name, 0)
            part.build(size, today, seed, partial(told, part.name))
            told(part.name, 1)


def builder(size: str) -> AbstractContextManager[None]:
    """As whom a world is built: the biggest as the owner of the tables, who can load them without their indexes."""
    return as_owner() if size == SIZES[-1] else nullcontext()


def settle() -> None:
    """Let the database's planner know what there is now."""
    if connection.in_atomic_block:
        return  # what nobody else sees yet has no statistics either
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def counts() -> dict[str, int]:
    """How many rows of each kind of record there are."""
    found = {str(model._meta.verbose_name_plural): model._base_manager.count() for model in recorded_models()}
    return {name: count for name, count in found.items() if count}


def clerk(login_id: str) -> Actor:
    """An invented member of staff as the actor of what is built."""
    return Actor.staff(User.objects.get(login_id=login_id))


def seed_of(login_id: str) -> str:
    """The invented seed of an invented user's second factor: it keeps no secret."""
    return base64.b32encode(hashlib.sha256(f"demo {login_id}".encode()).digest()[:20]).decode()


def logins() -> list[tuple[User, bool]]:
    """The invented staff, each with whether the password is still the invented one."""
    users = {user.login_id: user for user in User.objects.filter(login_id__in=STAFF)}
    known: dict[str, bool] = {}
    for user in users.values():
        if user.password not in known:
            known[user.password] = check_password(PASSWORD, user.password)
    return [(users[login], known[users[login].password]) for login in STAFF if login in users]


def customers_logins() -> list[User]:
    """The invented people of customers who get in with the invented password."""
    users = list(User.objects.filter(is_staff=False, is_active=True).exclude(password="").order_by("login_id")[:MOST])
    good = {hashed for hashed in {user.password for user in users} if check_password(PASSWORD, hashed)}
    return [user for user in users if user.password in good]


@cache
def invented_password() -> str:
    """The invented password as it is stored: hashed once for all, which is slow on purpose."""
    return make_password(PASSWORD)


def _build_staff(size: str, today: date, seed: int, told: Told) -> None:
    """One member of staff for each group."""
    with chapter(actor=Actor.command("demo"), clause="G5.5"):
        for login_id, name in STAFF.items():
            user = User(login_id=login_id, name=name, is_staff=True)
            user.password = invented_password()
            user.save()
            user.groups.add(Group.objects.get(name=login_id.rstrip("2")))
            if settings.DEBUG:
                second_factor.enrol(user, seed_of(login_id))
