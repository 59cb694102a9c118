"""The commands take the same road as the console, and say in the end what became of the file."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from sims.models import FileImport, SimCard
from tests.factories.sims import SimCardFactory, iccid
from tests.sims.test_importing import GOOD, csv_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english"), pytest.mark.clause("MA1")]


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        yield


def run(path, *options):
    out = StringIO()
    call_command("import_cards", str(path), *options, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def file(tmp_path):
    def written(*rows):
        path = tmp_path / "delivery.csv"
        path.write_bytes(csv_of(*rows, header=["ICCID"]))
        return path

    return written


WHOLE = ("--product", "docomo-m2m", "--form-factor", "4ff", "--delivery", "D-1")


def test_a_delivery_is_taken_in(file):
    told = run(file([GOOD], [iccid(2)]), *WHOLE)
    assert (told["rows"], told["loaded"], told["to_correct"]) == (2, 2, "")
    card = SimCard.objects.get(iccid=GOOD)
    assert (card.received_on, card.delivery) == (date(2026, 11, 25), "D-1")
    assert FileImport.objects.get().state == "done"


def test_with_a_wrong_row_nothing_is_loaded_and_the_rows_to_correct_lie_beside_the_file(file):
    path = file([GOOD], ["8981"])
    with pytest.raises(CommandError, match="1 of 2 rows are wrong"):
        run(path, *WHOLE)
    assert not SimCard.objects.exists()
    assert FileImport.objects.get().state == "cancelled"
    beside = path.with_name("delivery_要修正.csv")
    assert beside.read_bytes().endswith(b",8981\r\n")


def test_good_rows_only(file):
    told = run(file([GOOD], ["8981"]), *WHOLE, "--good-rows-only")
    assert (told["loaded"], told["bad"]) == (1, 1)
    assert Path(told["to_correct"]).exists()


def test_a_dry_run_says_the_same_and_stores_nothing(file):
    SimCardFactory(iccid=GOOD)
    path = file([GOOD], [iccid(2)])
    told = run(path, *WHOLE, "--dry-run")
    assert (told["good"], told["bad"], told["loaded"], told["dry_run"]) == (1, 1, 0, True)
    assert Path(told["to_correct"]).exists()
    assert not FileImport.objects.exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--product", "nothing"), "no product"),
        (("--received-on", "yesterday"), "day"),
        (("--received-on", "2026-11-26"), "not come"),
    ],
)
def test_what_is_given_wrong_is_told(file, options, says):
    with pytest.raises(CommandError, match=says):
        run(file([GOOD]), *options)


def test_a_file_that_is_no_table_is_told(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"")
    for options in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match="empty"):
            call_command("import_usage", str(path), *options)
