"""What of a new description breaks programs that were written after the old one (X46)."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
MAKES_STRICTER = ("pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")


def breaking(old: Json, new: Json) -> list[str]:
    """Each difference that is not additive, in words; none where every old program goes on working."""
    found = [*_operations(old, new)]
    sent = _sent(new) | _sent(old)
    for name, schema in old["components"]["schemas"].items():
        other = new["components"]["schemas"].get(name)
        if other is None:
            found.append(f"{name} is gone")
        else:
            found += _schema(name, schema, other, sent=name in sent)
    return found


def major(description: Json) -> int:
    """The major version."""
    return int(description["info"]["version"].split(".")[0])


def _operations(old: Json, new: Json) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, operation in methods.items():
            other = new["paths"].get(path, {}).get(method)
            name = f"{method.upper()} {path}"
            if other is None:
                yield f"{name} is gone"
            else:
                yield from _operation(name, operation, other)


def _operation(name: str, old: Json, new: Json) -> Iterator[str]:
    if old["operationId"] != new["operationId"]:
        yield f"{name} is called {new['operationId']} now"
    if old["security"] != new["security"]:
        yield f"{name} needs another scope"
    before, after = ({(p["in"], p["name"]): p for p in one["parameters"]} for one in (old, new))
    for (place, parameter), one in before.items():
        if (place, parameter) not in after:
            yield f"{name} takes no {parameter} in the {place}"
        else:
            yield from _schema(f"{name} {parameter}", one["schema"], after[place, parameter]["schema"], sent=True)
    for (place, parameter), one in after.items():
        if one.get("required") and not before.get((place, parameter), {}).get("required"):
            yield f"{name} needs {parameter} in the {place}"
    yield from (f"{name} answers {status} no more" for status in old["responses"] if status not in new["responses"])


def _sent(description: Json) -> set[str]:
    """The components that callers send."""
    found: set[str] = set()
    waiting = [o.get("requestBody") for methods in description["paths"].values() for o in methods.values()]
    while waiting:
        for name in _named(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(description["components"]["schemas"].get(name))
    return found


def _named(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield schema["$ref"].rsplit("/", 1)[1]
        for inner in schema.values():
            yield from _named(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _named(inner)


def _schema(name: str, old: Json, new: Json, *, sent: bool) -> Iterator[str]:
    if _kinds(old) != _kinds(new):
        yield f"{name} is of another type"
        return
    yield from (f"{name} has another {limit}" for limit in MAKES_STRICTER if sent and old.get(limit) != new.get(limit))
    if sent and set(old.get("enum") or []) - set(new.get("enum") or old.get("enum") or []):
        yield f"{name} takes fewer values"
    yield from _members(name, old, new, sent=sent)
    if "items" in old:
        yield from _schema(f"{name}[]", old["items"], new["items"], sent=sent)


def _kinds(schema: Json) -> Any:
    return schema.get("$ref") or schema.get("type") or [_kinds(one) for one in schema.get("anyOf", [])]


def _members(name: str, old: Json, new: Json, *, sent: bool) -> Iterator[str]:
    members = new.get("properties", {})
    for member, schema in old.get("properties", {}).items():
        if member not in members:
            yield f"{name}.{member} is gone"
        else:
            yield from _schema(f"{name}.{member}", schema, members[member], sent=sent)
    was, is_now = set(old.get("required", [])), set(new.get("required", []))
    yield from (f"{name}.{member} is needed" for member in sorted(is_now - was) if sent)
    yield from (f"{name}.{member} can be absent" for member in sorted(was - is_now) if not sent)
