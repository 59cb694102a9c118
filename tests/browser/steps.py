"""What people do at the console, in the words that they read there: the one place that knows how dialogs are clicked."""

import re

from django.utils import translation
from playwright.sync_api import Locator, Page, expect

PATIENCE = 60_000
"""Milliseconds that a page may take before a test gives it up: many times what it takes on a machine with time."""


def ja(words: str, **filled: str) -> str:
    """What stands on the screen for a msgid."""
    with translation.override("ja"):
        shown = translation.gettext(words)
    return shown % filled if filled else shown


def follow(page: Page, control: Locator) -> None:
    """Click what leads to another page or sends a form, and wait for the page that comes.

    The click alone is over before the old page is gone, and who looks then looks at the old one.
    """
    with page.expect_navigation():
        control.click()


def open_customer(page: Page, name: str) -> None:
    """From the list of customers to the page of one."""
    page.goto("/console/contracts/customer/")
    follow(page, page.get_by_role("row").filter(has_text=name).get_by_role("link").first)
    expect(page.locator("body")).to_contain_text(name)


def press(page: Page, words: str) -> None:
    """Press one of the buttons at the head of an object's page."""
    follow(page, page.locator(".console-head").get_by_role("link", name=words, exact=True))


def do(page: Page, words: str, **typed: str) -> None:
    """Carry an act out by its dialog: open, fill in, look at the preview where there is one, confirm."""
    press(page, words)
    type_in(page, **typed)
    look(page)
    confirm(page, words)


def type_in(page: Page, **typed: str) -> None:
    """Fill in fields of the form by their names."""
    for name, value in typed.items():
        field = page.locator(f"form [name={name}]")
        field.select_option(value) if field.evaluate("field => field.tagName") == "SELECT" else field.fill(value)


def look(page: Page) -> None:
    """Ask for the preview, where the dialog does not show it already."""
    if not confirmation(page).count():
        asked = page.get_by_role("button", name=ja("Show what will happen"), exact=True)
        if asked.count():
            follow(page, asked)


def confirm(page: Page, words: str) -> None:
    """Press the button that does it, and wait until it is done. Fails where the dialog comes again."""
    before = page.url
    confirmed = confirmation(page)
    if (number := page.locator("label[for=typed_number] strong")).count():
        page.locator("#typed_number").fill(number.inner_text())
    follow(page, confirmed if confirmed.count() else page.get_by_role("button", name=words, exact=True))
    assert page.url != before, page.locator("[role=alert]").all_inner_texts()


def confirmation(page: Page) -> Locator:
    """The button that confirms a preview."""
    return page.get_by_role("button", name=re.compile(f"{ja('Confirm: %(act)s', act='')}$"))


def save(page: Page) -> None:
    """Save the form of a record."""
    follow(page, page.locator("[name=_save]").first)


LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => window.violations.push(
  `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
"""
"""Lets a page keep what its policy refuses."""


def violations(page: Page) -> list[str]:
    """What the browser refused on this page."""
    return [f"{page.url} {violation}" for violation in page.evaluate("window.violations")]
