"""The description of the API (OpenAPI 3.1), made from what the resources declare: shapes, filters, orders, inputs, answers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry

from iijiot.api import describing_problems as problems
from iijiot.api.bodies import body_of
from iijiot.api.describing_parameters import acting, expanding, has_versions, listing, of_path, parameter
from iijiot.api.examples import example_of
from iijiot.api.inputs import Input
from iijiot.api.schemas import Record, Schema, Schemas

LANGUAGE = "en"
JSON = "application/json"
Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class Described:
    """What a method takes and answers; no answer stands for the record itself."""

    answer: Any = None
    status: int = 200
    takes: type[Input] | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)


def answers(
    answer: Any = None,
    *,
    status: int = 200,
    takes: type[Input] | None = None,
    query: Mapping[str, Schema] | None = None,
) -> Callable[[Method], Method]:
    """Say what a method of a resource takes and answers."""

    def described(method: Method) -> Method:
        method.described = Described(answer, status, takes, query or {})  # type: ignore[attr-defined]
        return method

    return described


class Description(AutoSchema):
    """Describes one operation of a resource."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any]:
        """The operation as it stands in the description."""
        self.registry = registry
        self.schemas = Schemas(registry)
        method_of_view = getattr(self.view, self.view.action)
        told: Described = getattr(method_of_view, "described", Described())
        words = (method_of_view.__doc__ or "").strip().splitlines()
        operation: dict[str, Any] = {
            "operationId": operation_id(self.view.NAME, self.view.action),
            "summary": self.summary(words[0]),
            "tags": [self.view.NAME],
            "parameters": self.parameters(told, path, method),
            "security": [{"oauth2": [self.view.scope_for(_Asked(method))]}],
            "responses": self.responses(told, path, method),
        }
        if further := "\n".join(line.strip() for line in words[1:]).strip():
            operation["description"] = further
        if told.takes is not None:
            schema = body_of(self.schemas, told.takes)
            operation["requestBody"] = {"required": bool(required(told.takes)), "content": {JSON: {"schema": schema}}}
        return operation

    def summary(self, line: str) -> str:
        """What it does, in a line."""
        name = self.view.NAME.replace("-", " ")
        return {"list": f"List {name}", "retrieve": f"Read one of the {name}"}.get(self.view.action, line)

    def parameters(self, told: Described, path: str, method: str) -> list[Schema]:
        """Those of the address, of the query and the headers."""
        found = [*of_path(self.view, path), *(parameter(name, schema, "") for name, schema in told.query.items())]
        if method != "GET":
            return [*found, *acting(self.view)]
        if self.view.action == "list":
            return [*found, *listing(self.view)]
        return [*found, *expanding(self.view)] if self.view.action == "retrieve" else found

    def responses(self, told: Described, path: str, method: str) -> dict[str, Schema]:
        """What is answered: what was asked for, and every kind of problem."""
        schema = self.answered(told)
        tags = has_versions(self.view) and (method != "GET" or self.view.action == "retrieve")
        found = {str(told.status): self.succeeded("As asked for.", schema, problems.headers_with(tags, method))}
        if method != "GET" and told.status != 200:
            tried = self.schemas.tried(told.answer or Record(self.view.SHAPE, self.view.RECORDS.model))
            found["200"] = self.succeeded("A dry run: what would be answered.", tried, problems.headers_with(False, ""))
        for status in problems.statuses(acts=method != "GET", names_one="{" in path):
            found[str(status)] = problems.response(self.schemas, status)
        return dict(sorted(found.items()))

    def answered(self, told: Described) -> Schema:
        """The schema of what is answered."""
        if told.answer is not None:
            return self.schemas.of(told.answer)
        record = Record(self.view.SHAPE, self.view.RECORDS.model)
        if self.view.action == "list":
            return self.schemas.page_of(record.shape, record.model)
        return self.schemas.of(record)

    def succeeded(self, words: str, schema: Schema, headers: Sequence[str]) -> Schema:
        """An answer that is no problem."""
        named = {name: problems.header(self.schemas, name) for name in headers}
        return {"description": words, "headers": named, "content": {JSON: {"schema": schema}}}


