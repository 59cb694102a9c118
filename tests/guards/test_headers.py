"""X48: production settings pass Django's deployment checks, and every kind of answer has its headers."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from iijiot import roles
from iijiot.models import User
from tests.factories import CustomerFactory, UserFactory
from tests.guards import production
from tests.guards.conftest import NOWHERE
from tests.guards.production import Answer, Site
from tests.house.console import logged_in

LOGIN = "/account/login/"
STYLES = "/static/iijiot/failure.css"
NEEDED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
}
STRICT = ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'")


def wrong_with(path: str, answer: Answer) -> list[str]:
    """What this answer's headers lack or say too much."""
    headers = answer.headers
    wrong = [f"{name}: {headers.get(name)}" for name, value in NEEDED.items() if headers.get(name) != value]
    wrong += [f"no {part}" for part in STRICT if part not in policy(answer).values()]
    if "camera=()" not in headers.get("permissions-policy", ""):
        wrong.append("permissions-policy")
    if answer.body and "charset=utf-8" not in headers.get("content-type", "").replace('"', ""):
        wrong.append(f"content-type: {headers.get('content-type')}")
    kept = "no-store" not in headers.get("cache-control", "")
    if kept != (path == STYLES):
        wrong.append(f"cache-control: {headers.get('cache-control')}")
    if not re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", headers.get("x-request-id", "")):
        wrong.append(f"x-request-id: {headers.get('x-request-id')}")
    told = [f"{name}: {headers[name]}" for name in ("server", "x-powered-by", "via") if name in headers]
    return wrong + [f"tells a version: {line}" for line in told if re.search(r"\d", line)]


def policy(answer: Answer) -> dict[str, str]:
    """The Content-Security-Policy by directive."""
    parts = answer.headers.get("content-security-policy", "").split(";")
    return {part.split()[0]: part.strip() for part in parts if part.strip()}


@pytest.fixture
def fumi(transactional_db: None) -> User:
    """Fumi, an auditor: she reads, and may change nothing."""
    return UserFactory(login_id="fumi", name="藤 ふみ", groups=[roles.AUDITOR])


@pytest.mark.django_db(transaction=True)
def test_x48_every_kind_of_answer_has_its_headers(site: Site, fumi: User):
    session = logged_in(fumi).cookies["sessionid"].value
    customer = CustomerFactory()
    kinds: dict[str, tuple[int, Answer]] = {
        "/": (302, site.ask("/")),
        LOGIN: (200, site.ask(LOGIN)),
        STYLES: (200, site.ask(STYLES)),
        "/console/": (200, site.ask("/console/", session=session)),
        "/console/contracts/customer/": (200, site.ask("/console/contracts/customer/", session=session)),
        "/console/contracts/customer/1/": (
            200,
            site.ask(f"/console/contracts/customer/{customer.pk}/change/", session=session),
        ),
        "/console/jsi18n/": (200, site.ask("/console/jsi18n/", session=session)),
        "/console/ anonymous": (302, site.ask("/console/")),
        "not allowed": (403, site.ask("/console/contracts/customer/add/", session=session)),
        "no token": (403, site.ask(LOGIN, "POST", body="username=fumi")),
        "not found": (404, site.ask("/nothing/")),
        "not a host": (400, site.ask("/nothing/", host="elsewhere.example")),
        "language": (302, site.ask("/i18n/setlang/", session=session)),
        "TRACE": (405, site.ask("/console/", "TRACE", session=session)),
        "OPTIONS": (405, site.ask("/console/", "OPTIONS")),
    }
    for name, (status, answer) in kinds.items():
        assert (name, answer.status) == (name, status)
        assert (name, wrong_with(name, answer)) == (name, [])
    print(f"X48: {len(kinds)} kinds of answers")


@pytest.mark.django_db(transaction=True)
def test_only_the_consoles_paths_are_granted_what_the_theme_needs(site: Site):
    for path in ("/", "/nothing/", "/i18n/setlang/", STYLES, "/account/", "/consoles/"):
        assert "unsafe" not in site.ask(path).headers["content-security-policy"], path
    console = policy(site.ask("/console/"))
    assert console["script-src"] == "script-src 'self' 'unsafe-eval'"
    assert console["style-src"] == "style-src 'self' 'unsafe-inline'"
    assert {name for name, part in console.items() if "unsafe" in part} == {"script-src", "style-src"}


@pytest.mark.django_db(transaction=True)
def test_the_number_of_a_request_is_never_taken_from_outside(site: Site):
    numbers = {site.ask("/nothing/").headers["x-request-id"] for _time in range(5)}
    assert len(numbers) == 5
    assert "from-outside" not in numbers


@pytest.mark.django_db(transaction=True)
def test_production_shows_no_trace_and_sends_nobody_to_plain_http(site: Site):
    page = site.ask("/nothing/").body
    assert "Traceback" not in page
    assert "urlpatterns" not in page
    assert "照会番号" in page
    assert site.ask("/").headers["location"] == "/account/login/"


def test_x48_djangos_deployment_checks_pass_with_nothing_silenced(static: Path):
    checked = production.manage("check", "--deploy", "--fail-level", "WARNING", static=static, database=NOWHERE)
    assert checked.returncode == 0, checked.stderr
    assert "no issues (0 silenced)" in checked.stdout
    assert settings.SILENCED_SYSTEM_CHECKS == []
