"""What is sent and what is answered as JSON Schema; types, lengths and states are read from the columns themselves."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from iijiot.api.ids import PublicId
from iijiot.api.shapes import Link, Part, Shape

Schema = dict[str, Any]
SCHEMAS = ResolvedComponent.SCHEMA

DAY: Schema = {"type": "string", "format": "date", "examples": ["2026-12-25"]}
MOMENT: Schema = {"type": "string", "format": "date-time", "examples": ["2026-11-25T01:00:00Z"]}
WHOLE: Schema = {"type": "integer", "examples": [1]}
TRUTH: Schema = {"type": "boolean", "examples": [False]}
STRING: Schema = {"type": "string"}
KINDS: dict[str, Schema] = {
    "string": STRING,
    "integer": WHOLE,
    "boolean": TRUTH,
    "date": DAY,
    "date-time": MOMENT,
    "object": {"type": "object", "additionalProperties": True},
    "texts": {"type": "array", "items": STRING},
    "objects": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
    "array": {"type": "array", "items": {}, "examples": [[]]},
}


def text(example: str = "", **more: Any) -> Schema:
    """A text, with what it may look like."""
    return {**STRING, **more, **({"examples": [example]} if example else {})}


def id_of(ids: PublicId) -> Schema:
    """The public id of a kind of record."""
    return text(f"{ids.prefix}_{ids.example}", pattern=ids.pattern)


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    told = {**schema, "type": [schema["type"], "null"]}
    return told | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})


def array(items: Any, **more: Any) -> "Array":
    """Many of something."""
    return Array(items, more)


@dataclass(frozen=True)
class Record:
    """A record as its shape shows it."""

    shape: Shape
    model: Any


@dataclass(frozen=True)
class Array:
    """Many of something."""

    items: Any
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Maybe:
    """Something, or null."""

    of: Any


@dataclass(frozen=True)
class Answer:
    """What is answered beside records: its members, each a schema, a record, another answer or many of one."""

    name: str
    members: Mapping[str, Any]
    optional: frozenset[str] = frozenset()


class Schemas:
    """Makes schemas, and puts those that have a name among the components of the description."""

    def __init__(self, registry: ComponentRegistry) -> None:
        self.registry = registry

    def component(self, name: str, make: Callable[[], Schema], kind: Any = SCHEMAS) -> Schema:
        """A reference to a component; it is made where it is not there yet."""
        found = ResolvedComponent(name=name, type=kind, object=name)
        if found not in self.registry:
            self.registry.register(found)  # before it is made: it may name itself
            found.schema = make()
        return {"$ref": f"#/components/{kind}/{name}"}

    def of(self, told: Any) -> Schema:
        """The schema of anything that is answered."""
        match told:
            case Record():
                return self.of_shape(told.shape, told.model)
            case Answer():
                return self.component(told.name, lambda: self.of_members(told.members, told.optional))
            case Array():
                return {"type": "array", "items": self.of(told.items), **told.more}
            case Maybe():
                return nullable(self.of(told.of))
        return dict(told)

    def of_members(self, members: Mapping[str, Any], optional: Iterable[str] = ()) -> Schema:
        """An object; further members may come with a later version."""
        required = [name for name in members if name not in set(optional)]
        properties = {name: self.of(member) for name, member in members.items()}
        return {"type": "object", "properties": properties, "required": required}

    def of_shape(self, shape: Shape, model: Any) -> Schema:
        """A record as it is shown."""
        return self.component(shape.name, lambda: self.shown(shape, model))

    def to_be(self, shape: Shape, model: Any) -> Schema:
        """A record as a dry run shows it: it has no id yet."""

        def make() -> Schema:
            whole = self.shown(shape, model)
            whole["properties"]["id"] = nullable(whole["properties"]["id"])
            return whole

        return self.component(f"{shape.name}ToBe", make)

    def tried(self, told: Any) -> Schema:
        """What a dry run answers instead: the same, of records that have no id yet."""
        if isinstance(told, Record):
            return self.to_be(told.shape, told.model)
        if isinstance(told, Answer) and any(isinstance(member, Record) for member in told.members.values()):
            members = {name: self.tried(member) for name, member in told.members.items()}
            return self.component(f"{told.name}ToBe", lambda: self.of_members(members, told.optional))
        return self.of(told)

    def shown(self, shape: Shape, model: Any) -> Schema:
        """Every member of a shape; those that are shown only where they are asked for are optional."""
        members: dict[str, Any] = {"id": id_of(shape.ids)} if shape.ids else {}
        for name, part in shape.parts.items():
            members[name] = self.of_link(part, model) if isinstance(part, Link) else of_part(part, model)
            if shape.ids and isinstance(part, Part) and part.path == shape.number:
                members[name]["examples"] = [shape.ids.example]
        for name, many in shape.many.items():
            members[name] = array(Record(many.shape, many.of([]).model))
        return self.of_members(members, shape.many)

    def of_link(self, link: Link, model: Any) -> Schema:
        """The id of another record, or that record where the caller asked for it."""
        whole = self.of_shape(link.shape, column(model, link.path).related_model)
        either: list[Schema] = [*([id_of(link.shape.ids)] if link.shape.ids else []), whole]
        return {"anyOf": [*either, {"type": "null"}] if link.null else either}

    def page_of(self, shape: Shape, model: Any) -> Schema:
        """A page of a list."""
        following = nullable(text(format="uri-reference"))
        return self.of(Answer(f"{shape.name}Page", {"data": array(Record(shape, model)), "next": following}))


def column(model: Any, path: str) -> Any:
    """The column at the end of a way through relations."""
    *way, last = path.split("__")
    for step in way:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last)


def of_part(part: Part, model: Any) -> Schema:
    """One member, with the states that its column knows, or its length."""
    schema = dict(KINDS[part.kind])
    if part.kind == "string" and part.told is None:
        schema |= of_column(column(model, part.path))
    if part.example:
        schema["examples"] = [part.example]
    return nullable(schema) if part.null else schema


def of_column(of: Any) -> Schema:
    """What a column of text can hold."""
    if of.flatchoices:
        named = [(str(value), str(label)) for value, label in of.flatchoices]
        values = [value for value, _label in named]
        told = "\n".join(f"- `{value}`: {label}" for value, label in named if value)
        return {"enum": [*values, *([""] if of.blank and "" not in values else [])], "description": told}
    return {"maxLength": of.max_length} if of.max_length else {}
