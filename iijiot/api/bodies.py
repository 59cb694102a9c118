"""Inputs as JSON Schema: exactly what the fields take, so that a program can know it before it asks."""

from collections.abc import Callable, Sequence
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from iijiot.api.inputs import Day, File, Input, Named, Text, Truth, Whole
from iijiot.api.schemas import DAY, Schema, Schemas, id_of, nullable

UNSEEN = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u2028\\u2029"
"""The signs that no text holds; the ends of lines and the tabulator are none of them."""
ANY_TEXT = f"^[^{UNSEEN}]*$"
SOME_TEXT = f"^[^{UNSEEN}]*[^{UNSEEN}\\s][^{UNSEEN}]*$"


def body_of(schemas: Schemas, takes: type[Input]) -> Schema:
    """The component of an input."""
    return schemas.component(takes.__name__, lambda: of_input(schemas, takes()))


def of_input(schemas: Schemas, sent: Input) -> Schema:
    """An object with these fields and none besides."""
    properties, required = {}, []
    for name, one in sent.fields.items():
        properties[name] = of_field(schemas, one)
        if one.required:
            required.append(name)
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = required
    if sent.EXAMPLE is not None:
        schema["examples"] = [sent.EXAMPLE]
    return schema


def of_field(schemas: Schemas, one: Any) -> Schema:
    """One field, with its default and whether it can be null."""
    schema = of_value(schemas, one)
    if one.allow_null:
        schema = nullable(schema)
    if one.default is not empty and not callable(one.default):
        schema = {**schema, "default": one.default}
    if one.help_text:
        schema = {**schema, "description": str(one.help_text)}
    return schema


def of_value(schemas: Schemas, one: Any) -> Schema:
    """What a field takes."""
    for kinds, make in KINDS:
        if isinstance(one, kinds):
            return make(schemas, one)
    raise TypeError(f"{type(one).__name__} has no description")


def of_text(one: Text) -> Schema:
    """A text with its length."""
    schema: Schema = {"type": "string", "pattern": one.pattern or (ANY_TEXT if one.allow_blank else SOME_TEXT)}
    if isinstance(one, File):
        schema |= {"contentEncoding": "base64"}
    if not one.allow_blank:
        schema["minLength"] = 1
    if one.max_length is not None:
        schema["maxLength"] = one.max_length
    return schema


def of_whole(one: Whole) -> Schema:
    """A whole number between its bounds."""
    bounds = {"minimum": one.min_value, "maximum": one.max_value}
    return {"type": "integer", **{name: bound for name, bound in bounds.items() if bound is not None}}


def of_list(schemas: Schemas, one: Any, child: Any) -> Schema:
    """Many of a kind, with how many they may be."""
    bounds = {"maxItems": one.max_length, "minItems": one.min_length or (None if one.allow_empty else 1)}
    told = {name: bound for name, bound in bounds.items() if bound is not None}
    return {"type": "array", "items": of_field(schemas, child), **told}


KINDS: Sequence[tuple[Any, Callable[[Schemas, Any], Schema]]] = (
    (Named, lambda _schemas, one: id_of(one.ids)),
    (Text, lambda _schemas, one: of_text(one)),
    (Day, lambda _schemas, _one: dict(DAY)),
    (Whole, lambda _schemas, one: of_whole(one)),
    (serializers.EmailField, lambda _schemas, one: {"type": "string", "format": "email", "maxLength": one.max_length}),
    (Truth, lambda _schemas, _one: {"type": "boolean"}),
    (serializers.ChoiceField, lambda _schemas, one: {"type": "string", "enum": [str(value) for value in one.choices]}),
    ((serializers.ListField, serializers.ListSerializer), lambda schemas, one: of_list(schemas, one, one.child)),
    (Input, lambda schemas, one: body_of(schemas, type(one))),
)
"""How each kind of field is described."""
