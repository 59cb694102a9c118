"""X51: under which licences the packages are that the software needs; none of them binds whoever runs it."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

LOCKED = re.findall(r"^([\w.-]+)==", (Path(settings.BASE_DIR) / "requirements.txt").read_text(), re.MULTILINE)
ELSEWHERE = {"colorama", "tzdata"}
"""For other kinds of machines only."""
FREE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|MPL|Mozilla|PSF|Python Software|OFL|LGPL|Lesser|Unlicense|Zlib)", re.IGNORECASE
)
BINDING = re.compile(r"\bA?GPL|Affero|SSPL|Business Source", re.IGNORECASE)


def licence_of(name: str) -> str:
    """All that a package says of its licence."""
    told: Any = metadata(name)
    kinds = [kind.rpartition("::")[2] for kind in told.get_all("Classifier") or [] if kind.startswith("License")]
    return " ".join([told.get("License-Expression") or "", *kinds, (told.get("License") or "")[:200]])


@pytest.mark.parametrize("name", LOCKED)
def test_each_package_has_a_licence_that_binds_nobody_who_runs_it(name):
    try:
        licence = licence_of(name)
    except PackageNotFoundError:
        assert name in ELSEWHERE
        return
    assert FREE.search(licence), licence
    assert not BINDING.search(licence), licence
