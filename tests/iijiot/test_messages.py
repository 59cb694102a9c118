"""The Japanese catalogues: what is collected, kept, checked and compiled."""

import gettext
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from iijiot.messages_catalogue import (
    Home,
    Msgid,
    homes,
    in_python,
    in_template,
    placeholders,
    problems,
    untranslated_of,
)

MODULE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
TITLE = _("Contracts to start")
COUNT = ngettext("%(count)d line", "%(count)d lines", n) % {"count": n}
PLACE = pgettext_lazy("street", "Number")
LONG = _("First half, "
         "second half.")
NOT_OURS = other("Not collected")
"""
TEMPLATE = """{% extends "base.html" %}{% load i18n %}
<h1 title="{% translate "Applications waiting" %}">{{ _("In brackets")|title }}</h1>
{% blocktranslate trimmed count n=lines|length %}
  {{ n }} line of {{ name }}
{% plural %}
  {{ n }} lines of {{ name }}
{% endblocktranslate %}
{% translate "May" context "month" %} It isn't translated.
"""

Run = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project: a module of contracts, one of the site, and a template."""
    write(tmp_path / "contracts" / "ending.py", MODULE)
    write(tmp_path / "iijiot" / "rules.py", 'X = _("Contracts to start")\nY = _("Give a reason, {name}.")\n')
    write(tmp_path / "templates" / "admin" / "home.html", TEMPLATE)
    return tmp_path


@pytest.fixture
def messages(project: Path) -> Run:
    """The command on the small project, without any package; gives what it printed."""

    def run(*options: str) -> str:
        out = StringIO()
        call_command("messages", *options, root=project, packages=[], stdout=out)
        return out.getvalue()

    return run


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def catalogue(project: Path, app: str) -> Path:
    return project / app / "locale" / "ja" / "LC_MESSAGES" / "django.po"


def translate(path: Path, text: str, translation: str) -> None:
    """Fill in one translation as somebody does by hand."""
    before = path.read_text(encoding="utf-8")
    assert f'msgid "{text}"\nmsgstr ""\n' in before
    path.write_text(
        before.replace(f'msgid "{text}"\nmsgstr ""\n', f'msgid "{text}"\nmsgstr "{translation}"\n'), encoding="utf-8"
    )


def translate_all(project: Path) -> None:
    for path in project.glob("*/locale/ja/LC_MESSAGES/django.po"):
        lines = path.read_text(encoding="utf-8").split("\n")
        for n, line in enumerate(lines):
            asked = lines[n - 1].partition(" ")[2]
            if line in {'msgstr ""', 'msgstr[0] ""'} and asked != '""':
                lines[n] = line.replace('""', asked)
        path.write_text("\n".join(lines), encoding="utf-8")


def test_a_module_is_read_for_its_msgids():
    assert set(in_python(MODULE.encode())) == {
        Msgid("Contracts to start"),
        Msgid("%(count)d line", None, "%(count)d lines"),
        Msgid("Number", "street"),
        Msgid("First half, second half."),
    }


def test_a_template_is_read_for_its_msgids():
    assert set(in_template(TEMPLATE)) == {
        Msgid("Applications waiting"),
        Msgid("In brackets"),
        Msgid("%(n)s line of %(name)s", None, "%(n)s lines of %(name)s"),
        Msgid("May", "month"),
    }


def test_a_msgid_stands_in_the_catalogue_of_the_lowest_app_that_uses_it(project):
    site, contracts, *_rest = homes(project, packages=[])
    assert Msgid("Contracts to start") in site.own
    assert Msgid("Contracts to start") not in contracts.own
    assert Msgid("Number", "street") in contracts.own
    assert Msgid("Applications waiting") in site.own


def test_updating_writes_no_line_numbers_and_twice_the_same(project, messages):
    messages()
    first = catalogue(project, "iijiot").read_text(encoding="utf-8")
    messages()
    assert catalogue(project, "iijiot").read_text(encoding="utf-8") == first
    assert "rules.py" not in first
    assert "Date:" not in first
    assert first.index('"Applications waiting"') < first.index('"Contracts to start"') < first.index('"In brackets"')


