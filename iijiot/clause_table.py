"""Clause → code → tests: where the code cites a clause and which tests carry it, read from the sources by AST."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from iijiot.clauses import Clause, all_clauses, behavioural

CODE_FOLDERS = ("iijiot", "contracts", "sims", "billing")
TEST_FOLDERS = ("tests",)
CITING_CALLS = frozenset({"Clause", "rule", "refuse", "under"})
IN_BRACKETS = re.compile(r"[\[(]([^\[\]()]+)[\])]")
Reader = Callable[[ast.AST], Iterator[tuple[str, int]]]
PLAIN_WORD = re.compile(r"[a-z_-]+")
LOOKS_LIKE_ID = re.compile(r"(?:G|IOT|MA|DS|PC|PMG|WPC|VPN)(?:\d+(?:\.\d+)*|\.S\d*)")


@dataclass(frozen=True, order=True)
class Place:
    """A line in a source file, as editors take it."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Citation:
    """An id that stands somewhere, whether or not the terms have it."""

    id: str
    at: Place


@dataclass(frozen=True)
class ClauseRow:
    """One clause with the code that cites it and the tests that carry it."""

    clause: Clause
    code: tuple[Place, ...]
    tests: tuple[Place, ...]


@dataclass(frozen=True)
class ClauseTable:
    """Every clause of the index, in its order, and the citations of clauses that do not exist."""

    rows: tuple[ClauseRow, ...]
    unknown: tuple[Citation, ...]

    @property
    def untested(self) -> tuple[ClauseRow, ...]:
        """The rows of clauses that make the software do something and have no test."""
        needed = set(behavioural())
        return tuple(row for row in self.rows if row.clause in needed and not row.tests)


def read_table(root: Path) -> ClauseTable:
    """The table for the sources below a folder."""
    code = list(_citations(root, CODE_FOLDERS, cited_in_code))
    tests = list(_citations(root, TEST_FOLDERS, carried_by_tests))
    known = {clause.id for clause in all_clauses()}
    return ClauseTable(
        rows=tuple(ClauseRow(clause, _places(code, clause), _places(tests, clause)) for clause in all_clauses()),
        unknown=tuple(citation for citation in code + tests if citation.id not in known),
    )


def cited_in_code(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Ids and lines of the clauses that a module cites: in calls, and in brackets in docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _cited_in_call(node)
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _cited_in_docstring(node)


def carried_by_tests(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Ids and lines of the clauses in the marks of a test module: decorators, pytestmark and marks of parameters."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"pytest.mark.clause", "mark.clause"}:
            for argument in node.args:
                yield from _text(argument)


def _cited_in_call(call: ast.Call) -> Iterator[tuple[str, int]]:
    name = _name(call.func)
    if name in CITING_CALLS and call.args:
        yield from _text(call.args[0])
    for keyword in call.keywords:
        if keyword.arg == "clause" and name != "Q":
            yield from _text(keyword.value)
        if keyword.arg == "code" and name == "ValidationError":
            # Plain words such as "invalid" are Django's own codes.
            yield from ((code, line) for code, line in _text(keyword.value) if not PLAIN_WORD.fullmatch(code))


def _cited_in_docstring(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[str, int]]:
    text = ast.get_docstring(node, clean=False)
    if text is None:
        return
    for bracket in IN_BRACKETS.finditer(text):
        for word in re.split(r"[,;、]\s*", bracket[1]):
            if LOOKS_LIKE_ID.fullmatch(word.strip()):
                yield word.strip(), node.body[0].lineno + text.count("\n", 0, bracket.start())


def _text(node: ast.expr) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, node.lineno


def _name(function: ast.expr) -> str:
    """The last name of what is called: under in NONE.under, rule in rules.rule."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _citations(root: Path, folders: Iterable[str], read: Reader) -> Iterator[Citation]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            place = path.relative_to(root).as_posix()
            for name, line in sorted(read(tree), key=lambda found: (found[1], found[0])):
                yield Citation(name, Place(place, line))


def _places(citations: Iterable[Citation], clause: Clause) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(citation.at for citation in citations if citation.id == clause.id))
