"""How somebody gets into the console with a browser: the one place that knows the steps."""

import shutil
import sys
from collections.abc import Callable

from playwright.sync_api import Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
NO_CHROMIUM = "No Chromium here. Install Debian's package: apt-get install chromium fonts-noto-cjk"


def chromium() -> str | None:
    """Debian's Chromium, where there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def chromium_or_leave() -> str:
    """The same; without one it ends the process with a sentence."""
    return chromium() or sys.exit(NO_CHROMIUM)


def log_in(page: Page, login_id: str, password: str, code: Callable[[], str] | None = None) -> None:
    """From the login page to the home page; the demo's own people read their code from the page."""
    page.goto("/console/login/")
    get_in(page, login_id, password, code)
    if not page.url.endswith("/console/"):
        raise AssertionError(f"{login_id} does not get in.")


def log_in_at_portal(page: Page, login_id: str, password: str) -> None:
    """From the login page to the portal's home, by password alone."""
    page.goto("/account/login/?next=/portal/")
    page.fill("#id_login", login_id)
    page.fill("#id_password", password)
    with page.expect_navigation(url="**/portal/"):
        page.keyboard.press("Enter")


def get_in(page: Page, login_id: str, password: str, code: Callable[[], str] | None = None) -> None:
    """From a login page that is open to the page behind it."""
    page.fill("#id_login", login_id)
    page.fill("#id_password", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/code/**")
    for _try in range(8):
        page.fill("#id_code", code() if code else page.locator(".login-code").inner_text())
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if "/login/" not in page.url:
            return
        page.wait_for_timeout(5_000)  # a code counts once: wait for the next
        page.goto(page.url)
    raise AssertionError(f"{login_id} does not get in.")