def test_updating_keeps_translations_and_drops_what_is_not_used_any_more(project, messages):
    messages()
    translate(catalogue(project, "iijiot"), "Contracts to start", "開始待ちの契約")
    translate(catalogue(project, "iijiot"), "In brackets", "括弧内")
    write(project / "templates" / "admin" / "home.html", "")
    messages()
    kept = catalogue(project, "iijiot").read_text(encoding="utf-8")
    assert 'msgid "Contracts to start"\nmsgstr "開始待ちの契約"' in kept
    assert "In brackets" not in kept


def test_a_translation_moves_with_its_msgid_to_another_app(project, messages):
    messages()
    translate(catalogue(project, "iijiot"), "Contracts to start", "開始待ちの契約")
    write(project / "iijiot" / "rules.py", "")
    messages()
    assert "開始待ちの契約" not in catalogue(project, "iijiot").read_text(encoding="utf-8")
    assert 'msgstr "開始待ちの契約"' in catalogue(project, "contracts").read_text(encoding="utf-8")


def test_entries_of_third_parties_are_never_dropped(project, messages):
    messages()
    path = catalogue(project, "iijiot")
    by_hand = '#. third party\nmsgid "Welcome back to"\nmsgstr "ようこそ"\n'
    path.write_text(path.read_text(encoding="utf-8") + by_hand, encoding="utf-8")
    messages()
    assert path.read_text(encoding="utf-8").rstrip().endswith(by_hand.rstrip())
    translate_all(project)
    messages("--check")


def test_the_check_passes_when_everything_has_its_japanese(project, messages):
    messages()
    translate_all(project)
    assert messages("--check") == "Every message has its Japanese.\n"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('msgstr "Give a reason, {name}."', 'msgstr ""', "empty: 'Give a reason, {name}.'"),
        (
            'msgstr "Give a reason, {name}."',
            'msgstr "理由が必要です。"',
            "other placeholders: 'Give a reason, {name}.'",
        ),
        ('msgstr[0] "%(n)s lines', 'msgstr[0] "%(m)s lines', "other placeholders: '%(n)s lines of %(name)s'"),
        ('msgid "In brackets"', '#, fuzzy\nmsgid "In brackets"', "fuzzy: 'In brackets'"),
        ('msgid "In brackets"', 'msgid "Out of brackets"', "missing: 'In brackets'"),
        ('msgid "In brackets"', 'msgid "Out of brackets"', "not used any more: 'Out of brackets'"),
    ],
    ids=["empty", "placeholder left out", "placeholder renamed", "fuzzy", "missing", "obsolete"],
)
def test_the_check_names_every_message_that_is_not_sound(project, messages, before, after, told):
    messages()
    translate_all(project)
    path = catalogue(project, "iijiot")
    text = path.read_text(encoding="utf-8").replace('msgstr[0] "%(n)s line of', 'msgstr[0] "%(n)s lines of')
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(CommandError) as failure:
        messages("--check")
    assert f"iijiot/locale/ja/LC_MESSAGES/django.po: {told}" in str(failure.value)


def test_the_check_writes_nothing(project, messages):
    with pytest.raises(CommandError, match="need a translation"):
        messages("--check")
    assert not catalogue(project, "iijiot").exists()


def test_the_compiled_catalogue_is_one_that_django_reads(project, messages):
    messages()
    translate(catalogue(project, "iijiot"), "In brackets", "括弧内")
    messages("--compile")
    with catalogue(project, "iijiot").with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("In brackets") == "括弧内"
    assert compiled.gettext("Contracts to start") == "Contracts to start"


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("%(n)s of %(n)s", {"%(n)s": 1}),
        ("100% sure, 50%% off", {}),
        ("{a} and {b}", {"{a}": 1, "{b}": 1}),
        ("%s, %s and {}", {"%s": 2, "{}": 1}),
    ],
)
def test_placeholders_are_found(text, marks):
    assert placeholders(text) == marks


def test_the_admin_theme_needs_our_japanese_and_has_it():
    asked = untranslated_of(["unfold", "simple_history"])
    assert Msgid("Welcome back to") in asked
    assert Msgid("Password") not in asked
    site = settings.BASE_DIR / "iijiot" / "locale" / "ja" / "LC_MESSAGES" / "django.po"
    assert [told for told in problems(Home(site, frozenset(), frozenset(asked))) if "not used" not in told] == []


def test_every_message_of_this_project_has_its_japanese():
    assert [told for home in homes(settings.BASE_DIR) for told in problems(home)] == []
