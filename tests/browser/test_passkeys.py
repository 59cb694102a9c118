"""A customer's user sets up a passkey, gets in by it alone or as the second step, and takes it away; under the strict policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from contracts.models import Account
from iijiot.models import AccessEvent
from iijiot.records import fresh
from tests.browser.steps import LISTEN
from tests.browser.test_login import faults
from tests.factories import AccountFactory
from tests.factories.users import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FINGER = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
          "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


@pytest.fixture
def account(transactional_db: None) -> Account:
    """A viewer of some company."""
    account: Account = AccountFactory(role="viewer", must_renew_password=False)
    return account


@pytest.fixture
def telephone(window: Callable[..., BrowserContext]) -> tuple[Page, list[str]]:
    """A browser with a fingerprint reader, and what it complains of."""
    context = window(viewport={"width": 360, "height": 740})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    told: list[str] = []
    page.add_init_script(LISTEN)
    page.on("pageerror", lambda error: told.append(f"{page.url} {error}"))
    page.on("console", lambda said: told.append(f"{page.url} {said.text}") if said.type == "error" else None)
    return page, told


def give_password(page: Page, account: Account) -> None:
    """The first step."""
    page.goto("/account/login/")
    page.fill("#id_login", account.login_id)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")


def log_out(page: Page) -> None:
    """Out of the portal, by its menu, which a telephone shows closed."""
    page.locator(".menu > summary").click()
    page.get_by_role("button", name="ログアウト").click()
    page.wait_for_url("**/account/login/")


def test_a_passkey_opens_the_login_alone_and_as_the_second_step(
    telephone: tuple[Page, list[str]], account: Account
) -> None:
    page, told = telephone
    give_password(page, account)
    page.wait_for_url("**/portal/")
    page.goto("/account/second-factor/passkeys/new/")
    found = faults(page)
    page.fill("#id_name", "電話")
    page.click("#passkey_add")
    page.wait_for_url("**/second-factor/codes/")
    expect(page.locator(".login-codes code")).to_have_count(10)
    page.goto("/account/second-factor/")
    expect(page.get_by_text("電話", exact=True).first).to_be_visible()
    found += faults(page)
    assert fresh(account.user).second_factor_at

    log_out(page)
    found += faults(page)
    page.click("#passkey_login")
    page.wait_for_url("**/portal/")

    log_out(page)
    give_password(page, account)
    page.wait_for_url("**/login/code/")
    found += faults(page)
    page.click("#passkey_use")
    page.wait_for_url("**/portal/")

    page.goto("/account/second-factor/")
    page.get_by_role("link", name="削除 電話").click()
    found += faults(page)
    page.locator("main .button.is-danger").click()
    page.wait_for_url("**/second-factor/")
    assert fresh(account.user).second_factor_at is None
    log_out(page)
    give_password(page, account)
    page.wait_for_url("**/portal/")
    assert not found, "\n".join(found)
    assert not told, "\n".join(told)
    kinds = AccessEvent.objects.filter(kind="second-factor").values_list("detail", flat=True)
    assert {"set up: webauthn", "taken away: webauthn"} <= set(kinds)


def test_without_a_passkey_of_ours_it_says_what_to_do(telephone: tuple[Page, list[str]], account: Account) -> None:
    page, _told = telephone
    page.goto("/account/login/")
    page.click("#passkey_login")
    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    give_password(page, account)
    page.wait_for_url("**/portal/")


def test_pages_of_new_passwords_are_accessible(window: Callable[..., BrowserContext], account: Account) -> None:
    for scheme in ("light", "dark"):
        page = window(color_scheme=scheme).new_page()
        found = []
        for address in (
            "/account/password/forgotten/",
            "/account/password/forgotten/sent/",
            "/account/password/new/1/x/",
        ):
            page.goto(address)
            found += faults(page)
        assert not found, "\n".join(found)
