"""X49: manage.py backup, manage.py restore and manage.py restore_drill: a real dump of a small world comes back whole."""

import os
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from contracts.models import Customer, Evidence
from iijiot import backing_up, clock, file_store, fingerprints, restoring, sealing
from iijiot.backup_log import Standing, standing
from iijiot.daily import Tally
from iijiot.models import Backup, HistorySeal
from tests.factories import ContractFactory, EvidenceFactory, InvoiceFactory, SimCardFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.unrecorded("restores a database, of which the recorder knows nothing"),
]


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> Path:
    """A few records, a file of evidence, a seal; the folder of backups."""
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    ContractFactory()
    SimCardFactory()
    InvoiceFactory()
    body = b"a register extract"
    with file_store.placed(body) as key:
        EvidenceFactory(stored_as=key, sha256=file_store.digest(body))
    sealing.seal(clock.today(), Tally())
    return tmp_path / "backups"


def told(command: str, *arguments: str) -> str:
    """What a command says."""
    out = StringIO()
    try:
        call_command(command, *arguments, stdout=out)
    finally:
        print(out.getvalue())
    return out.getvalue()


def dumps(folder: Path) -> list[Path]:
    """What lies in the folder of backups."""
    return sorted(folder.glob("*.dump"))


def test_a_backup_is_a_dump_and_the_files_and_is_written_down(world):
    said = told("backup")
    (dump,) = dumps(world)
    made = Backup.objects.get()
    assert (made.name, made.size, made.files, made.lost) == (dump.name, dump.stat().st_size, 1, 0)
    assert made.size > 10_000
    assert re.search(r"[\d,]+ bytes, 1 files of evidence \(1 new\), in \d+\.\d s\.$", said.strip())
    assert (dump.stat().st_mode & 0o077, world.stat().st_mode & 0o077) == (0, 0)
    ((key, sha256),) = file_store.recorded()
    file_store.opened(key, sha256, backing_up.files_folder()).close()
    assert standing(clock.now())[0] == Standing.IN_ORDER
    assert "(0 new)" in told("backup")


def test_x49_the_drill_restores_compares_everything_and_logs_in(world):
    said = told("restore_drill")
    things, rows = re.search(r"([\d,]+) things, ([\d,]+) rows: 0 differ", said).groups()
    assert int(things.replace(",", "")) > 3000
    assert int(rows.replace(",", "")) > 100
    for proof in ("migrate --check", "verify_history", "check_books", "files", "login"):
        assert re.search(rf"^{proof}: \d+\.\d s$", said, re.MULTILINE), proof
    assert re.search(r"The restore drill succeeded in \d+\.\d s: backoffice-\w+\.dump, [\d,]+ bytes\.$", said.strip())
    assert connection.settings_dict["NAME"].startswith("test_"), "the site is on its own database again"
    assert Customer.objects.exists()
    assert not Path(connection.settings_dict["FOLDER"]).name.startswith("restore-drill-")


def test_the_drill_of_an_older_dump_proves_that_it_works(world):
    told("backup")
    ContractFactory()
    said = told("restore_drill", "--of", str(dumps(world)[0]))
    assert "succeeded" in said
    assert "differ" not in said


def test_a_file_that_the_backup_lacks_fails_the_drill(world):
    told("backup")
    ((key, _sha256),) = file_store.recorded()
    (backing_up.files_folder() / key[:2] / key).write_bytes(b"other bytes")
    with pytest.raises(CommandError, match="1 things are wrong"):
        told("restore_drill", "--of", str(dumps(world)[0]))


def test_a_dump_that_is_cut_short_fails_the_drill(world):
    told("backup")
    (dump,) = dumps(world)
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    with pytest.raises(CommandError, match="It cannot be restored"):
        told("restore_drill", "--of", str(dump))


