"""The state diagrams in the documents: written from the code, complete, in both languages, and never stale."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from iijiot.machines import machines
from iijiot.state_docs import FOLDER, INDEX, document, stale

every_machine = pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)


def diagrams(root: Path, *options: str) -> str:
    out = StringIO()
    call_command("diagrams", *options, root=root, stdout=out)
    return out.getvalue()


def test_the_documents_say_what_the_code_says():
    assert stale(Path(settings.BASE_DIR) / FOLDER) == [], "run: manage.py diagrams"
    assert diagrams(settings.BASE_DIR, "--check") == f"{len(machines()) + 1} documents say what the code says.\n"


@every_machine
def test_a_document_has_every_state_and_every_act_with_its_clause_in_both_languages(machine):
    text = document(machine)
    for language in ("ja", "en"):
        with translation.override(language):
            words = [machine.model._meta.verbose_name, *machine.labels.values(), *(act.label for act in machine.acts)]
            assert [str(word) for word in words if str(word) not in text] == []
    table = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| |")]
    assert len(table) == len(machine.acts)
    for row, act in zip(table, [*machine.moves, *machine.stays], strict=True):
        assert row.endswith(f"({act.clause.id}) |")


@every_machine
def test_the_diagram_has_an_arrow_for_every_way_and_ends_where_life_ends(machine):
    drawn = document(machine).partition("```mermaid")[2].partition("```")[0]
    arrows = [line.strip().partition(":")[0] for line in drawn.splitlines() if "-->" in line]
    named = {state.replace("-", "_"): state for state in machine.labels}
    ways = [tuple(part.strip() for part in arrow.split("-->")) for arrow in arrows]
    assert [("[*]", end) for start, end in ways if start == "[*]"] == [("[*]", machine.first.replace("-", "_"))]
    assert {named[start] for start, end in ways if end == "[*]"} == machine.last()
    assert sorted((named[a], named[b]) for a, b in ways if "[*]" not in (a, b)) == sorted(machine.ways)


def test_a_document_that_was_changed_by_hand_is_missing_or_of_nothing_is_found_and_written_anew(tmp_path):
    assert diagrams(tmp_path, "--dry-run").startswith(f"{len(machines()) + 1} documents, {len(machines()) + 1} would")
    assert not (tmp_path / FOLDER).exists()
    diagrams(tmp_path)
    contract, folder = tmp_path / FOLDER / "contracts.contract.md", tmp_path / FOLDER
    contract.write_text(contract.read_text().replace("G29.1", "G29.2"))
    (folder / "contracts.customer.md").write_text("# Customer")
    (folder / INDEX).unlink()
    with pytest.raises(CommandError, match=r"3 documents are stale: README\.md, .*contract\.md, .*customer\.md"):
        diagrams(tmp_path, "--check")
    diagrams(tmp_path)
    assert stale(folder) == []
