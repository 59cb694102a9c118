"""What people do at the console, in the words that they read there: the one place that knows how dialogs are clicked."""

import re

from django.utils import translation
from playwright.sync_api import Locator, Page, expect


def ja(words: str, **filled: str) -> str:
    """What stands on the screen for a msgid."""
    with translation.override("ja"):
        shown = translation.gettext(words)
    return shown % filled if filled else shown


def open_customer(page: Page, name: str) -> None:
    """From the list of customers to the page of one."""
    page.goto("/console/contracts/customer/")
    page.get_by_role("row").filter(has_text=name).get_by_role("link").first.click()
    expect(page.locator("body")).to_contain_text(name)


def press(page: Page, words: str) -> None:
    """Press one of the buttons at the head of an object's page."""
    page.locator(".console-head").get_by_role("link", name=words, exact=True).click()


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
            asked.click()


def confirm(page: Page, words: str) -> None:
    """Press the button that does it, and wait until it is done."""
    before = page.url
    confirmed = confirmation(page)
    if (number := page.locator("label[for=typed_number] strong")).count():
        page.locator("#typed_number").fill(number.inner_text())
    (confirmed if confirmed.count() else page.get_by_role("button", name=words, exact=True)).click()
    page.wait_for_url(lambda address: address != before)


def confirmation(page: Page) -> Locator:
    """The button that confirms a preview."""
    return page.get_by_role("button", name=re.compile(f"{ja('Confirm: %(act)s', act='')}$"))


def save(page: Page) -> None:
    """Save the form of a record."""
    page.locator("[name=_save]").first.click()
    page.wait_for_load_state("load")


LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => window.violations.push(
  `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
"""
"""Lets a page keep what its policy refuses."""


def violations(page: Page) -> list[str]:
    """What the browser refused on this page."""
    return [f"{page.url} {violation}" for violation in page.evaluate("window.violations")]
