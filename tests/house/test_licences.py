"""X51: which packages the software needs, and under which licences; none of them binds whoever runs it."""

import json
import re
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from iijiot.bill_of_materials import Locked, locked

LOCK = (Path(settings.BASE_DIR) / "requirements.txt").read_text()
LOCKED = locked(LOCK)
ELSEWHERE = {"colorama", "tzdata"}
"""For other kinds of machines only."""
FREE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|MPL|Mozilla|PSF|Python Software|OFL|LGPL|Lesser|Unlicense|Zlib)", re.IGNORECASE
)
BINDING = re.compile(r"\bA?GPL|Affero|SSPL|Business Source", re.IGNORECASE)


@pytest.fixture(scope="module")
def bill(tmp_path_factory) -> Any:
    """The bill of materials as the command writes it."""
    out = tmp_path_factory.mktemp("bill") / "sbom.json"
    call_command("sbom", "--out", out)
    return json.loads(out.read_text())


@pytest.mark.parametrize("package", LOCKED, ids=lambda package: package.name)
def test_each_package_has_a_licence_that_binds_nobody_who_runs_it(bill, package: Locked):
    (listed,) = [one for one in bill["components"] if one["purl"] == f"pkg:pypi/{package.name}@{package.version}"]
    licence = " ".join(one.get("expression") or one["license"]["name"] for one in listed["licenses"])
    if package.name in ELSEWHERE and not licence:
        return
    assert FREE.search(licence), licence
    assert not BINDING.search(licence), licence


def test_the_bill_has_every_locked_package_with_its_hashes_and_what_wants_it(bill):
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert len(bill["components"]) == len(re.findall(r"^\S+==", LOCK, re.MULTILINE)) > 50
    assert sum(len(one["hashes"]) for one in bill["components"]) == LOCK.count("--hash=sha256:")
    wants = {one["ref"]: set(one["dependsOn"]) for one in bill["dependencies"]}
    assert set().union(*wants.values()) == {one["bom-ref"] for one in bill["components"]}
    by_name = {one["name"]: one["bom-ref"] for one in bill["components"]}
    needed = {re.split(r"[\s;<>=!~\[(]", one)[0].lower() for one in requires("django") or [] if "extra" not in one}
    assert {by_name[name] for name in needed if name in by_name} <= wants[by_name["django"]] != set()
