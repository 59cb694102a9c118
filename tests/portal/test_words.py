"""U11: every page of the portal speaks one language: nothing left in English, no stored code, no day as machines write it."""

import pytest

from contracts.models.customer import Customer
from tests.console.test_words_on_every_page import (
    ISO_DAY,
    KANA_OR_KANJI,
    SENTENCE,
    codes,
    spoken,
    what_people_typed,
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
    stored, typed, wrong = codes(), what_people_typed(), []
    for name, texts in walked(browser, pages, "ja").items():
        for text in texts:
            if SENTENCE.search(text) and not KANA_OR_KANJI.search(text) and text not in typed:
                wrong.append(f"{name}: English: {text[:80]}")
            if ISO_DAY.search(text):
                wrong.append(f"{name}: a day as machines write it: {text[:80]}")
            if text in stored:
                wrong.append(f"{name}: a stored code: {text}")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_english_pages_have_no_japanese_but_what_people_typed(browser, pages):
    typed = sorted(filter(KANA_OR_KANJI.search, what_people_typed()), key=len, reverse=True)
    wrong = []
    for name, texts in walked(browser, pages, "en").items():
        for text in texts:
            rest = text
            for known in typed:
                rest = rest.replace(known, "")
            if KANA_OR_KANJI.search(rest.replace("日本語", "")):
                wrong.append(f"{name}: {text[:100]}")
    assert not wrong, "Give it an English msgid:\n" + "\n".join(sorted(set(wrong)))
