"""X42: whatever is sent as the description says, and as it does not say, is answered as the description says."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck
from hypothesis import settings as settings_of
from hypothesis.stateful import run_state_machine_as_test

from contracts.models import PartnerKind
from tests.api.fuzzing import EXAMPLES, SCHEMA, World, ask, check, names_what_is_there, world_of

KINDS = list(PartnerKind) if EXAMPLES else [PartnerKind.SALES, PartnerKind.CARRIER]


@pytest.fixture(autouse=True)
def one_connection():
    """A request leaves the test's connection open, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(params=KINDS)
def world(request, db, settings, aois_company) -> Iterator[World]:
    """A partner of each kind and what it sees; all that is asked is asked within the same minute."""
    settings.API_CALLS_PER_MINUTE = 1_000_000
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        world = world_of(request.param, aois_company)
        yield world
    print(f"{sum(world.statuses.values())} calls of {request.param}: {world.statuses}")


@SCHEMA.parametrize()
@settings_of(suppress_health_check=list(HealthCheck), deadline=None)
def test_x42_every_operation_answers_as_it_is_described(case, world):
    ask(case, world)


def machine(world: World) -> Any:
    """Walks from what was answered to what can be done with it, as the links of the description say."""

    class Walk(SCHEMA.as_state_machine()):  # type: ignore[misc]
        """One partner's walk. Each begins in the same world, or what was found could not be walked again."""

        def setup(self) -> None:
            self.taken_back = transaction.atomic()
            self.taken_back.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.taken_back.__exit__(None, None, None)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": world.headers()}

        def before_call(self, case: Any) -> None:
            names_what_is_there(case, world)

        def validate_response(self, response: Any, case: Any, **kwargs: Any) -> None:
            check(response, case, world)

    return Walk


def test_x42_what_was_answered_can_be_gone_on_with(world):
    run_state_machine_as_test(
        machine(world),
        settings=settings_of(
            max_examples=EXAMPLES or 10,
            stateful_step_count=20 if EXAMPLES else 6,
            suppress_health_check=list(HealthCheck),
            deadline=None,
            derandomize=not EXAMPLES,
            database=None,
        ),
    )
    assert world.statuses.get(200)