@dataclass(frozen=True)
class _Asked:
    """As much of a request as the choice of a scope needs."""

    method: str


def required(takes: type[Input]) -> list[str]:
    """The fields that have to be sent."""
    return [name for name, one in takes().fields.items() if one.required]


def operation_id(name: str, action: str) -> str:
    """How an operation is called: list_contracts, get_contracts, contracts_termination_notices."""
    noun = name.replace("-", "_")
    verbs = {"list": f"list_{noun}", "retrieve": f"get_{noun}", "create": f"create_{noun}"}
    return verbs.get(action, f"{noun}_{action}")


@cache
def description_text() -> str:
    """The whole description as JSON, in English; made once."""
    with translation.override(LANGUAGE):
        return json.dumps(SchemaGenerator().get_schema(public=True), ensure_ascii=False)


def description() -> dict[str, Any]:
    """The whole description, for each caller its own: what one changes in it, no other sees."""
    return dict(json.loads(description_text()))


def complete(result: dict[str, Any], generator: SchemaGenerator, **_more: Any) -> dict[str, Any]:
    """What is not of one operation: how to get a token, what leads from one answer to the next, examples, the tags."""
    result["tags"] = tags_of(generator)
    result["components"]["securitySchemes"] = problems.security()
    for path, operations in result["paths"].items():
        for operation in operations.values():
            lead_on(result["paths"], path, operation, result["components"]["schemas"])
            illustrate(operation, result["components"])
    return result


def tags_of(generator: SchemaGenerator) -> list[dict[str, str]]:
    """The resources with what they are."""
    views = {view.NAME: type(view) for _p, _r, _m, view in generator._get_paths_and_endpoints()}  # noqa: SLF001
    return [{"name": name, "description": (view.__doc__ or "").strip()} for name, view in sorted(views.items())]


def id_of_first(operation: str, schema: Schema, schemas: Mapping[str, Schema]) -> str | None:
    """Where the id of what can be gone on with stands, if it has one: in the list, in what was made, or in the record within
    that.
    """
    made = members_of(schema, schemas)
    if operation.startswith("list_"):
        return "#/data/0/id" if "id" in members_of(made["data"]["items"], schemas) else None
    if not operation.startswith("create_"):
        return None
    within = [
        f"#/{name}/id"
        for name, member in made.items()
        if any("id" in members_of(one, schemas) for one in (member, *member.get("anyOf", ())))
    ]
    return "#/id" if "id" in made else next(iter(within), None)


def members_of(schema: Schema, schemas: Mapping[str, Schema]) -> Mapping[str, Schema]:
    """The members of what is named by a reference."""
    members: Mapping[str, Schema] = schemas[schema["$ref"].rsplit("/", 1)[1]]["properties"] if "$ref" in schema else {}
    return members


def lead_on(paths: Mapping[str, Any], path: str, operation: dict[str, Any], schemas: Mapping[str, Schema]) -> None:
    """Links from a list, and from what was made, to what can be done with a record of it."""
    made = operation["responses"].get("201") or operation["responses"]["200"]
    pointer = id_of_first(operation["operationId"], made["content"][JSON]["schema"], schemas)
    if pointer is None:
        return
    links = {
        other["operationId"]: {
            "operationId": other["operationId"],
            "parameters": {found[0]: f"$response.body{pointer}"},
        }
        for place, operations in paths.items()
        if place.startswith(f"{path}/{{")
        for other in operations.values()
        if (found := [p["name"] for p in other["parameters"] if p["in"] == "path" and p["name"] == "public_id"])
    }
    if links:
        made["links"] = links


def illustrate(operation: dict[str, Any], components: Mapping[str, Any]) -> None:
    """An example of what is sent and of what is answered."""
    contents = [operation["requestBody"]] if "requestBody" in operation else []
    contents += [response for response in operation["responses"].values() if "content" in response]
    for content in contents:
        for media in content["content"].values():
            media["example"] = example_of(media["schema"], components)
