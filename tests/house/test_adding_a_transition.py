"""D11: "Add a transition" of CONTRIBUTING is done, step by step, to a copy of the sources; and the new act works there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

BASE = Path(settings.BASE_DIR)
COPIED = ("iijiot", "contracts", "sims", "billing", "templates", "tests", "docs", "manage.py", "pyproject.toml")

Edit = tuple[str, str, str]
"""In which file what is put before or in the place of what."""

RULE = '''@rule("G16", _("What was erased cannot come back."))
def not_erased(evidence: Any) -> bool:
    """The file is there."""
    return not evidence.is_erased


'''
METHOD = '''
    @transition(
        field=state, allowed=ALLOWED, target=State.KEPT, clause="G16", label=_("Readmit the file"), conditions=[not_erased]
    )
    def readmit(self, on: date) -> None:
        """It counts again from a day on (G16)."""
        if on < self.received_on:
            raise refuse("G16", _("It cannot count before it was received."))
        self.withdrawn_because = ""
'''
DOING = '''def readmit(evidence: Evidence, *, on: date, actor: Actor, reason: str) -> None:
    """Let a file count again (G16)."""
    with chapter(actor=actor, reason=reason, clause="G16"), locked(evidence) as (held,):
        held.readmit(on)
        held.save()


'''
DIALOG = '''class ReadmitEvidence(ConsoleAction):
    """証拠書類の復活 (G16)"""

    slug, label, permission, clause = "readmit", _("Readmit the file"), "contracts.readmit_evidence", "G16"
    transition, form = "readmit", BecauseForm
    help = _("It counts again.")
    done = _("The file counts again.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Readmit it."""
        proving.readmit(self.obj, on=self.today, actor=self.actor, reason=data["because"])


'''
MODEL, DIALOGS = "contracts/models/evidence.py", "contracts/admin/evidence.py"
STEPS: list[list[Edit]] = [
    [
        (MODEL, '"withdraw": [State.KEPT]}', '"withdraw": [State.KEPT], "readmit": [State.WITHDRAWN]}'),
        (MODEL, "        self.withdrawn_because = because\n", f"        self.withdrawn_because = because\n{METHOD}"),
    ],
    [
        (MODEL, "def field_of(", f"{RULE}def field_of("),
        (MODEL, "import Allowed, transition", "import Allowed, refuse, rule, transition"),
        (MODEL, "from functools import", "from datetime import date\nfrom functools import"),
    ],
    [("contracts/proving.py", "def open_(", f"{DOING}def open_(")],
    [
        (DIALOGS, "@admin.register(Evidence)", f"{DIALOG}@admin.register(Evidence)"),
        (DIALOGS, "[WithdrawEvidence]", "[WithdrawEvidence, ReadmitEvidence]"),
    ],
    [
        (
            MODEL,
            '            ("open_evidence"',
            '            ("readmit_evidence", _("Can readmit files")),\n            ("open_evidence"',
        ),
        (
            "contracts/reference.py",
            '    "contracts.keep_evidence",\n',
            '    "contracts.keep_evidence",\n    "contracts.readmit_evidence",\n',
        ),
    ],
]
"""What each step of the page changes, up to the tests."""

TRIED = """
import django
django.setup()
from django.test.utils import setup_test_environment
setup_test_environment(debug=False)
from django.core.management import call_command
from django.db import transaction
call_command("makemigrations", "contracts", "--name", "readmitting", "--no-header")
call_command("diagrams")
call_command("messages")
from contracts import reference
from contracts.models import Evidence
from iijiot.records import fresh
from iijiot.rules import unmet
from tests.factories import EvidenceFactory
from tests.console.conftest import what_was_shown
from tests.house.console import as_superuser
assert "contracts.readmit_evidence" in reference.DESK
with transaction.atomic():
    gone, kept, erased = EvidenceFactory(withdrawn=True), EvidenceFactory(), EvidenceFactory(withdrawn=True, name="消去済み 1")
    browser = as_superuser()
    def press(record, **sent):
        return browser.post(f"/console/contracts/evidence/{record.pk}/do/readmit/", {"because": "再提出", **sent})
    shown = press(gone, step="preview")
    assert shown.status_code == 200, shown.content.decode()
    assert fresh(gone).state == "withdrawn"
    done = press(gone, step="confirm", **what_was_shown(shown))
    assert done.status_code == 302, done.content.decode()
    row = fresh(gone).history.first()
    assert (row.state, row.history_clause, row.history_actor_kind) == ("kept", "G16", "staff")
    assert row.history_change_reason == "再提出"
    assert press(kept, step="preview").status_code == 409
    assert [str(one.remedy) for one in unmet(erased.readmit)] == ["What was erased cannot come back."]
    transaction.set_rollback(True)
print("carried out")
"""


def guide() -> list[str]:
    """The steps of the page."""
    page = (BASE / "CONTRIBUTING.md").read_text()
    return re.findall(r"^\d\. (.+)", page.partition("## Add a transition")[2].partition("\n## ")[0], re.MULTILINE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources, to be changed."""
    for name in COPIED:
        source = BASE / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, tmp_path / name)
    return tmp_path


@pytest.mark.django_db
def test_who_follows_the_page_has_a_new_act(copy: Path):
    assert len(guide()) == len(STEPS) + 2
    for step in STEPS:
        for name, before, after in step:
            text = (copy / name).read_text()
            assert text.count(before) == 1, (name, before)
            (copy / name).write_text(text.replace(before, after))
    environment = {
        **os.environ, "DEBUG": "1", "TESTING": "1", "DATABASE_NAME": str(connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "iijiot.settings", "PGDATA_DIR": str(settings.PGDATA_DIR),
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-c", TRIED],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert told.stdout.splitlines()[-1:] == ["carried out"], told.stdout + told.stderr
    (migration,) = (copy / "contracts/migrations").glob("*_readmitting.py")
    assert "readmit_evidence" in migration.read_text()
    assert "Readmit the file" in (copy / "docs/states/contracts.evidence.md").read_text()
    assert 'msgid "Readmit the file"' in (copy / "contracts/locale/ja/LC_MESSAGES/django.po").read_text()
