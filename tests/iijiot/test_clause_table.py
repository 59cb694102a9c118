"""Reading which clauses the code cites and the tests carry."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from iijiot.clause_table import ClauseTable, read_table
from iijiot.clauses import Clause, behavioural

CODE = '''"""A module of the terms (G1)."""

SERVICE = Service(minimum_term=NONE.under("PMG2"), provision="PMG")


@rule("PC4.1", _("Complete the checklist."))
def checklist_complete(contract):
    return True


class Contract:
    """One contract [G9.1].

    Never transferred (G10, G9.2); see Civil Code (140) and (not G46.1).
    """

    def start(self, day):
        """Begin service (G3, PC4)."""
        raise ValidationError(_("No."), code="G8")

    @transition(field=state, clause="G29.1")
    def end(self):
        field.error_messages(code="G7")
        return Dated(day, Clause("MA12.1"))
'''

TESTS = '''"""Tests (G44)."""

pytestmark = [pytest.mark.clause("G9.2")]


@pytest.mark.clause("G8", "G9.1")
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.clause("PC4.1"))])
def test_something(x):
    assert Clause("G10")
'''


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A small source tree with a module and its tests."""
    write(tmp_path / "contracts" / "models" / "contract.py", CODE)
    write(tmp_path / "tests" / "contracts" / "test_contract.py", TESTS)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def cited(table: ClauseTable) -> dict[str, list[int]]:
    return {row.clause.id: [place.line for place in row.code] for row in table.rows if row.code}


def test_the_code_cites_clauses_in_calls_and_in_docstrings(sources):
    assert cited(read_table(sources)) == {
        "G1": [1],
        "PMG2": [3],
        "PC4.1": [6],
        "G9.1": [12],
        "G9.2": [14],
        "G10": [14],
        "G3": [18],
        "PC4": [18],
        "G8": [19],
        "G29.1": [21],
        "MA12.1": [24],
    }


def test_plain_codes_of_errors_are_no_citations(tmp_path):
    write(tmp_path / "contracts" / "forms.py", 'raise ValidationError("No.", code="invalid")\n')
    write(tmp_path / "contracts" / "typo.py", 'raise ValidationError("No.", code="g8")\n')
    assert [citation.id for citation in read_table(tmp_path).unknown] == ["g8"]


def test_tests_carry_clauses_in_their_marks_only(sources):
    carried = {row.clause.id: [str(place) for place in row.tests] for row in read_table(sources).rows if row.tests}
    assert carried == {
        "G9.2": ["tests/contracts/test_contract.py:3"],
        "G8": ["tests/contracts/test_contract.py:6"],
        "G9.1": ["tests/contracts/test_contract.py:6"],
        "PC4.1": ["tests/contracts/test_contract.py:7"],
    }


def test_a_clause_without_behaviour_needs_no_test(sources):
    untested = {row.clause for row in read_table(sources).untested}
    assert untested == set(behavioural()) - {Clause("G9.2"), Clause("G8"), Clause("G9.1"), Clause("PC4.1")}
    assert Clause("G1") not in untested


def test_a_citation_that_does_not_exist_is_named_with_its_line(sources):
    write(sources / "billing" / "charging.py", 'X = 1\nY = Clause("G99")\n')
    write(sources / "tests" / "test_x.py", '@pytest.mark.clause("PMG5.3")\ndef test_x(): ...\n')
    with pytest.raises(CommandError) as failure:
        call_command("clauses", root=sources)
    assert "billing/charging.py:2: G99" in str(failure.value)
    assert "tests/test_x.py:1: PMG5.3" in str(failure.value)


def test_the_command_prints_every_clause_with_its_tests_and_places(sources):
    out = StringIO()
    call_command("clauses", root=sources, stdout=out)
    assert "PC4.1 | B | 運用ポリシーと指定事項 | 1 | contracts/models/contract.py:6" in out.getvalue().splitlines()
    assert "G7 | - | 管轄裁判所 | 0 | " in out.getvalue().splitlines()


def test_the_command_fails_while_a_clause_lacks_its_test(sources):
    out = StringIO()
    with pytest.raises(CommandError, match="clauses need a test") as failure:
        call_command("clauses", "--missing", root=sources, stdout=out)
    assert failure.value.returncode == 1
    assert "G13.1 | 承諾の原則" in out.getvalue()
    assert "PC4.1 |" not in [line[:7] for line in out.getvalue().splitlines()]


def test_the_command_is_content_when_every_clause_has_its_test(sources):
    marks = ", ".join(f'"{clause}"' for clause in behavioural())
    write(sources / "tests" / "test_all.py", f"@pytest.mark.clause({marks})\ndef test_all(): ...\n")
    out = StringIO()
    call_command("clauses", "--missing", root=sources, stdout=out)
    assert out.getvalue() == "Every clause that needs a test has one.\n"


def test_the_citations_of_this_project_all_exist():
    root = Path(__file__).resolve().parents[2]
    assert read_table(root).unknown == ()
