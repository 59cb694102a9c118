"""What every test can have: the cast."""

pytest_plugins = [
    "tests.factories.people",
    "tests.database_role",
    "tests.evidence_folder",
    "tests.long_first",
    "tests.recorder",
    "tests.template_database",
]
