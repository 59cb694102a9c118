"""The sources, read by AST: rules live in one place, and writes have no back door."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("iijiot", "contracts", "sims", "billing")
LONGEST = 400

WRITERS = {
    "contracts/models/webhook.py": "deliveries go with their events, and are no records",
    "iijiot/bulk.py": "writes history beside",
    "iijiot/events.py": "events are told from the history, and are none",
    "iijiot/models.py": "the moment of the last login alone",
}
"""The only files that may write past the recorded queryset."""


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file of these folders, parsed; migrations are Django's."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call of a method or attribute, with the name called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr


def doors() -> list[tuple[str, ast.Module]]:
    """The files of admin, portal and API of every app."""
    return [
        (path, tree)
        for path, tree in sources(*APPS)
        if re.match(r"\w+/(admin|portal|api)(/|\.py)", path) or path.startswith(("iijiot/console/", "iijiot/portal/"))
    ]


def test_doors_ask_by_names_and_never_filter():
    """A query has a name on its queryset; a door calls it. The frame's history pages read history, which has no names."""
    found = [
        f"{path}:{call.lineno}: {ast.unparse(call)[:80]}"
        for path, tree in doors()
        for call, name in calls(tree)
        if name in ("filter", "exclude", "raw", "extra")
        and not (path.startswith("iijiot/console/") and "history" in ast.unparse(call))
    ]
    assert found == [], "name the query as a method of the model's queryset, and call that (style.md, 4)"


def test_doors_write_nothing_themselves():
    """They hand over to the gerunds: no save, no transition under a lock of their own."""
    found = [
        f"{path}:{call.lineno}: {ast.unparse(call)[:80]}"
        for path, tree in doors()
        for call, name in calls(tree)
        if name in ("save", "bulk_add", "bulk_change", "bulk_transition", "create", "get_or_create", "update_or_create")
        and "super()" not in ast.unparse(call)
    ]
    assert found == [], "call the function of the doing (accepting, ending …), which locks and opens the chapter"


def test_nothing_writes_past_the_recorded_queryset():
    """Only iijiot/bulk.py updates or inserts in bulk, and writes the history beside it."""
    found = [
        f"{path}:{call.lineno}: {ast.unparse(call)[:80]}"
        for path, tree in sources(*APPS)
        for call, name in calls(tree)
        if (
            name in ("bulk_create", "bulk_update", "_raw_delete")
            or (name == "update" and "QuerySet" in ast.unparse(call))
        )
        and path not in WRITERS
    ]
    assert found == [], "use bulk_add, bulk_change or bulk_transition of iijiot/bulk.py, which write the history"


def test_no_state_is_set_by_an_update():
    """Neither as keyword nor in a dictionary of `bulk_change`: states change by `bulk_transition`."""
    found = []
    for path, tree in sources(*APPS):
        for call, name in calls(tree):
            keywords = {keyword.arg for keyword in call.keywords}
            if name == "update" and "state" in keywords:
                found.append(f"{path}:{call.lineno}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "bulk_change" and path not in WRITERS:
                found += [f"{path}:{node.lineno}" for part in ast.walk(node) if getattr(part, "value", "") == "state"]
    assert found == [], "use bulk_transition(rows, 'act'), which checks what is allowed and writes the history"


def test_raw_sql_stands_in_the_ground_alone():
    """An app writes no SQL: what needs it is a function of iijiot."""
    found = [
        f"{path}:{call.lineno}" for path, tree in sources(*APPS[1:]) for call, name in calls(tree) if name == "cursor"
    ]
    assert found == [], "make it a function of iijiot and call that"


def test_no_file_is_longer_than_a_reader_takes_in():
    tree = [*(p for app in (*APPS, "tests") for p in (ROOT / app).rglob("*.py")), ROOT / "manage.py"]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in tree
        if "migrations" not in path.parts
    }
    print(f"{len(lengths)} files, mean {sum(lengths.values()) // len(lengths)} lines")
    too_long = {path: lines for path, lines in lengths.items() if lines > LONGEST}
    assert too_long == {}, "a second noun or gerund hides in it (style.md, 24)"


@pytest.mark.parametrize("banned", [
    "datetime.date.today", "datetime.datetime.now", "django.utils.timezone.now", "django.utils.timezone.localdate",
    "unittest.mock",
])  # fmt: skip
def test_ruff_bans_it_with_a_sentence_that_teaches(banned):
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    message = lint["flake8-tidy-imports"]["banned-api"][banned]["msg"]
    assert message.endswith(".")
    assert len(message) > 40
    excepted = {path for path, codes in lint["per-file-ignores"].items() if "TID251" in codes}
    assert excepted == {"iijiot/clock.py"}, "only iijiot/clock.py asks the time: take the day as an argument"


def test_who_follows_consequences_is_printed(capsys: Any):
    """The one list of who does what when contracts turn, in the order of the layers."""
    from contracts import consequences

    followers = [f"{type(f).__module__}.{type(f).__qualname__}" for f in consequences.followers()]
    print("follow contracts:", ", ".join(followers) or "nobody yet")
    order = [APPS.index(name.split(".")[0]) for name in followers]
    assert order == sorted(order), "follow() in the order of the layers: the app to the left first"


def test_steps_of_the_daily_run_are_printed():
    from iijiot import daily

    print("daily run:", " → ".join(step.name for step in daily.steps()))
    assert [step.name for step in daily.steps()][:6] == [
        "seal-history",
        "lapse-proposals",
        "end-without-heirs",
        "carry-out-successions",
        "discontinue",
        "end-contracts",
    ]
