"""D11: what CONTRIBUTING tells a newcomer to open, call or type is there, under these names."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

BASE = Path(settings.BASE_DIR)
PAGE = (BASE / "CONTRIBUTING.md").read_text()
SAID = sorted(set(re.findall(r"`([^`\n]+)`", PAGE)))
SOURCES = "\n".join(
    path.read_text()
    for folder in ("iijiot", "contracts", "sims", "billing", "tests")
    for path in (BASE / folder).rglob("*.py")
)
MADE_UP = {"<app>/portal/", "<app>/portal/urls.py", "contracts/letters/texts/<kind>.txt"}


def is_path(said: str) -> bool:
    """Whether it looks like a file or folder."""
    return "/" in said or said.endswith((".py", ".toml", ".typ", ".md"))


@pytest.mark.parametrize("path", [said for said in SAID if is_path(said) and said not in MADE_UP and "*" not in said])
def test_each_file_that_it_names_is_there(path):
    places = [BASE / path, *BASE.glob(f"*/{path}"), *BASE.glob(f"*/*/{path}"), *BASE.glob(f"*/*/*/{path}")]
    assert any(place.exists() for place in places)


@pytest.mark.parametrize(
    "said", [said for said in SAID if re.match(r"@?[A-Za-z_.]+(\(.*)?$", said) and not is_path(said)]
)
def test_each_name_that_it_calls_is_in_the_code(said):
    (name,) = re.findall(r"^@?([A-Za-z_.]+)", said)
    assert re.search(rf"\b{name.rpartition('.')[2].rstrip('_')}", SOURCES)


def test_each_command_is_there():
    made = set(re.findall(r"^([a-z-]+):", (BASE / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", PAGE)) <= made
    assert set(re.findall(r"`manage\.py ([a-z_]+)", PAGE)) <= set(get_commands())
