"""X50: a migration that could hold up a site at work, or that takes something away, says beside it why it may."""

import pytest
from django.apps import apps
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.models import ForeignKey, Index

OURS = {"iijiot", "contracts", "sims", "billing"}
LOCKS = (
    operations.AddConstraint,
    operations.AddIndex,
    operations.AlterField,
    operations.AlterUniqueTogether,
    operations.DeleteModel,
    operations.RemoveField,
    operations.RenameField,
    operations.RenameModel,
    operations.RunPython,
    operations.RunSQL,
)
"""What reads or rewrites a whole table under a lock, or breaks processes of the release before, which are still at work."""

BEFORE_THE_FIRST_RELEASE = "no release holds data of it yet"
NOTES = {
    ("iijiot", "0001_initial"): "the table of the cache, which is new",
    ("iijiot", "0005_portal_log"): BEFORE_THE_FIRST_RELEASE,
    ("sims", "0002_generations"): BEFORE_THE_FIRST_RELEASE,
}
"""Why a migration may do so. What came after a release: how long it took on the big demo, or in which steps it goes."""


def migrations() -> dict[tuple[str, str], Migration]:
    """Ours, by app and name."""
    known = MigrationLoader(None).disk_migrations or {}
    return {key: migration for key, migration in known.items() if key[0] in OURS}


def holds_up(operation: operations.base.Operation) -> bool:
    """Whether an operation on a table that is there already needs a word."""
    added = getattr(operation, "field", None)
    indexed = isinstance(operation, operations.AddField) and (
        isinstance(added, ForeignKey) or added.db_index or added.unique
    )
    return indexed or isinstance(operation, LOCKS)


def on_old_tables(migration: Migration) -> list[operations.base.Operation]:
    """Its operations, but for those on tables that it makes itself."""
    made = {one.name_lower for one in migration.operations if isinstance(one, operations.CreateModel)}
    return [one for one in migration.operations if getattr(one, "model_name_lower", "") not in made]


def test_each_migration_that_could_hold_up_a_site_says_why_it_may():
    found = {key for key, migration in migrations().items() if any(map(holds_up, on_old_tables(migration)))}
    assert found == set(NOTES)


@pytest.mark.parametrize(
    ("operation", "needs_a_word"),
    [
        (operations.AddIndex("line", Index(fields=["tags"], name="x")), True),
        (operations.RemoveField("line", "tags"), True),
        (operations.RunSQL("UPDATE sims_line SET tags = ''"), True),
        (operations.AlterModelOptions("line", {}), False),
    ],
)
def test_what_holds_up_is_known_as_such(operation, needs_a_word):
    assert holds_up(operation) is needs_a_word


def test_only_a_column_with_an_index_needs_a_word():
    fields = {field.name: field for field in apps.get_model("sims", "line")._meta.local_fields}
    assert holds_up(operations.AddField("line", "contract", fields["contract"]))
    assert not holds_up(operations.AddField("line", "tags", fields["tags"]))
