"""The life of each kind of record as a document: a diagram and the acts by number, in Japanese and English."""

from collections.abc import Sequence
from pathlib import Path

from django.utils import translation

from iijiot.machines import Act, Machine, machines
from iijiot.words import Words

FOLDER = Path("docs/states")
INDEX = "README.md"
MADE_BY = "<!-- Written by `manage.py diagrams` from the transitions in the code; not by hand. -->\n"


def documents() -> dict[str, str]:
    """Every document by its name, in the order of the apps, the index first."""
    found = machines()
    return {INDEX: _index(found)} | {f"{machine.name}.md": document(machine) for machine in found}


def document(machine: Machine) -> str:
    """One kind of record: its states and what leads from one to another; the numbers are those of the console's help."""
    name = machine.model._meta.verbose_name or ""
    return "\n".join(
        [
            f"# {_both(name)}",
            "",
            MADE_BY,
            "```mermaid",
            "stateDiagram-v2",
            "    direction LR",
            *(f'    state "{_both(label, "<br>")}" as {_id(state)}' for state, label in machine.labels.items()),
            f"    [*] --> {_id(machine.first)}",
            *_arrows(machine),
            *(f"    {_id(state)} --> [*]" for state in machine.labels if state in machine.last()),
            "```",
            "",
            "| | 操作 / Act | から / From | へ / To | 条項 / Clause |",
            "|---|---|---|---|---|",
            *(_row(str(number), act, machine) for number, act in enumerate(machine.moves, 1)),
            *(_row("", act, machine) for act in machine.stays),
            "",
        ]
    )


def stale(folder: Path) -> list[str]:
    """Names of the documents that are missing, other than the code says, or of nothing that there is."""
    wanted = documents()
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in {*wanted, *kept} if wanted.get(name) != kept.get(name))


def write(folder: Path) -> None:
    """Write every document, and remove those of nothing that there is."""
    wanted = documents()
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def _index(found: Sequence[Machine]) -> str:
    lines = [
        f"- [{_both(machine.model._meta.verbose_name or '')}]({machine.name}.md): "
        f"{len(machine.labels)} states, {len(machine.acts)} acts"
        for machine in found
    ]
    return "\n".join(["# 状態遷移図 / The life of each kind of record", "", MADE_BY, *lines, ""])


def _arrows(machine: Machine) -> list[str]:
    return [
        f"    {_id(source)} --> {_id(str(act.target))}: {number} {_in('ja', act.label)} {act.clause.id}"
        for number, act in enumerate(machine.moves, 1)
        for source in act.sources
    ]


def _row(number: str, act: Act, machine: Machine) -> str:
    sources = "、".join(_both(machine.labels[source]) for source in act.sources)
    target = _both(machine.labels[act.target]) if act.target else "（状態は変わらない / the state stays）"
    return f"| {number} | {_both(act.label)} | {sources} | {target} | {_cited(act)} |"


def _cited(act: Act) -> str:
    with translation.override("ja"):
        return f"{act.clause.citation} ({act.clause.id})"


def _both(words: Words, between: str = " / ") -> str:
    return f"{_in('ja', words)}{between}{_in('en', words)}"


def _in(language: str, words: Words) -> str:
    with translation.override(language):
        return str(words)


def _id(state: str) -> str:
    return state.replace("-", "_")
