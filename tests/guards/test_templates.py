"""Our templates fit the Content-Security-Policy: no script in a page, and no style outside the console."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
SCRIPTS = re.compile(
    r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")|\son\w+\s*=\s*[\"']|javascript:", re.IGNORECASE
)
STYLES = re.compile(r"<style|\sstyle\s*=", re.IGNORECASE)


def name(path: Path) -> str:
    """How a template is called."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_no_script_in_it(path: Path):
    assert SCRIPTS.findall(path.read_text()) == []


@pytest.mark.parametrize("path", [p for p in TEMPLATES if name(p).split("/")[0] not in ("console", "admin")], ids=name)
def test_a_template_outside_the_console_has_no_style_in_it(path: Path):
    assert STYLES.findall(path.read_text()) == []


@pytest.mark.parametrize("written", ["<script>x()</script>", '<a onclick="x()">', '<a href="javascript:x()">'])
def test_a_script_would_be_found(written: str):
    assert SCRIPTS.search(written)
    assert not SCRIPTS.search('<script src="{% static "iijiot/console.js" %}"></script>')
