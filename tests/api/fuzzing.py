"""The whole API asked at random by its own description (Schemathesis), as each kind of partner, of records that are there."""

import os
import uuid
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks as openapi_checks

from contracts.models import Customer, Partner
from iijiot.api.describing import description
from tests.api.conftest import system_of
from tests.api.test_reading import MAKERS, number_of
from tests.factories import LineChangeFactory
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
"""How many requests of each kind `make fuzz` makes; none says that the short form runs, without every bound of every field."""
SEMANTIC = {"not-found", "rule-violated", "required", "refused", "out-of-range"}
"""Codes of errors that no schema could foresee: what is not there, what the terms want, the key of an act, what is in a file,
two days that do not fit each other."""

SCHEMA: Any = schemathesis.openapi.from_dict(
    description(),
    config=schemathesis.Config.from_dict(
        {
            "seed": 1,
            "generation": {"max-examples": EXAMPLES or 5, "deterministic": not EXAMPLES, "database": "none"},
            "phases": {
                "coverage": {"enabled": bool(EXAMPLES), "unexpected-methods": ["PUT", "PATCH", "DELETE", "TRACE"]}
            },
        }
    ),
)
SCHEMA.app = get_wsgi_application()


@dataclass
class World:
    """A partner's system, the ids of what is there for it, and what was counted."""

    token: str
    ids: dict[str, str]
    customer: Customer
    statuses: dict[int, int] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """Who asks."""
        return {"Authorization": f"Bearer {self.token}"}


def world_of(kind: str, customer: Customer) -> World:
    """A partner of a kind, with one record of every resource."""
    partner: Partner = PartnerFactory(kind=kind)
    GrantFactory(partner=partner, customer=customer)
    of_one_line = {"lines", "sim-cards", "line-changes"}
    made = {prefix: make(customer) for name, (make, prefix) in MAKERS.items() if name not in of_one_line}
    line = made["rep"].line
    made |= {"sim": made["rep"].card, "line": line, "unit": of(customer)["management_unit"]}
    made["chg"] = LineChangeFactory(contract=line.contract)
    ids = {prefix: f"{prefix}_{number_of(record)}" for prefix, record in made.items()}
    return World(system_of(partner).token, ids, customer)


def names_what_is_there(case: Any, world: World) -> None:
    """Put ids that are there in the place of such as only look like them, and a fresh key beside each act."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    case.path_parameters = {name: real(value, world) for name, value in (case.path_parameters or {}).items()}
    if isinstance(case.body, dict):
        case.body = replaced(case.body, world)
    if case.method == "POST" and case.headers is not None:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
        case.headers.setdefault("If-Match", "*")


def replaced(value: Any, world: World) -> Any:
    """The same with ids that are there."""
    if isinstance(value, dict):
        return {name: replaced(inner, world) for name, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, world) for inner in value]
    return real(value, world)


def real(value: Any, world: World) -> Any:
    """The id of what is there, where something looks like one of its kind; one in five stays that of nothing."""
    prefix = value.partition("_")[0] if isinstance(value, str) else ""
    return world.ids[prefix] if prefix in world.ids and sum(map(ord, value)) % 5 else value


def accepts_what_fits(_ctx: Any, response: Response, case: Any) -> None:
    """What fits the schema is not refused as malformed, but for what no schema can foresee."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code not in (400, 415, 422):
        return
    told = response.json()
    left = [error for error in told.get("errors", [told]) if error["code"] not in SEMANTIC]
    assert not left, f"refused although it fits the schema: {left}"


def ask(case: Any, world: World) -> None:
    """Send a case, and look at its answer."""
    names_what_is_there(case, world)
    check(case.call(headers=world.headers()), case, world)


def check(response: Response, case: Any, world: World) -> None:
    """Every check there is.

    The library's own check of what fits takes any 400 for a mistake; `accepts_what_fits` knows which are none.
    """
    world.statuses[response.status_code] = world.statuses.get(response.status_code, 0) + 1
    case.validate_response(
        response,
        headers=world.headers(),
        additional_checks=[accepts_what_fits],
        excluded_checks=[openapi_checks.positive_data_acceptance],
        transport_kwargs={"headers": world.headers()},
    )
