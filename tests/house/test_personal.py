"""Every text that is stored says whether it is personal, and how long it is kept (G40.2.1)."""

from typing import Any

import pytest

from contracts import rewriting
from iijiot.guards import is_history, kept_models
from iijiot.personal import MENTIONS, NO, OF_HISTORY, Keeping, texts
from iijiot.recorded import recorded_models

LOGS: list[Any] = [model for model in kept_models() if not is_history(model)]
OURS: list[Any] = [m for m in recorded_models() if m._meta.app_label in ("iijiot", "contracts", "sims", "billing")]


def test_there_is_something_to_walk():
    print(f"{len(OURS)} kinds of records, {len(LOGS)} logs")
    assert (len(OURS), len(LOGS)) >= (33, 3)


@pytest.mark.clause("G40.2.1")
@pytest.mark.parametrize("model", [*OURS, *LOGS], ids=lambda model: model._meta.label)
def test_every_text_is_declared_personal_or_not(model):
    stored = {field.name for field in texts(model)}
    assert stored - set(model.PERSONAL) == set(), "say in PERSONAL how long it is kept, or NO (iijiot/personal.py)"
    assert set(model.PERSONAL) - stored - set(OF_HISTORY) == set(), "there are no such texts"
    assert set(model.PERSONAL.values()) <= {*Keeping.values, MENTIONS, NO}
    assert set(getattr(model, "ERASED_AS", ())) <= set(model.PERSONAL)


@pytest.mark.clause("G40.2.1")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_what_is_personal_lies_on_a_road_from_its_customer(model):
    kept = set(model.PERSONAL.values()) & set(Keeping.values)
    assert not kept or model in rewriting.roads(), "name the way to its customer in CUSTOMER"
    assert MENTIONS not in model.PERSONAL.values() or model in rewriting.UNOWNED
