"""D08: the table of settings is the code's, and a name that is nearly right is named at the start."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from iijiot.checks import names_are_known
from iijiot.environment import VARIABLES, table

BASE = Path(settings.BASE_DIR)
READERS = {"str", "int", "bool", "list", "db_url", "email_url", "needed"}


def read() -> set[str]:
    """The names of what the settings ask the environment for."""
    calls = [
        node for node in ast.walk(ast.parse((BASE / "iijiot/settings.py").read_text())) if isinstance(node, ast.Call)
    ]
    named = [call for call in calls if ast.unparse(call.func).rpartition(".")[2] in READERS and call.args]
    return {
        str(call.args[0].value)
        for call in named
        if isinstance(call.args[0], ast.Constant) and re.fullmatch(r"[A-Z_]+", str(call.args[0].value))
    }


def test_every_variable_that_is_read_is_in_the_table_and_no_other():
    assert read() == {variable.name for variable in VARIABLES}
    assert all(all(variable) for variable in VARIABLES)


def test_the_page_is_the_table():
    assert (BASE / "docs/settings.md").read_text() == table(), "run: manage.py environment"
    call_command("environment", "--dry-run")


@pytest.mark.parametrize(("given", "meant"), [("DATABSE_URL", "DATABASE_URL"), ("ALOWED_HOSTS", "ALLOWED_HOSTS")])
def test_a_slip_is_named_with_what_was_meant(monkeypatch, given, meant):
    monkeypatch.setenv(given, "x")
    (told,) = names_are_known()
    assert given in told.msg
    assert meant in str(told.hint)


def test_what_others_have_in_the_environment_is_theirs(monkeypatch):
    for name in ("PATH", "HOSTNAME", "PYTHONPATH", "DJANGO_SETTINGS_MODULE", "PGPASSWORD", "LANG", "SECRET"):
        monkeypatch.setenv(name, "x")
    assert names_are_known() == []
