"""Ben at his desk on a Wednesday morning in Tokyo."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from iijiot.models import User
from tests.house.console import as_superuser, logged_in


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    """2026-11-25, 10:00 in Tokyo."""
    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        yield


@pytest.fixture
def desk(ben: User) -> Client:
    """Ben's browser."""
    return logged_in(ben)


@pytest.fixture
def may(db: None) -> Client:
    """A browser of somebody who may do everything."""
    return as_superuser()


def told(answer: Any) -> str:
    """The page as people read it."""
    return answer.content.decode()


def what_was_shown(response: Any) -> dict[str, str]:
    """What a browser sends along when it confirms what a dialog has shown."""
    context = response.context or {}
    plan, outcome = context.get("plan"), context.get("outcome")
    typed = {"typed_number": context["to_type"]} if context.get("to_type") else {}
    return typed | ({"fingerprint": plan.fingerprint} if plan else {"outcome": outcome.fingerprint} if outcome else {})


@pytest.fixture
def press(desk: Client) -> Callable[..., Any]:
    """Send a dialog of an object: its preview, or with `confirmed` (or `step="confirm"`) what the preview showed."""

    def send(record: Any, slug: str, *, confirmed: bool = False, browser: Client = desk, **data: Any) -> Any:
        meta = record._meta
        address = f"/console/{meta.app_label}/{meta.model_name}/{record.pk}/do/{slug}/"
        if not confirmed and data.get("step") != "confirm":
            return browser.post(address, {"step": "preview", **data})
        data = {name: value for name, value in data.items() if name != "step"}
        shown = browser.post(address, {"step": "preview", **data})
        return browser.post(address, {"step": "confirm", **what_was_shown(shown), **data})

    return send
