"""D13: the runbook has a section for whatever /readyz can name, and tells of no command, page or variable that is not there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.test import Client

from iijiot import health

BASE = Path(settings.BASE_DIR)
RUNBOOK = (BASE / "docs" / "runbook.md").read_text()
SITUATIONS = (
    "billing-run-stuck",
    "wrong-run",
    "late-mail",
    "restore",
    "history-tampered-with",
    "lost-second-factor",
    "locked-out",
    "leaked-token",
)


def anchors() -> dict[str, str]:
    """Each section by the anchor that a reader's browser gives it, with its text."""
    parts = re.split(r"^#{2,3} (.+)$", RUNBOOK, flags=re.MULTILINE)
    return {
        re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")): text
        for title, text in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.mark.parametrize("name", health.names())
def test_each_finding_of_readyz_has_its_section(name):
    finding = health.Finding(name, "", is_cause=False)
    document, _separator, anchor = finding.remedy.partition("#")
    assert (BASE / document).is_file()
    assert "**Safe to repeat:**" in anchors()[anchor]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_situation_says_what_is_safe_to_repeat(situation):
    assert re.search(r"\*\*Safe to repeat:\*\*", anchors()[situation])


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\(#([\w-]+)\)", RUNBOOK)
    assert links
    assert set(links) <= set(anchors())


def test_every_command_and_option_that_it_names_is_there():
    named = re.findall(r"manage\.py ([a-z_]+)((?: +[^`]*)?)", RUNBOOK)
    assert len({command for command, _rest in named}) >= 9
    for command, rest in named:
        parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
        options = {option for action in parser._actions for option in action.option_strings}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, command


def test_every_target_of_make_that_it_names_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (BASE / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", RUNBOOK))
    assert named
    assert named <= targets


def test_every_variable_that_it_names_is_read():
    source = (BASE / "iijiot" / "settings.py").read_text()
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=\d+)?`", RUNBOOK))
    assert len(named) >= 10
    assert {name for name in named if f'"{name}"' not in source} == set()


def test_what_it_calls_by_name_is_called_so_on_the_console():
    catalogues = "\n".join(path.read_text() for path in BASE.glob("*/locale/ja/LC_MESSAGES/django.po"))
    named = set(re.findall(r"「(.+?)」", RUNBOOK))
    assert len(named) >= 10
    missing = {name for name in named if f'"{name}' not in catalogues}
    assert missing == set()


def test_the_readme_leads_to_it():
    assert "(docs/runbook.md)" in (BASE / "README.md").read_text()


@pytest.mark.django_db
def test_readyz_leads_to_the_section():
    told = Client().get("/readyz").content.decode().splitlines()[1:]
    assert told
    for line in told:
        name = line.split()[1].rstrip(":")
        assert line.endswith(f"See docs/runbook.md#{name}")
