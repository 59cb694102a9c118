"""Ben at his desk on a Wednesday morning in Tokyo."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from iijiot.models import User
from tests.house.console import logged_in


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
def press(desk: Client) -> Callable[..., Any]:
    """Send a dialog of an object: its preview, or with `confirmed` what the preview showed."""

    def send(record: Any, slug: str, *, confirmed: bool = False, browser: Client = desk, **data: Any) -> Any:
        meta = record._meta
        address = f"/console/{meta.app_label}/{meta.model_name}/{record.pk}/do/{slug}/"
        if not confirmed:
            return browser.post(address, {"step": "preview", **data})
        shown = browser.post(address, {"step": "preview", **data})
        plan = shown.context["plan"] if shown.context else None
        more = {"fingerprint": plan.fingerprint} if plan else {}
        return browser.post(address, {"step": "confirm", **more, **data})

    return send
