"""What the database itself refuses: changing history, and changing a login ID.

What is personal in a history or log can be erased, by the one function that says that it does so (contracts/rewriting.py).
"""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections

from iijiot.personal import personal, personal_in_history

FUNCTIONS = """
CREATE OR REPLACE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0 AND current_setting('backoffice.erasing', true) = 'on' THEN
        IF to_jsonb(NEW) - TG_ARGV[0]::text[] = to_jsonb(OLD) - TG_ARGV[0]::text[] THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'History is kept: % on % is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE FUNCTION login_id_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A login ID never changes (G5.5).' USING ERRCODE = 'insufficient_privilege';
END $$;
"""


def guard_history(app_config: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Put the triggers on this app's history tables and logs; repeating it changes nothing."""
    tables = {model._meta.db_table: erasable(model) for model in app_config.get_models() if is_kept(model)}
    if not tables:
        return
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        for table in [table for table in tables if table in present]:
            name = connection.ops.quote_name(table)
            but = "'{" + ",".join(tables[table]) + "}'" if tables[table] else ""
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER history_is_kept BEFORE UPDATE OR DELETE ON {name} "
                f"FOR EACH ROW EXECUTE FUNCTION history_is_kept({but})"
            )
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER history_is_never_emptied BEFORE TRUNCATE ON {name} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept()"
            )
        if app_config.label == "iijiot" and "iijiot_user" in present:
            cursor.execute(
                "CREATE OR REPLACE TRIGGER login_id_is_kept BEFORE UPDATE OF login_id ON iijiot_user FOR EACH ROW "
                "WHEN (NEW.login_id IS DISTINCT FROM OLD.login_id) EXECUTE FUNCTION login_id_is_kept()"
            )


def erasable(model: Any) -> list[str]:
    """The columns of a history or log in which something personal can stand."""
    fields = personal_in_history(model.instance_type) if is_history(model) else personal(model)
    return sorted(str(model._meta.get_field(name).column) for name in fields)


def order_history(app_config: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Index this app's history in the order of acts: of each record, and of each customer where a row says whose it is."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in app_config.get_models():
            table = model._meta.db_table
            if not is_history(model) or table not in present:
                continue
            columns = {field.column for field in model._meta.concrete_fields}
            for column in sorted({"id", "customer_id"} & columns):
                index = connection.ops.quote_name(f"{table[-40:]}_{column}_acts")
                cursor.execute(
                    f"CREATE INDEX IF NOT EXISTS {index} ON {connection.ops.quote_name(table)} ({column}, history_chapter)"
                )


def is_history(model: type) -> bool:
    """Whether this model holds the history of another."""
    from iijiot.records import RecordedHistory

    return issubclass(model, RecordedHistory)


def is_kept(model: type) -> bool:
    """Whether rows of this model are only ever added."""
    return is_history(model) or getattr(model, "APPEND_ONLY", False)


def is_measured(model: type) -> bool:
    """Whether rows of this model are figures that machines count, which have no history (iijiot/measured.py)."""
    return bool(getattr(model, "MEASURED", ""))


def is_passing(model: type) -> bool:
    """Whether rows of this model are no records: kept for a while and then let go (`PASSING` says why)."""
    return bool(getattr(model, "PASSING", ""))


def kept_models() -> list[Any]:
    """All models of the project whose rows are only ever added."""
    return [model for model in apps.get_models() if is_kept(model)]
