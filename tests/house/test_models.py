"""Every model: with history, states that only transitions change, acts that cite their clause."""

import sys
from collections.abc import Iterator
from typing import Any

import django_fsm
import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from iijiot.clauses import Clause
from iijiot.guards import is_kept, is_measured, is_passing
from iijiot.measured import MeasuredModel, MeasuredQuerySet
from iijiot.records import Numbered, RecordedHistory, RecordedModel, RecordedQuerySet
from tests.recorder import recorded_models

OURS = ("iijiot", "contracts", "sims", "billing")


def our_models() -> list[type[models.Model]]:
    """Every concrete model of ours that is neither history nor log, nor counted by machines, nor gone after a while."""
    of_ours = [m for app in OURS for m in apps.get_app_config(app).get_models()]
    return [m for m in of_ours if not is_kept(m) and not is_measured(m) and not is_passing(m)]


def measured_models() -> list[Any]:
    """Every model of ours whose rows are figures that machines count."""
    return [m for app in OURS for m in apps.get_app_config(app).get_models() if is_measured(m)]


def state_fields() -> list[tuple[type[RecordedModel], Any]]:
    """Every FSM field with its model."""
    return [
        (model, field)
        for model in recorded_models()
        for field in model._meta.concrete_fields
        if isinstance(field, django_fsm.FSMFieldMixin)
    ]


def acts() -> Iterator[tuple[type[RecordedModel], str, Any]]:
    """Every transition: model, name of the method, and what django-fsm knows of it."""
    for model in recorded_models():
        for name in dir(model):
            meta = getattr(getattr(model, name, None), "_django_fsm", None)
            if meta is not None:
                yield model, name, meta


def test_there_are_as_many_as_there_were():
    """What follows walks the registries: it must never walk over nothing."""
    found = len(our_models()), len(state_fields()), len(list(acts()))
    print("{} models, {} state fields, {} transitions".format(*found))
    assert found >= (16, 5, 21)


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m._meta.label)
def test_every_model_has_history_with_actor_reason_and_clause(model):
    assert issubclass(model, RecordedModel), "derive it from RecordedModel (iijiot/records.py), which keeps its history"
    history = model.history.model
    assert issubclass(history, RecordedHistory)
    unrecorded = set(getattr(model, "UNRECORDED", ()))
    missing = {f.name for f in model._meta.concrete_fields} - {f.name for f in history._meta.concrete_fields}
    assert missing <= unrecorded, "history leaves these out"


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m._meta.label)
def test_no_manager_of_a_model_offers_a_write_past_history(model):
    """S04, S06: `update`, `bulk_create`, `bulk_update` and `delete` of the manager are refused in a sentence."""
    for manager in model._meta.managers:
        if manager.name != "history":
            assert isinstance(manager.get_queryset(), RecordedQuerySet), manager


@pytest.mark.parametrize("model", measured_models(), ids=lambda m: m._meta.label)
def test_what_has_no_history_is_figures_alone_says_why_and_is_written_by_its_one_road(model):
    assert issubclass(model, MeasuredModel), "derive it from MeasuredModel (iijiot/measured.py)"
    assert len(model.MEASURED) > 40, "say why it needs no history"
    assert [f.name for f in model._meta.concrete_fields if isinstance(f, models.CharField | models.TextField)] == []
    assert isinstance(model._default_manager.all(), MeasuredQuerySet)
    for write in ("update", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"):
        with pytest.raises(TypeError, match=r"over a staging and go by forget\(\)"):
            getattr(model._default_manager.all(), write)()
    for write in (model().save, model().delete):
        with pytest.raises(TypeError, match=r"iijiot/measured\.py"):
            write()


def test_what_is_kept_for_a_while_alone_says_why_and_has_no_state():
    passing: list[Any] = [m for app in OURS for m in apps.get_app_config(app).get_models() if is_passing(m)]
    assert sorted(model.__name__ for model in passing) == [
        "ApiCall", "Delivery", "Event", "KeptAnswer", "WebhookReach", "WebhookSecret",
    ]  # fmt: skip
    for model in passing:
        assert len(model.PASSING) > 40, "say why it is no record"
        assert not [field for field in model._meta.concrete_fields if isinstance(field, django_fsm.FSMFieldMixin)]


@pytest.mark.parametrize(("model", "field"), state_fields(), ids=lambda x: getattr(x, "__name__", ""))
def test_every_state_is_protected_and_known_to_the_database(model, field):
    assert field.protected, "give the FSMField protected=True: only transitions change a state"
    assert field.choices, "give the FSMField choices=State, with a label for each state"
    (guard,) = [c for c in model._meta.constraints if c.name.endswith(f"_{field.name}_known")]
    known = {value for _name, values in guard.condition.children for value in values}
    assert known == set(dict(field.choices))


@pytest.mark.parametrize(("model", "name", "meta"), list(acts()), ids=lambda x: x if isinstance(x, str) else "")
def test_every_transition_cites_its_clause_and_stands_in_the_table(model, name, meta):
    allowed = sys.modules[model.__module__].ALLOWED
    assert name in allowed, f"{name} stands in no table ALLOWED of {model.__module__}"
    assert sorted(meta.transitions) == sorted(allowed[name])
    for step in meta.transitions.values():
        assert isinstance(step.custom["clause"], Clause)
        with translation.override("ja"):
            assert str(step.custom["label"])
        assert all(hasattr(condition, "clause") for condition in step.conditions), "conditions are rules"
    assert getattr(model, name).__doc__, "say in a docstring what the transition does, and its clause in brackets"


def test_no_table_allows_what_is_no_transition():
    named = {(model.__module__, name) for model, name, _meta in acts()}
    for module in {model.__module__ for model in recorded_models()}:
        table = getattr(sys.modules[module], "ALLOWED", {})
        assert {(module, name) for name in table} <= named


def test_every_fixed_field_names_a_field_and_a_clause():
    for model in recorded_models():
        for name, clause in model.FIXED.items():
            assert model._meta.get_field(name)
            assert Clause(clause)


def test_every_record_has_its_place_in_the_order_of_locks():
    ranked = sorted((model.LOCK_RANK, model.__name__) for model in recorded_models())
    print(" < ".join(f"{name} {rank}" for rank, name in ranked))
    locked = {model for model, _name, _meta in acts()}
    assert all(model.LOCK_RANK < 100 for model in locked), "a model with transitions needs a LOCK_RANK of its own"


def test_no_two_kinds_of_records_share_the_letter_of_their_numbers():
    letters = [model.NUMBER_PREFIX for model in recorded_models() if issubclass(model, Numbered)]
    print(f"{len(letters)} kinds of numbers")
    assert sorted(letters) == sorted(set(letters))
