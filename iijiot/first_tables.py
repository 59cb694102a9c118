"""The first migration of an app, whose many tables are made with all its models known at once.

Django knows each model anew for each operation, and with it all that are related to it: for seventy tables a waste of seconds.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState


class FirstTables(Migration):
    """A migration of tables and fields, no two of whose operations are about the same."""

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """Learn all models first, then make their tables."""
        before = project_state.clone()
        project_state.__dict__.pop("apps", None)  # or each model is learnt by itself after all
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            if collect_sql:
                schema_editor.collected_sql.append(f"-- {operation.describe()}")
            operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state