CHANGES = {
    "a row": ("UPDATE contracts_customer SET name = 'x'", "table public.contracts_customer"),
    "a row more": ("INSERT INTO iijiot_jobfailure (job_id, task, at, error) VALUES (1, 'x', now(), '')", "jobfailure"),
    "numbers to be given again": (
        "SELECT setval('contracts_customer_id_seq', 1, false)",
        "sequence public.contracts_customer_id_seq",
    ),
    "a trigger off": ("ALTER TABLE iijiot_accessevent DISABLE TRIGGER history_is_kept", "trigger iijiot_accessevent"),
    "a constraint": (
        "ALTER TABLE contracts_contract DROP CONSTRAINT contract_state_known",
        "constraint contracts_contr",
    ),
    "an index": ("DROP INDEX history_seal_of_part", "index history_seal_of_part"),
    "a right": ("GRANT UPDATE ON iijiot_accessevent TO iijiot_app", "rights iijiot_accessevent"),
    "a function": ("ALTER FUNCTION erase_from_history(bigint, uuid) SECURITY INVOKER", "function erase_from_history"),
}


@pytest.mark.owner("changes what guards the tables, to see that the comparison sees it")
@pytest.mark.parametrize("change", CHANGES)
def test_the_comparison_sees_every_kind_of_difference(change):
    ContractFactory()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        raw = connection.connection
        before = fingerprints.of(raw)
        assert fingerprints.differences(before, fingerprints.of(raw)) == []
        cursor.execute(CHANGES[change][0])
        differ = fingerprints.differences(before, fingerprints.of(raw))
        cursor.execute("ROLLBACK")
    assert any(CHANGES[change][1] in line for line in differ), differ
    assert (
        len([line for line in differ if "recorder.log" not in line]) <= 2
    )  # the change, and the number that a new row takes


def test_files_that_are_lost_are_told_and_the_dump_stays(world, settings):
    ((key, _sha256),) = file_store.recorded()
    file_store.drop(key)
    with pytest.raises(CommandError, match=f"1 files of evidence are lost or changed, such as {key}"):
        told("backup")
    assert Backup.objects.get().lost == 1


def test_where_pg_dump_fails_nothing_counts_as_a_backup(world, settings):
    settings.POSTGRES_BIN = "/nonexistent"
    with pytest.raises(CommandError, match=r"There is no new backup\. pg_dump cannot be run"):
        told("backup")
    assert not Backup.objects.exists()
    assert list(world.iterdir()) == []


def test_old_dumps_lapse_with_the_files_that_nobody_needs_and_the_last_stays(world):
    long_ago = clock.now() - timedelta(days=40)
    _old, _copied = backing_up.make(long_ago)
    last, _copied = backing_up.make(long_ago + timedelta(days=1))
    unneeded = backing_up.files_folder() / "00" / ("0" * 32)
    unneeded.parent.mkdir(exist_ok=True)
    unneeded.write_bytes(b"erased meanwhile")
    for dump in dumps(world):
        os.utime(dump, (long_ago.timestamp(),) * 2)
    assert backing_up.let_lapse(clock.now(), 35) == 2
    assert [dump.name for dump in dumps(world)] == [last.name]
    assert not unneeded.exists()
    assert len(list(backing_up.files_folder().glob("*/*"))) == 1


def test_restore_takes_only_an_empty_database_and_puts_the_files_back(world, settings, tmp_path):
    told("backup")
    (dump,) = dumps(world)
    with pytest.raises(CommandError, match="There are tables in this database already"):
        told("restore", str(dump))
    settings.EVIDENCE_DIR = tmp_path / "new-machine"
    seals = HistorySeal.objects.count()
    with restoring.elsewhere():
        assert "files put back: 1" in told("restore", str(dump))
        assert (Evidence.objects.count(), HistorySeal.objects.count()) == (1, seals)
        assert "All as sealed" in told("verify_history")
        evidence = Evidence.objects.get()
        file_store.opened(evidence.stored_as, evidence.sha256).close()
    assert len(list(settings.EVIDENCE_DIR.glob("*/*"))) == 1
