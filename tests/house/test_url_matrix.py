"""X21: every address × every role × every method: who may gets an answer, who may not a refusal, and looking writes nothing."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from contracts.models.account import Role
from iijiot import access_log, roles
from iijiot.models import AccessEvent, User
from tests.factories import AccountFactory, UserFactory
from tests.house.console import admins, enter, logs, made
from tests.house.url_classes import CUSTOMER, FILLED, OWN, PUBLIC, STAFF, SYSTEMS

APP_LABEL = re.compile(r"\(\?P<app_label>[^)]*\)")
LOOKING = ("GET", "HEAD", "OPTIONS")
METHODS = (*LOOKING, "POST", "PUT", "PATCH", "DELETE")
REFUSED = {403, 302, 404, 405}
"""Nothing is shown: refused, led elsewhere, or an address or method that there is not."""
ANSWERED = {200, 302, 400, 404, 405, 409, 429}


def addresses(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every pattern of the site, whole, with the name it has."""
    for part in (resolver or get_resolver()).url_patterns:
        whole = APP_LABEL.sub("<app_label>", prefix + str(part.pattern).removeprefix("^"))
        if isinstance(part, URLResolver):
            yield from addresses(part, whole)
        elif isinstance(part, URLPattern):
            yield whole, part


@cache
def registers() -> dict[str, Any]:
    """The address of every register with its admin."""
    return {f"console/{a.model._meta.app_label}/{a.model._meta.model_name}/": a for a in [*admins(), *logs()]}


def needed(address: str) -> tuple[Any, str] | None:
    """The admin of a register's page and the right that opens it: view, add, or that of a dialog."""
    for start, admin in registers().items():
        if address.startswith(start):
            rest = address.removeprefix(start)
            return admin, "add" if rest == "add/" else "view"
    return None


def filled(address: str, record: Any) -> str:
    """A pattern as an address that can be asked for."""
    for place, value in FILLED.items():
        address = address.replace(place, value)
    return "/" + address.replace("<path:object_id>", str(record.pk) if record else "1").removesuffix("$")


def test_every_address_is_in_one_class():
    unclassed = [
        address
        for address, _part in addresses()
        if address not in PUBLIC | OWN | STAFF | CUSTOMER | SYSTEMS and needed(address) is None
    ]
    assert unclassed == [], "say in tests/house/url_classes.py who may open it: PUBLIC, OWN, STAFF, CUSTOMER or SYSTEMS"
    known = {address for address, _part in addresses()}
    assert known >= PUBLIC | OWN | STAFF | CUSTOMER | SYSTEMS, "a line there is of no address any more"
    print(f"{len(known)} addresses")
    assert len(known) >= 130


PEOPLE: dict[str, dict[str, Any] | None] = {
    **{name: {"groups": [name]} for name in roles.LABELS},
    "nobody": None,
    "customer A": {"customer_side": True},
    "customer B": {"customer_side": True},
    **{f"{role} of a customer": {"customer_side": True, "role": role} for role in Role.values},
    "staff without rights": {},
    "superuser": {"is_superuser": True},
    "switched off": {"groups": [roles.DESK]},
}
"""Everybody who could come: each role of the staff, customers, nobody, and who was switched off."""


def user_of(client: Client) -> Any:
    """Who is logged in with a browser."""
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


def expected(address: str, user: Any) -> set[int]:
    """The answers that this person may get."""
    if address in PUBLIC:
        return ANSWERED | {403}  # a form without its token, a page that asks for the first step
    if address in SYSTEMS:
        return {400, 401, 405}
    if user is None or not user.is_active:
        return {302}
    return of_somebody(address, user)


def of_somebody(address: str, user: User) -> set[int]:
    """The answers that somebody may get who has logged in."""
    if address in OWN:
        return ANSWERED | {403}
    if address in CUSTOMER:
        return ANSWERED | {403} if hasattr(user, "account") else {403}
    if not user.is_staff:
        return {302, 403}
    page = needed(address)
    if page is None:
        return ANSWERED | {403}
    admin, right = page
    meta = admin.model._meta
    if right == "add":
        return ANSWERED | {403} if user.has_perm(f"{meta.app_label}.add_{meta.model_name}") else REFUSED
    may_see = any(user.has_perm(f"{meta.app_label}.{act}_{meta.model_name}") for act in ("view", "change"))
    return ANSWERED | {403} if may_see else REFUSED


def test_there_are_people_and_cases_enough():
    cases = len(list(addresses())) * len(PEOPLE) * len(METHODS)
    print(f"{cases} cases: {len(PEOPLE)} people, {len(METHODS)} methods")
    assert len(PEOPLE) >= 12
    assert cases >= 10_000


def methods(place: int, who: str, may: bool) -> Iterator[str]:
    """All but HEAD where the answer is a refusal; of what is answered GET, and of what draws the page again a part.

    There POST is sent to each address by every fourth person and by each to every fourth address; everywhere HEAD, which
    is GET without its body, likewise by every eighth.
    """
    turn = place + list(PEOPLE).index(who)
    left_out = {"HEAD": turn % 8, "POST": may and turn % 4}
    return (method for method in METHODS if not left_out.get(method))


def walked(
    browser: Client, user: Any, address: str, asked: Iterator[str], records: dict[str, Any], recorder: Any
) -> Iterator[str]:
    """What was wrong with the answers of one address to these methods; those come first that write nothing."""
    record = next((row for start, row in records.items() if address.startswith(start)), None)
    place, may = filled(address, record), expected(address, user)
    recorder.forget()
    looks = True
    for method in asked:
        if looks and method not in LOOKING:
            looks = False
            yield from wrote(address, recorder)
        answer = browser.generic(method, place)
        status = answer.status_code
        if answer.streaming:
            answer.getvalue()
        refused_anyway = method not in ("GET", "HEAD", "POST") and status in (403, 405)
        if status not in may and not refused_anyway:
            yield f"{method} {address}: {status}"
        if user is None and status == 200 and address not in PUBLIC:
            yield f"{method} {address}: shown to nobody in particular"


def wrote(address: str, recorder: Any) -> Iterator[str]:
    """What looking at an address has written."""
    if rows := recorder.entries(side="row"):
        yield f"looking at {address} ({', '.join(LOOKING)}) wrote: {rows[:3]}"


@pytest.mark.long
@pytest.mark.unrecorded("switches a user off, as the walk needs one")
@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_what_he_may_and_nothing_else(db, recorder, who):
    records = {start: made(admin.model) for start, admin in registers().items() if admin in admins()}
    access_log.note(AccessEvent.Kind.LOGIN, None, who="somebody")
    browser, shape = Client(), PEOPLE[who]
    if shape is not None:
        role = shape.get("role")
        somebody = UserFactory(**{name: value for name, value in shape.items() if name != "role"})
        if role:
            AccountFactory(user=somebody, role=role, must_renew_password=False)
        enter(browser, somebody)
    user = user_of(browser)
    if who == "switched off":
        QuerySet(User).filter(pk=user.pk).update(is_active=False)
        user.is_active = False
    wrong = [
        said
        for place, (address, _part) in enumerate(addresses())
        if "logout" not in address  # that would end the walk
        for said in walked(
            browser, user, address, methods(place, who, 200 in expected(address, user)), records, recorder
        )
    ]
    assert not wrong, "\n".join(wrong[:60])
