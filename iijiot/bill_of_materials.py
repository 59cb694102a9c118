"""The bill of materials (CycloneDX 1.6): every locked package with its hashes, its licence, and what brought it in."""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

SPACE = uuid.UUID("6b1c4e0e-5d0f-4c0a-9a53-0f3a1d1a7a11")
LONGEST = 200


@dataclass
class Locked:
    """A package as the lock has it."""

    name: str
    version: str
    hashes: list[str] = field(default_factory=list)
    wanted_by: list[str] = field(default_factory=list)

    @property
    def ref(self) -> str:
        """Its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def locked(lock: str) -> list[Locked]:
    """The packages of a lock, as uv writes it."""
    found: list[Locked] = []
    for line in lock.splitlines():
        if match := re.match(r"([\w.-]+)==([^\s;]+)", line):
            found.append(Locked(match[1], match[2]))
        elif match := re.match(r"\s+--hash=sha256:([0-9a-f]{64})", line):
            found[-1].hashes.append(match[1])
        elif match := re.match(r"\s+#(?: via |   )([\w.-]+)$", line):
            found[-1].wanted_by.append(match[1])
    return found


def licences_of(name: str) -> Iterator[dict[str, Any]]:
    """What an installed package says of its licence, the expression where it has one; nothing where it isn't installed."""
    try:
        told: Any = metadata(name)
    except PackageNotFoundError:
        return
    if expression := told.get("License-Expression"):
        yield {"expression": expression}
        return
    kinds = [
        kind.rpartition("::")[2].strip() for kind in told.get_all("Classifier") or [] if kind.startswith("License")
    ]
    for kind in kinds or [told.get("License") or ""]:
        if kind.strip():
            yield {"license": {"name": " ".join(kind.split())[:LONGEST]}}


def bill(lock: str, name: str, version: str) -> str:
    """The bill of a lock. The same lock and the same installed packages give the same bytes."""
    packages = locked(lock)
    root = f"pkg:generic/{name}@{version}"
    refs = {package.name: package.ref for package in packages} | {name: root}
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(SPACE, lock)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": root, "name": name, "version": version}},
        "components": [component(package) for package in packages],
        "dependencies": [
            {"ref": ref, "dependsOn": [package.ref for package in packages if wanter in package.wanted_by]}
            for wanter, ref in refs.items()
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def component(package: Locked) -> dict[str, Any]:
    """One package as the bill has it; each hash is of one of its files, for one kind of machine."""
    return {
        "type": "library",
        "bom-ref": package.ref,
        "name": package.name,
        "version": package.version,
        "purl": package.ref,
        "hashes": [{"alg": "SHA-256", "content": content} for content in package.hashes],
        "licenses": list(licences_of(package.name)),
    }
