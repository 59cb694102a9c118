"""Histories of very many rows, written by SQL from the rows as they are now: one statement for each version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from iijiot.actors import Actor
from iijiot.copying import Staging, given_by_database

MANY = Staging("many")
"""The contracts that get their lines."""
AT = "(({day}) + time '{time}') AT TIME ZONE 'Asia/Tokyo'"


@dataclass(frozen=True)
class By:
    """Who made a version, when, why and under which clause; the act is told apart from others by its name."""

    who: Actor
    at: str
    act: str
    clause: str
    reason: str = ""

    def columns(self, seed: int) -> dict[str, str]:
        """The SQL of what a history row says beside the values."""
        named = f"md5('{seed}:{self.act}:' || many.contract_id)"
        moment = f"lpad(to_hex((extract(epoch FROM {self.at}) * 1000)::bigint), 12, '0')"
        return {
            "history_date": self.at,
            "history_user_id": str(self.who.user_id or "NULL"),
            "history_change_reason": f"'{self.reason}'",
            "history_actor_kind": f"'{self.who.kind}'",
            "history_actor": f"'{self.who.name}'",
            "history_clause": self.clause,
            "history_chapter": f"({moment} || '7' || substr({named}, 1, 3) || 'a' || substr({named}, 4, 15))::uuid",
        }


@dataclass(frozen=True)
class OfContract:
    """A version that the contract's own act has made, such as its acceptance or its end."""

    name: str
    clause: str

    def columns(self, seed: int) -> dict[str, str]:
        """As the contract's history has them."""
        told = ("date", "user_id", "change_reason", "actor_kind", "actor", "chapter")
        return {
            "history_clause": self.clause,
            **{f"history_{what}": f"many.{self.name}_{what}" for what in told},
        }


@dataclass(frozen=True)
class Version:
    """A version of the rows for which `where` holds: what was otherwise then, over the columns of `many` and `row`."""

    by: By | OfContract
    otherwise: Mapping[str, str] = field(default_factory=dict)
    where: str = "true"


def remember(model: Any, versions: list[Version], source: str, seed: int) -> None:
    """Write these versions of rows, which `source` joins as `row` with `many`; the first is the one that made them."""
    history = model.history.model._meta
    kept = {column.column for column in history.concrete_fields}
    columns = [str(column.column) for column in model._meta.concrete_fields if column.column in kept]
    for place, version in enumerate(versions):
        told = {"history_type": "'~'" if place else "'+'", **version.by.columns(seed)}
        values = [version.otherwise.get(column, f"row.{column}") for column in columns]
        _insert(history.db_table, [*columns, *told], [*values, *told.values()], f"{source} WHERE {version.where}")


def fill(model: type[models.Model], values: Mapping[str, str], source: str) -> None:
    """Add rows of these values from a source, without their history; what is not named has its default."""
    rest = {
        str(column.column): _literal(column)
        for column in model._meta.concrete_fields
        if str(column.column) not in values and not column.primary_key and not given_by_database(column)
    }
    every = {**rest, **values}
    _insert(model._meta.db_table, list(every), list(every.values()), source)


def _insert(table: str, columns: list[str], values: list[str], source: str) -> None:
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"
    MANY.ask(statement)


def _literal(column: Any) -> str:
    default = column.get_default()
    if default is None:
        return "NULL"
    return f"'{default}'" if isinstance(default, str) else str(default).lower()
