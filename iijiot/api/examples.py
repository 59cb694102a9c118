"""Examples of the description: what a record looks like, made of the examples of its members."""

from collections.abc import Mapping
from typing import Any

PLAIN: dict[str, Any] = {"string": "", "integer": 1, "number": 1, "boolean": False, "null": None}


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """A value of a schema: its own example, or one made of those of its parts."""
    if "$ref" in schema:
        _root, _components, kind, name = schema["$ref"].split("/")
        return example_of(components[kind][name], components)
    if "examples" in schema:
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components)
    return _of_type(schema, components)


def _of_type(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    match kinds[0]:
        case "object":
            required = schema.get("required", [])
            return {
                name: example_of(member, components)
                for name, member in schema.get("properties", {}).items()
                if name in required
            }
        case "array":
            return [example_of(schema["items"], components)]
    return PLAIN[kinds[0]]
