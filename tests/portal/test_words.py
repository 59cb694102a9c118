"""U11: every page of the portal speaks one language: nothing left in English, no stored code, no day as machines write it."""

import pytest

from contracts.models.customer import Customer
from tests.console.test_words_on_every_page import (
    codes,
    spoken,
    what_people_typed,
    wrong_in_english,
    wrong_in_japanese,
)
from tests.portal import addresses
from tests.portal.test_home import filled_with


@pytest.fixture
def pages(browser, aois_company: Customer) -> dict[str, str]:
    """Every page with something on it, by its name."""
    filled_with(aois_company, 1)
    asked = {name: addresses.filled(name, aois_company) for name in addresses.of_records()}
    return asked | addresses.lists() | {"use": addresses.FOR_ALL["use"]}


def walked(browser, pages: dict[str, str], language: str) -> dict[str, list[str]]:
    """The words of every page in a language; files are looked at elsewhere."""
    browser.cookies["django_language"] = language
    found = {}
    for name, asked in pages.items():
        answer = browser.get(asked)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            html = answer.content.decode()
            assert f'<html lang="{language}"' in html
            found[name] = spoken(html)
    print(f"{len(found)} pages in {language}")
    assert len(found) >= 25
    return found


def test_japanese_pages_have_no_english_sentence_no_code_and_no_machine_day(browser, pages):
    stored, typed = codes(), what_people_typed()
    wrong = wrong_in_japanese(walked(browser, pages, "ja"), stored, typed.__contains__)
    assert not wrong, "\n".join(wrong)


def test_english_pages_have_no_japanese_but_what_people_typed(browser, pages):
    typed = what_people_typed()
    wrong = wrong_in_english(walked(browser, pages, "en"), typed)
    assert not wrong, "Give it an English msgid:\n" + "\n".join(wrong)
