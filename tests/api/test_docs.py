"""The page about the API names what there is."""

import re
from pathlib import Path

from django.conf import settings

from contracts.models.application import State as ApplicationState
from contracts.models.contract import State as ContractState
from contracts.models.termination import State as TerminationState
from iijiot.api.problems import KINDS
from iijiot.api.scopes import scopes
from sims.models.line_state import Service
from tests.api.test_matrix import places

PAGE = (Path(settings.BASE_DIR) / "docs/api.md").read_text()


def test_every_address_that_it_calls_is_there():
    called = re.findall(r"\$HOST/api/v1/([^\s\"?]+)", PAGE)
    known = [re.sub(r"<[^>]+>", "[^/]+", address.removeprefix("api/v1/")) for address, _name in places()]
    assert len(called) >= 4
    for address in called:
        assert address == "oauth/token" or any(re.fullmatch(pattern, address) for pattern in known), address


def test_every_scope_and_code_that_it_names_is_there():
    assert set(re.findall(r"[a-z-]+:(?:read|write)", PAGE)) <= set(scopes())
    assert set(re.findall(r"409 `([a-z-]+)`", PAGE)) <= set(KINDS)


def test_the_table_beside_the_tm_forums_has_every_state():
    for name, states in (("application", ApplicationState), ("contract", ContractState), ("line", Service)):
        rows = " ".join(re.findall(rf"^\| {name}: ([^|]+)\|", PAGE, re.MULTILINE))
        assert set(re.split(r"[,\s]+", rows.strip())) == set(states.values), name
    (row,) = re.findall(r"^\| termination: ([^|]+)\|", PAGE, re.MULTILINE)
    assert set(re.split(r"[,\s]+", row.strip())) <= set(TerminationState.values)
