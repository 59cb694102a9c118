"""The test database is made once in a run, and each process of the run works in a copy of it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.recorder import install


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Name the template to Django, made by whichever process comes first and dropped by the last to leave.

    With `--reuse-db` each process keeps a database of its own instead, and a run of one process needs no other.
    """
    if django_db_keepdb or not hasattr(request.config, "workerinput"):
        yield
        return
    users = tmp_path_factory.getbasetemp().parent / "databases"
    test, plain = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    own, template = test["NAME"], f"test_{plain}_template"
    with count(users, 1) as others, django_db_blocker.unblock():
        if not others:
            test["NAME"] = template
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            install()
            connection.close()
            settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = plain
            test["NAME"] = own
    test["TEMPLATE"] = template
    yield
    with count(users, -1) as others, django_db_blocker.unblock():
        if not others:
            connection.settings_dict["NAME"] = template
            connection.creation.destroy_test_db(plain, verbosity=0)


@contextmanager
def count(users: Path, change: int) -> Iterator[int]:
    """How many other processes use the template; none of them begins or leaves meanwhile."""
    with users.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        before = int(file.read() or 0)
        yield before + min(change, 0)
        file.truncate(0)
        file.write(str(before + change))
