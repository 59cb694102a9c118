"""X46, D12: the description is that of the code, its examples are right, and it changes without breaking anybody."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from jsonschema_rs import Draft202012Validator

from iijiot.api.additive import breaking
from iijiot.api.describing import description
from iijiot.api.problems import KINDS
from iijiot.api.scopes import scopes
from iijiot.management.commands import openapi
from tests.api.test_matrix import places, takes

OPENAPI = description()


def operations() -> list[tuple[str, dict[str, Any]]]:
    """Every operation with how it is called."""
    return [(f"{method} {path}", one) for path, methods in OPENAPI["paths"].items() for method, one in methods.items()]


def test_the_document_is_what_the_code_says(capsys):
    call_command("openapi", "--check")
    assert "addresses" in capsys.readouterr().out


def test_who_changes_the_description_in_hand_changes_nobody_elses():
    description()["paths"].clear()
    assert description() == OPENAPI


def test_it_describes_every_address_and_method_that_there_is():
    there = {
        (f"/{address.replace('<str:', '{').replace('>', '}')}", method.lower())
        for address, _name in places()
        for method in takes(address) - {"HEAD"}
    }
    assert {(path, method) for path, methods in OPENAPI["paths"].items() for method in methods} == there


@pytest.mark.parametrize(("name", "operation"), operations(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_operation_says_what_it_needs_and_answers(name, operation):
    ((scheme, needed),) = operation["security"][0].items()
    assert scheme == "oauth2"
    assert set(needed) <= set(scopes())
    assert {"401", "403", "400"} <= set(operation["responses"])
    assert operation["summary"]
    assert ("requestBody" in operation) == name.startswith("post")


def test_every_operation_has_a_name_of_its_own():
    names = [operation["operationId"] for _name, operation in operations()]
    assert len(set(names)) == len(names)


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with the components that it names."""
    return {**schema, "components": OPENAPI["components"]}


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example with its schema."""
    for name, operation in operations():
        contents = [("request", operation["requestBody"])] if "requestBody" in operation else []
        contents += [(status, response) for status, response in operation["responses"].items() if "content" in response]
        for which, content in contents:
            for media in content["content"].values():
                yield f"{name} {which}", media["schema"], media["example"]
    for name, response in OPENAPI["components"]["responses"].items():
        for media in response["content"].values():
            for code, example in media["examples"].items():
                yield f"{name} {code}", media["schema"], example["value"]


@pytest.mark.parametrize(("name", "schema", "example"), list(examples()), ids=lambda v: v if isinstance(v, str) else "")
def test_every_example_is_one(name, schema, example):
    Draft202012Validator(whole(schema)).validate(example)


def test_there_is_an_example_of_every_problem():
    shown = {
        code
        for one in OPENAPI["components"]["responses"].values()
        for m in one["content"].values()
        for code in m["examples"]
    }
    left = set(KINDS) - shown
    assert left == {"method-not-allowed", "server-error", "unavailable"}  # of no operation


@pytest.mark.django_db
def test_it_is_open_to_everybody_and_in_one_language():
    answer = Client().get("/api/v1/openapi.json", HTTP_ACCEPT_LANGUAGE="ja")
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(OPENAPI))


@pytest.mark.django_db
@pytest.mark.parametrize("code", KINDS)
def test_the_type_of_every_problem_is_an_address(code):
    answer = Client().get(f"/api/v1/problems/{code}", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.json()["status"] == KINDS[code].status
    assert Client().get(f"/api/v1/problems/{code}x").status_code == 404


def gone(new: Any) -> None:
    del new["paths"]["/api/v1/contracts"]


def of_another_type(new: Any) -> None:
    new["components"]["schemas"]["Contract"]["properties"]["quantity"]["type"] = "string"


def stricter(new: Any) -> None:
    new["components"]["schemas"]["WithdrawalInput"]["properties"]["reason"]["maxLength"] = 10


def needed(new: Any) -> None:
    new["components"]["schemas"]["WithdrawalInput"]["required"] = ["reason"]


def no_member(new: Any) -> None:
    del new["components"]["schemas"]["Contract"]["properties"]["state"]


def no_parameter(new: Any) -> None:
    new["paths"]["/api/v1/contracts"]["get"]["parameters"].pop()


def test_each_link_leads_from_a_member_that_is_there():
    schemas = OPENAPI["components"]["schemas"]
    followed = 0
    for operations in OPENAPI["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                for link in response.get("links", {}).values():
                    (pointer,) = link["parameters"].values()
                    found: Any = response["content"]["application/json"]["schema"]
                    for name in pointer.removeprefix("$response.body#/").split("/"):
                        found = member_of(found, name, schemas)
                    assert found["type"] == "string", (operation["operationId"], pointer)
                    followed += 1
    assert followed > 40


def member_of(schema: Any, name: str, schemas: Any) -> Any:
    """A member of what answers this schema; of what may be null, of the rest."""
    (named,) = [one["$ref"] for one in (schema, *schema.get("anyOf", ())) if "$ref" in one] or [None]
    held = schemas[named.rsplit("/", 1)[1]] if named else schema
    return held["items"] if name.isdigit() else held["properties"][name]


def other_scope(new: Any) -> None:
    new["paths"]["/api/v1/contracts"]["get"]["security"] = []


def fewer_values(new: Any) -> None:
    new["components"]["schemas"]["ReportInput"]["properties"]["kind"]["enum"].pop()


def no_status(new: Any) -> None:
    del new["paths"]["/api/v1/contracts"]["get"]["responses"]["200"]


BREAKS = (gone, of_another_type, stricter, needed, no_member, no_parameter, other_scope, fewer_values, no_status)


@pytest.mark.parametrize("change", BREAKS, ids=lambda change: change.__name__)
def test_what_breaks_programs_is_found(change):
    new = copy.deepcopy(json.loads(json.dumps(OPENAPI)))
    change(new)
    assert breaking(OPENAPI, new) != []


def test_what_only_adds_breaks_nothing():
    new = copy.deepcopy(json.loads(json.dumps(OPENAPI)))
    new["paths"]["/api/v1/more"] = new["paths"]["/api/v1/contracts"]
    contract = new["components"]["schemas"]["Contract"]
    contract["properties"]["more"] = {"type": "string"}
    contract["required"].append("more")
    contract["properties"]["state"]["enum"].append("more")
    new["components"]["schemas"]["WithdrawalInput"]["properties"]["more"] = {"type": "string"}
    assert breaking(OPENAPI, new) == []


@pytest.fixture
def root(tmp_path):
    """The sources, with a description of an earlier day."""
    (tmp_path / "docs").mkdir()
    (tmp_path / openapi.CHANGES).write_text("# Changes\n\n## 1.0.0\n")
    return tmp_path


def test_a_description_that_breaks_programs_is_not_written(root):
    old = copy.deepcopy(json.loads(json.dumps(OPENAPI)))
    old["components"]["schemas"]["Contract"]["properties"]["gone"] = {"type": "string"}
    (root / openapi.PLACE).write_text(json.dumps(old))
    with pytest.raises(CommandError, match=r"Contract\.gone is gone"):
        call_command("openapi", "--root", root)
    old["info"]["version"] = "0.9.0"
    (root / openapi.PLACE).write_text(json.dumps(old))
    call_command("openapi", "--root", root)
    assert json.loads((root / openapi.PLACE).read_text()) == json.loads(json.dumps(OPENAPI))


def test_a_version_without_an_entry_in_the_changes_is_refused(root):
    (root / openapi.CHANGES).write_text("# Changes\n")
    with pytest.raises(CommandError, match=r"no entry for 1\.0\.0"):
        call_command("openapi", "--root", root)
    (root / openapi.PLACE).write_text("{}")
    with pytest.raises(CommandError, match="stale"):
        call_command("openapi", "--check", "--root", root)
