"""X33: staff pass a second factor before anything else; codes are good once; seeds cannot be read in a dump."""

from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from iijiot.login import demo, second_factor, seeds
from iijiot.login.middleware import OPEN_BEFORE_ENROLMENT
from iijiot.models import AccessEvent, User
from iijiot.probes import PROBES
from iijiot.records import chapter
from iijiot.worlds import seed_of
from tests.acts import again
from tests.console.conftest import what_was_shown
from tests.factories import UserFactory
from tests.factories.base import MAKER
from tests.factories.users import PASSWORD
from tests.house.console import enter, page
from tests.login.steps import CODE, ENROL, give_code, give_password, is_in, log_in, present_code, with_second_factor

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def routes(patterns: Any = None, before: str = "", names: str = "") -> list[tuple[str, str]]:
    """Every route of the site: its name, and an address that leads there."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + _filled(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, route, f"{names}{pattern.namespace}:" if pattern.namespace else names)
        elif isinstance(pattern, URLPattern):
            found.append((f"{names}{pattern.name}", "/" + route))
    return found


def _filled(route: str) -> str:
    for part, value in (
        ("<path:object_id>", "1"), ("<slug:slug>", "x"), ("<path:content_type_id>", "1"), ("<int:content_type_id>", "1"),
        ("<app_label>", "iijiot"), ("(?P<app_label>iijiot|contracts|sims|billing)", "iijiot"),
    ):  # fmt: skip
        route = route.replace(part, value)
    return route.lstrip("^").rstrip("$").replace("(?P<url>.*)", "somewhere")


def enrol(browser: Client) -> Any:
    """Set up the app: the page shows the seed, the first code goes back."""
    seed = browser.get(ENROL).context["seed"].replace(" ", "")
    return seed, browser.post(ENROL, {"code": present_code(seed)})


def test_before_enrolment_no_route_opens_by_any_method_but_the_enrolment(ben):
    with chapter(actor=MAKER):
        ben.is_superuser = True
        ben.save()
    browser = Client()
    assert give_password(browser, "ben").status_code == 302
    seen = 0
    for name, address in routes():
        if name in OPEN_BEFORE_ENROLMENT or "(?P" in address or address in PROBES:
            continue
        for method in METHODS:
            answer = browser.generic(method, address)
            refused = {(404, None)} if method in ("GET", "HEAD", "POST") else {(405, None)}
            assert (answer.status_code, answer.get("Location")) in {(302, ENROL), *refused}, (name, method, address)
            seen += answer.status_code in (302, 405)
    print(f"X33: {seen} of {len(routes())} routes x {len(METHODS)} methods lead to the enrolment or are refused")
    assert seen > 500
    assert browser.get(ENROL).status_code == 200


def test_enrolling_opens_the_console_and_shows_recovery_codes_once(ben):
    browser = Client()
    give_password(browser, "ben")
    seed, answer = enrol(browser)
    assert answer["Location"] == "/account/second-factor/codes/"
    codes = browser.get(answer["Location"]).context["unused_codes"]
    assert len(codes) == 10
    assert "****" in browser.get(answer["Location"]).context["unused_codes"]
    assert is_in(browser)
    assert again(ben).second_factor_at is not None
    assert ben.history.latest("history_id").history_user_id == ben.pk
    other = Client()
    give_password(other, "ben")
    assert give_code(other, codes[0][:4] + "-" + codes[0][4:])["Location"] == reverse("start")
    assert seed != seed_of("ben")


def test_a_code_is_good_once(ben):
    seed = with_second_factor(ben)
    with time_machine.travel("2026-11-25 10:00+09:00", tick=False) as now:
        code = present_code(seed)
        log_in(ben, seed)
        browser = Client()
        give_password(browser, "ben")
        refused = give_code(browser, code)
        assert refused.context["form"].errors["code"]
        assert not is_in(browser)
        now.shift(30)
        assert give_code(browser, present_code(seed)).status_code == 302


def test_the_code_that_enrolled_is_used_up(ben):
    with time_machine.travel("2026-11-25 10:00+09:00", tick=False):
        first = Client()
        give_password(first, "ben")
        seed, _answer = enrol(first)
        browser = Client()
        give_password(browser, "ben")
        assert give_code(browser, present_code(seed)).context["form"].errors["code"]


def test_a_recovery_code_is_good_once(ben):
    with_second_factor(ben)
    (codes,) = Authenticator.objects.filter(user=ben, type="recovery_codes")
    code = codes.wrap().generate_codes()[3]
    first, second = Client(), Client()
    give_password(first, "ben")
    assert give_code(first, code).status_code == 302
    give_password(second, "ben")
    assert give_code(second, code).context["form"].errors["code"]
    assert AccessEvent.objects.filter(kind="second-factor", detail="recovery code used", who="ben").count() == 1


def test_no_seed_and_no_code_can_be_read_in_the_database(ben):
    seed = with_second_factor(ben)
    totp, codes = Authenticator.objects.filter(user=ben).order_by("-type")
    secrets = [seed, seeds.decrypt(codes.data["seed"]), *codes.wrap().generate_codes()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        dump = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT session_data FROM django_session")
        dump += " ".join(row[0] for row in cursor.fetchall())
    assert not [secret for secret in secrets if secret in dump]
    assert seeds.decrypt(totp.data["secret"]) == seed
    print(f"X33: {len(secrets)} secrets looked for")


def test_seeds_live_through_a_change_of_the_secret_key(ben, settings):
    seed = with_second_factor(ben)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    settings.SECRET_KEY_FALLBACKS = [old]
    assert is_in(log_in(ben, seed))
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FALLBACKS"):
        seeds.decrypt(second_factor.of(ben).data["secret"])


def test_a_new_password_does_not_skip_it(ben):
    with_second_factor(ben)
    with chapter(actor=MAKER):
        ben.set_password("umi-to-yama-0925")
        ben.save()
    browser = Client()
    assert give_password(browser, "ben", "umi-to-yama-0925")["Location"] == CODE
    assert not is_in(browser)


def test_whoever_has_the_password_alone_cannot_replace_the_device(ben):
    """A session from before the enrolment gets no further than giving the code."""
    before = Client()
    give_password(before, "ben")
    with_second_factor(ben)
    assert before.get(ENROL)["Location"].startswith("/account/again/code/")
    assert before.post(ENROL, {"code": "123456"})["Location"].startswith("/account/again/code/")
    assert not is_in(before)


def test_moving_to_another_device_ends_the_old_seed_and_the_other_sessions(ben):
    seed = with_second_factor(ben)
    browser, elsewhere = Client(), None
    with time_machine.travel("2026-11-25 10:00+09:00", tick=False) as now:
        elsewhere = log_in(ben, seed)
        now.shift(60)
        browser = log_in(ben, seed)
        new, answer = enrol(browser)
        assert answer["Location"] == "/account/second-factor/"
        assert is_in(browser)
        assert not is_in(elsewhere)
        now.shift(60)
        other = Client()
        give_password(other, "ben")
        assert give_code(other, present_code(seed)).status_code == 200
        assert give_code(other, present_code(new)).status_code == 302


def test_an_operator_resets_it_with_a_reason_and_the_user_is_out_everywhere(ben):
    seed = with_second_factor(ben)
    bens = log_in(ben, seed)
    operator = enter(Client(), UserFactory(login_id="gota", groups=["operator"]))
    address = page(ben, "do", "reset-second-factor")
    assert operator.post(address, {"step": "confirm"}).context["form"].errors["reason"]
    shown = operator.post(address, {"step": "preview", "reason": "端末紛失、対面で確認"})
    assert is_in(bens), "looking ends nothing"
    confirmed = {"step": "confirm", "version": shown.context["version"], **what_was_shown(shown)}
    done = operator.post(address, confirmed | {"reason": "端末紛失、対面で確認"})
    assert done.status_code == 302
    assert not is_in(bens)
    told = ben.history.latest("history_id")
    assert (told.history_actor, told.history_change_reason, told.second_factor_at) == (
        "Gota", "端末紛失、対面で確認", None
    )  # fmt: skip
    assert AccessEvent.objects.filter(kind="second-factor", detail__contains="reset: ben").exists()
    assert not Authenticator.objects.filter(user=ben).exists()
    browser = Client()
    assert give_password(browser, "ben")["Location"] == reverse("start")
    assert browser.get("/console/")["Location"] == ENROL
    assert operator.post(address, {"step": "confirm", "reason": "もう一度"}).status_code == 409


def test_the_last_operator_resets_it_by_command(ben):
    with_second_factor(ben)
    out = StringIO()
    call_command("reset_second_factor", "ben", "--reason", "phone lost", stdout=out)
    assert "at the next login" in out.getvalue()
    with pytest.raises(CommandError, match="二段階認証"):
        call_command("reset_second_factor", "ben", "--reason", "phone lost")
    with pytest.raises(CommandError, match="no user"):
        call_command("reset_second_factor", "nobody", "--reason", "x")


def demo_user(login_id: str = "desk") -> User:
    user = UserFactory(login_id=login_id)
    with chapter(actor=MAKER):
        second_factor.enrol(user, seed_of(login_id))
    return user


def test_the_demo_shows_the_present_code_under_debug_alone(db, settings):
    user, browser = demo_user(), Client()
    give_password(browser, "desk")
    assert demo.present_code(user) == ""
    assert "console-warning" not in browser.get(CODE).content.decode()
    settings.DEBUG = True
    assert demo.present_code(user) in browser.get(CODE).content.decode()


def test_the_demo_shows_no_code_of_a_real_seed_or_another_user(db, settings):
    settings.DEBUG = True
    own = UserFactory(login_id="billing")
    with_second_factor(own)
    other = UserFactory(login_id="other")
    with chapter(actor=MAKER):
        second_factor.enrol(other, seed_of("other"))
    for user in (own, other, UserFactory(login_id="stock")):
        assert demo.present_code(user) == ""


def test_customers_need_none_and_do_not_get_into_the_console(aoi):
    browser = Client()
    assert give_password(browser, "aoi", PASSWORD)["Location"] == reverse("start")
    assert browser.get("/console/", follow=True).status_code == 403
