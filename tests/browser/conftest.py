"""A browser, Debian's Chromium, and people logged in with it."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from playwright.sync_api import Browser, Page, sync_playwright

from iijiot import clock
from iijiot.login import second_factor
from iijiot.login.codes import code_of
from iijiot.models import User
from iijiot.records import chapter
from tests.factories.base import MAKER

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "hitsuji-no-mure-07"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    if CHROMIUM is None:
        pytest.skip("No Chromium here: install Debian's package chromium to run the browser tests.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def enter(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Log in as somebody and get the page; further keywords shape the browser."""
    contexts = []

    def logged_in(user: User, **shape: Any) -> Page:
        seed = generate_totp_secret()
        with chapter(actor=MAKER):
            user.set_password(PASSWORD)
            Authenticator.objects.filter(user=user).delete()
            second_factor.enrol(user, seed)
        shape = {"locale": "ja-JP", "viewport": {"width": 1366, "height": 900}, **shape}
        context = browser.new_context(base_url=live_server.url, timezone_id="Asia/Tokyo", **shape)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/console/login/")
        page.fill("#id_login", user.login_id)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/login/code/")
        page.fill("#id_code", code_of(seed, clock.now()))
        page.keyboard.press("Enter")
        page.wait_for_url("**/console/")
        return page

    yield logged_in
    for context in contexts:
        context.close()
