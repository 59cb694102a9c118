"""Shapes: what a resource shows of its records, as data; rows are read by their columns and never built into models."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models

from iijiot.api.ids import PublicId

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One member: the column it is read from, how its value is told, and its type in the description."""

    path: str
    kind: str = "string"
    told: Callable[[Any], Any] | None = None
    null: bool = False
    example: str = ""

    def paths(self, prefix: str) -> list[str]:
        """The columns to read."""
        return [prefix + self.path]

    def tell(self, row: Row, prefix: str) -> Any:
        """The value as it is sent."""
        value = row[prefix + self.path]
        return self.told(value) if self.told is not None else value


@dataclass(frozen=True)
class Link:
    """A member that names another record by its public id, and shows it whole where the caller asks for that."""

    path: str
    shape: "Shape"
    null: bool = False
    opened: bool = False

    def paths(self, prefix: str) -> list[str]:
        """The number of the other, or everything that its shape shows."""
        within = f"{prefix}{self.path}__"
        return self.shape.paths(within) if self.opened else [within + self.shape.number]

    def tell(self, row: Row, prefix: str) -> Any:
        """Its id, or the other record, or nothing."""
        within = f"{prefix}{self.path}__"
        number = row[within + self.shape.number]
        if number is None:
            return None
        return self.shape.tell(row, within) if self.opened else self.shape.public_id(number)


@dataclass(frozen=True)
class Many:
    """Records of another kind that belong to each record: shown where they are asked for, read at once for a whole page."""

    of: Callable[[list[int]], models.QuerySet[Any]]
    owner: str
    shape: "Shape"


@dataclass(frozen=True)
class Shape:
    """What is shown of a kind of record."""

    ids: PublicId | None
    parts: Mapping[str, Part | Link]
    number: str = "number"
    many: Mapping[str, Many] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    name: str = ""
    """In the description."""

    def expanding(self, names: Iterable[str]) -> "Shape":
        """The same with these links shown whole. Raises KeyError for what is no link."""
        wanted = list(dict.fromkeys(names))
        parts = dict(self.parts)
        links = {name: part for name, part in parts.items() if isinstance(part, Link)}
        for name in wanted:
            if name in self.many:
                continue
            parts[name] = replace(links[name], opened=True)
        return replace(self, parts=parts, opened=tuple(name for name in wanted if name in self.many))

    def public_id(self, number: Any) -> str | None:
        """How the record with this number is named outside."""
        return self.ids.of(number) if self.ids else None

    @property
    def expandable(self) -> list[str]:
        """What can be asked for whole."""
        return [*(name for name, part in self.parts.items() if isinstance(part, Link)), *self.many]

    def paths(self, prefix: str = "") -> list[str]:
        """Every column that it needs."""
        found = [f"{prefix}{self.number}"] if self.ids else []
        for part in self.parts.values():
            found += part.paths(prefix)
        return list(dict.fromkeys(found))

    def tell(self, row: Row, prefix: str = "") -> dict[str, Any]:
        """One record as it is sent."""
        told: dict[str, Any] = {"id": self.ids.of(row[f"{prefix}{self.number}"])} if self.ids else {}
        for name, part in self.parts.items():
            told[name] = part.tell(row, prefix)
        return told

    def tell_all(self, rows: list[Any]) -> list[dict[str, Any]]:
        """A page of records as they are sent, each with the many that were asked for."""
        told = [self.tell(row) for row in rows]
        for name in self.opened:
            many = self.many[name]
            found: dict[int, list[dict[str, Any]]] = {row["pk"]: [] for row in rows}
            columns = dict.fromkeys([many.owner, *many.shape.paths()])
            for other in many.of(list(found)).order_by("pk").values(*columns):
                found[other[many.owner]].append(many.shape.tell(other))
            for record, row in zip(told, rows, strict=True):
                record[name] = found[row["pk"]]
        return told
