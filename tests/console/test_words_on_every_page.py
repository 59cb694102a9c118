"""U11: every kind of page speaks one language: no key left untranslated, no stored code, no day as machines write it."""

import re
from collections.abc import Callable, Iterable
from html import unescape

import pytest
from django.utils.html import strip_tags

from iijiot.clause_index import INDEX
from iijiot.lookups import history_of
from iijiot.recorded import recorded_models
from tests.browser import pages
from tests.factories import UserFactory
from tests.factories.worlds import house_at_work
from tests.house.console import logged_in

KANA_OR_KANJI = re.compile(r"[぀-ヿ一-鿿]")
UNSHOWN = re.compile(r"<(script|style|template)\b.*?</\1>|<!--.*?-->|<option\b[^>]*>English</option>", re.S)
SPOKEN = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"]*)"')
ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b(?! \d{2}:\d{2})")
SENTENCE = re.compile(r"\b(?:[A-Z][a-z]+|[a-z]+)(?: [a-z]+){2,}")
ICONS = re.compile(r"<span[^>]*material-symbols[^>]*>.*?</span>", re.S)
LETTERS = re.compile(r'<(\w+)[^>]* lang="ja"[^>]*>.*?</\1>', re.S)
"""Letters to customers, and what senders call the columns of their files, are Japanese whatever language the reader has."""


def spoken(html: str) -> list[str]:
    """The words that a reader or a screen reader meets on a page, piece by piece."""
    plain = LETTERS.sub(" ", ICONS.sub(" ", UNSHOWN.sub(" ", html.partition("<body")[2])))
    texts = [unescape(strip_tags(piece)).strip() for piece in re.split(r"(?=<)|(?<=>)", plain)]
    return [text for text in [*texts, *map(unescape, SPOKEN.findall(plain))] if text]


def codes() -> set[str]:
    """What is stored and never shown: codes of choices that are no words by themselves, and ids of clauses."""
    stored = {
        str(value)
        for model in recorded_models()
        for field in model._meta.concrete_fields
        for value, label in field.flatchoices
        if "-" in str(value) and str(value) != str(label)
    }
    return stored | {clause for clause in INDEX if "." in clause}


def what_people_typed() -> set[str]:
    """Every text that is stored: names, notes, reasons."""
    kept = [kind for model in recorded_models() for kind in (model, history_of(model).model)]
    return {
        value
        for kind in kept
        for row in kind._base_manager.all()
        for value in vars(row).values()
        if isinstance(value, str)
    }


QUERIES = ["見本", "ミホン"]
"""What the pages of the search ask for."""


@pytest.fixture
def everything(db) -> list[pages.Page]:
    """Every kind of page, each with something on it."""
    house_at_work()
    return pages.everything()


def walked(everything: list[pages.Page], language: str) -> dict[str, list[str]]:
    """The words of every page in a language."""
    browser = logged_in(UserFactory(login_id="boss", name="Boss", is_superuser=True))
    browser.cookies["django_language"] = language
    found = {}
    for page in everything:
        answer = browser.post(page.address, page.sent) if page.sent else browser.get(page.address, follow=True)
        assert answer.status_code == 200, page.address
        assert f'<html lang="{language}"' in answer.content.decode(), page.address
        assert 'class="console-help-link"' in answer.content.decode(), f"{page.address} leads to no help (U21)"
        found[page.name] = spoken(answer.content.decode())
    print(f"{len(found)} kinds of pages, {sum(map(len, found.values())):,} pieces of text, in {language}")
    assert len(found) >= 70
    return found


def wrong_in_japanese(pages: dict[str, list[str]], stored: set[str], is_typed: Callable[[str], bool]) -> list[str]:
    """What Japanese pages must not say: English sentences, days as machines write them, stored codes."""
    wrong = set()
    for name, texts in pages.items():
        for text in texts:
            if SENTENCE.search(text) and not KANA_OR_KANJI.search(text) and not is_typed(text):
                wrong.add(f"{name}: English: {text[:80]}")
            if ISO_DAY.search(text):
                wrong.add(f"{name}: a day as machines write it: {text[:80]}")
            if text in stored:
                wrong.add(f"{name}: a stored code: {text}")
    return sorted(wrong)


def wrong_in_english(pages: dict[str, list[str]], typed: Iterable[str]) -> list[str]:
    """What English pages must not say: anything Japanese but what people typed."""
    known = sorted(filter(KANA_OR_KANJI.search, typed), key=len, reverse=True)
    wrong = set()
    for name, texts in pages.items():
        for text in texts:
            rest = text
            for one in known:
                rest = rest.replace(one, "")
            if KANA_OR_KANJI.search(rest.replace("日本語", "")):
                wrong.add(f"{name}: {text[:100]}")
    return sorted(wrong)


@pytest.mark.long
def test_japanese_pages_have_no_english_sentence_no_code_and_no_machine_day(everything):
    stored, typed = codes(), what_people_typed()
    wrong = wrong_in_japanese(walked(everything, "ja"), stored, lambda text: text.strip("「」") in typed)
    assert not wrong, "Translate it, or show its words (get_…_display, fullday, Clause.citation):\n" + "\n".join(wrong)
    print(f"{len(stored)} codes looked for")


@pytest.mark.long
def test_english_pages_have_no_japanese_but_what_people_typed(everything):
    typed = {*what_people_typed(), *QUERIES}
    wrong = wrong_in_english(walked(everything, "en"), typed)
    assert not wrong, "Give it an English msgid:\n" + "\n".join(wrong)
