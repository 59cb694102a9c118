"""A browser, Debian's Chromium, and people logged in with it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from contracts.models import Account
from iijiot.login import second_factor
from iijiot.models import User
from iijiot.records import chapter
from tests.browser import portal_pages
from tests.browser.login import ARGUMENTS, NO_CHROMIUM, chromium, log_in
from tests.browser.steps import LISTEN, PATIENCE
from tests.factories import AccountFactory
from tests.factories.base import MAKER
from tests.factories.sims import LineFactory, SimCardFactory
from tests.factories.worlds import House, house
from tests.house.console import logged_in
from tests.login.steps import present_code
from tests.portal import addresses
from tests.portal.test_home import filled_with

PASSWORD = "hitsuji-no-mure-07"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    program = chromium()
    if program is None:
        pytest.skip(NO_CHROMIUM)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def window(browser: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Open the browser of somebody new; keywords shape it."""
    contexts = []

    def opened(**shape: Any) -> BrowserContext:
        shape = {"locale": "ja-JP", "viewport": {"width": 1366, "height": 900}, **shape}
        context = browser.new_context(base_url=live_server.url, timezone_id="Asia/Tokyo", **shape)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def enter(window: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Log in as somebody and get the page; further keywords shape the browser."""

    def logged_in(user: User, **shape: Any) -> Page:
        seed = generate_totp_secret()
        with chapter(actor=MAKER):
            user.set_password(PASSWORD)
            Authenticator.objects.filter(user=user).delete()
            second_factor.enrol(user, seed)
        page = window(**shape).new_page()
        log_in(page, user.login_id, PASSWORD, lambda: present_code(seed))
        return page

    return logged_in


@pytest.fixture
def watched(enter: Callable[..., Page]) -> Callable[..., tuple[Page, list[str]]]:
    """A page of a user's browser, and what it complains of: broken policies and errors of scripts."""

    def watch(user: User, **shape: Any) -> tuple[Page, list[str]]:
        page = enter(user, **shape)
        told: list[str] = []
        page.add_init_script(LISTEN)
        page.on("pageerror", lambda error: told.append(f"{page.url} {error}"))
        page.on(
            "console",
            lambda message: told.append(f"{page.url} {message.text}") if message.type in ("error", "warning") else None,
        )
        return page, told

    return watch


@pytest.fixture
def manager(aois_company: Any, aoi: Any) -> Account:
    """Aoi, who decides for her company."""
    return AccountFactory(customer=aois_company, user=aoi, role="manager", must_renew_password=False)


@pytest.fixture
def let_in(window: Callable[..., BrowserContext], live_server: Any) -> Callable[..., Page]:
    """A page of somebody who has logged in already, so that a walk does not begin with a login."""

    def opened(account: Account, language: str = "ja", **shape: Any) -> Page:
        client: Client = logged_in(account.user)
        context = window(**shape)
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        page.add_init_script(LISTEN)
        return page

    return opened


@pytest.fixture
def every_page(manager: Account) -> dict[str, str]:
    """One address of every page, each with something on it."""
    filled_with(manager.customer, 1)
    of_records = {name: addresses.filled(name, manager.customer) for name in addresses.of_records()}
    found = {**addresses.lists(), **of_records, "use": addresses.FOR_ALL["use"]}
    return {name: address for name, address in found.items() if name not in portal_pages.FILES}


@pytest.fixture
def world(manager: Account) -> House:
    """Everything that her company has, a line with its card among it."""
    world = house(manager.customer)
    SimCardFactory(lent=True, line=LineFactory(contract=world.mobile_access))
    LineFactory(contract=world.mobile_access)
    return world
