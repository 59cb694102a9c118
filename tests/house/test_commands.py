"""Every management command of ours: what its --help shows, that it can be rehearsed, what it says, its test (D04)."""

import ast
import inspect
import re
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand

from iijiot import worlds

APPS = ("iijiot", "contracts", "sims", "billing")
TESTS = Path(settings.BASE_DIR) / "tests"

WRITES = {
    "advance_day", "backup", "close_month", "demo", "diagrams", "environment", "import_cards", "import_usage", "messages",
    "openapi",
    "reset_second_factor", "restore", "restore_drill", "sbom", "serve", "setup", "unlock", "worker",
}  # fmt: skip
"""Commands that change something: data, or files of the sources."""

READS = {"check_books", "clauses", "verify_history"}
"""Commands that only tell."""

NO_PROGRESS = {
    "backup": "waits for pg_dump, which does not say how far it is",
    "check_books": "adds up in the database",
    "clauses": "reads the sources in a second",
    "diagrams": "reads the transitions in a second",
    "environment": "writes one page",
    "messages": "reads the sources in seconds",
    "openapi": "reads the resources in a second",
    "reset_second_factor": "is about one user",
    "restore": "waits for pg_restore, which does not say how far it is",
    "sbom": "reads the lock in a second",
    "serve": "runs until it is stopped",
    "setup": "asks somebody",
    "unlock": "is about one user",
    "worker": "runs until it is stopped; the console has a page of jobs",
}
"""Commands without a bar on a terminal, each with why it needs none."""

SUMMARIES: dict[str, tuple[list[str], str]] = {
    "advance_day": (["--dry-run"], r'"done": \d+'),
    "import_cards": (["no-such-file.csv", "--dry-run"], r"cannot be read"),
    "import_usage": (["no-such-file.csv", "--dry-run"], r"cannot be read"),
    "backup": (["--dry-run"], r"Would make a backup in"),
    "check_books": ([], r"The books balance"),
    "close_month": (["2026-04", "--dry-run"], r'"expected": \d+'),
    "clauses": (["--missing"], r"Every clause|clauses need"),
    "demo": (["--dry-run"], r"\d[\d,]* rows in \d+ s"),
    "diagrams": (["--dry-run"], r"\d+ documents"),
    "environment": (["--dry-run"], r"\d+ variables"),
    "messages": (["--dry-run"], r"\d+ catalogues"),
    "openapi": (["--dry-run"], r"\d+ addresses"),
    "reset_second_factor": (["nobody", "--reason", "a test", "--dry-run"], r"no user with the login ID"),
    "restore": (["no-such-file.dump", "--dry-run"], r"is no dump"),
    "restore_drill": (["--dry-run"], r"Would restore a new dump"),
    "sbom": (["--dry-run"], r"\d+ packages"),
    "serve": (["--dry-run"], r"Would serve on"),
    "setup": (["--dry-run"], r"Operators: \d+, with a second factor: \d+"),
    "unlock": (["nobody", "--dry-run"], r"no user with the login ID"),
    "verify_history": ([], r"seals compared, [\d,]+ wait for their seal\. All as sealed\."),
    "worker": (["--dry-run"], r"\d+ jobs waiting"),
}
"""For each command arguments with which it may be tried anywhere, and its last line."""


def commands() -> list[tuple[str, str]]:
    """Our management commands with their apps; `migrate` is Django's own, only under the owner's role."""
    return sorted((name, app) for name, app in get_commands().items() if str(app) in APPS and name != "migrate")


names = pytest.mark.parametrize(("name", "app"), commands(), ids=lambda part: part)


def parser_of(name: str, app: str) -> ArgumentParser:
    """How its command line is read."""
    return load_command_class(app, name).create_parser("manage.py", name)


def source_of(name: str, app: str) -> str:
    """Its module."""
    return inspect.getsource(inspect.getmodule(type(load_command_class(app, name))))  # type: ignore[arg-type]


def test_there_are_commands_to_look_at():
    found = {name for name, _app in commands()}
    print(f"{len(found)} commands: {', '.join(sorted(found))}")
    assert found >= {"advance_day", "clauses", "demo", "messages"}


def test_each_command_is_known_to_write_or_to_read():
    found = {name for name, _app in commands()}
    assert found == WRITES | READS, "put a new command into WRITES or READS, and into SUMMARIES, of this file"
    assert found == set(SUMMARIES)
    assert not WRITES & READS


@names
def test_its_help_says_what_it_does_and_shows_an_example(name: str, app: str):
    command: BaseCommand = load_command_class(app, name)
    assert len(command.help) > 20, "give the command a `help` sentence"
    shown = parser_of(name, app).format_help().partition("usage:")[2].partition("\n\n")[2]
    assert f"manage.py {name}" in shown, "show an example: `epilog=EXAMPLES` in create_parser, as advance_day does"


@names
def test_each_option_says_what_it_is_for(name: str, app: str):
    silent = [action.dest for action in parser_of(name, app)._actions if not action.help]
    assert silent == [], "give each add_argument a help="


@names
def test_a_command_that_writes_can_be_rehearsed(name: str, app: str):
    options = {option for action in parser_of(name, app)._actions for option in action.option_strings}
    assert ("--dry-run" in options) == (name in WRITES), "what writes has --dry-run, which does all but keep it"


@names
def test_it_shows_how_far_it_is_on_a_terminal(name: str, app: str):
    shows = "rich.progress" in source_of(name, app)
    assert shows != (name in NO_PROGRESS), "show a bar of rich.progress where stdout.isatty(), or say why not above"


@names
def test_it_fails_with_a_sentence_and_an_exit_code(name: str, app: str):
    """A CommandError becomes a sentence on stderr and exit code 1; a command never ends the process by itself."""
    tree = ast.parse(source_of(name, app))
    raised = {ast.unparse(node.exc.func) for node in ast.walk(tree) if isinstance(node, ast.Raise)
              and isinstance(node.exc, ast.Call)}  # fmt: skip
    assert raised <= {"CommandError"}, "raise CommandError with a sentence that says what to do"
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not called & {"sys.exit", "exit", "os._exit"}, "raise CommandError instead"


@names
def test_its_last_line_sums_up(name: str, app: str, db: None, settings, monkeypatch):
    settings.DEBUG = True
    staff = worlds.parts()[:1]
    monkeypatch.setattr(worlds, "parts", lambda: staff)  # of the demo enough to sum up
    arguments, pattern = SUMMARIES[name]
    out = StringIO()
    try:
        call_command(name, *arguments, stdout=out)
        last = out.getvalue().strip().splitlines()[-1]
    except CommandError as error:
        last = str(error).splitlines()[-1]
    assert re.search(pattern, last), f"the last line is “{last}”: say how much was done"


@names
def test_it_has_a_test(name: str, app: str):
    here = Path(__file__).name
    tests = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py") if path.name != here)
    assert re.search(rf"""(call_command\(\s*["']|manage\.py["',\s]+|commands\.){name}\b""", tests), (
        f"write tests/{app}/test_{name}.py"
    )
