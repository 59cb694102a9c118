"""What is allowed when, as tables of every app say it: the checks that each of them must stand.

A test module says ``globals().update(checks_of(Tables(TABLES, TARGETS, DEAD_ENDS)))``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from django.utils.translation import override

from iijiot.rules import RuleViolation, not_in_this_state, require, unmet

Test = Callable[..., None]


@dataclass(frozen=True)
class Tables:
    """For each model its states with what is allowed, where each act leads, and in which states nothing more happens."""

    allowed: Mapping[Any, tuple[Any, Mapping[str, Any]]]
    targets: Mapping[tuple[Any, str], str | None]
    dead_ends: Mapping[Any, set[str]]
    begun: Mapping[Any, set[str]] = field(default_factory=dict)
    """States in which a record can be made, besides the first."""

    def matrix(self) -> Iterator[Any]:
        """Every state against every act."""
        for model, (states, allowed) in self.allowed.items():
            for state in states.values:
                for act in allowed:
                    yield pytest.param(model, state, act, id=f"{model.__name__}-{state}-{act}")

    def refused(self) -> list[Any]:
        """Those that must be refused."""
        return [p for p in self.matrix() if p.values[1] not in self.allowed[p.values[0]][1][p.values[2]]]


def checks_of(tables: Tables) -> dict[str, Test]:
    """The checks of these tables, as tests by their names."""
    return {**_of_acts(tables), **_of_states(tables)}


def name_of(part: Any) -> Any:
    """How a test is called after a model or an act."""
    return getattr(part, "__name__", part)


def _of_acts(tables: Tables) -> dict[str, Test]:
    every = pytest.mark.parametrize(("model", "state", "act"), list(tables.matrix()))
    refused = pytest.mark.parametrize(("model", "state", "act"), tables.refused())

    @every
    def possible(model: Any, state: str, act: str) -> None:
        bound = getattr(model(state=state), act)
        assert bound._django_fsm.has_transition(state) is (state in tables.allowed[model][1][act])

    @refused
    @pytest.mark.parametrize("language", ["ja", "en"])
    def told(model: Any, state: str, act: str, language: str) -> None:
        bound = getattr(model(state=state), act)
        with override(language):
            (reason,) = unmet(bound)
            sentence = str(reason)
            labels = dict(tables.allowed[model][0].choices)
            assert f"“{labels[state]}”" in sentence or f"「{labels[state]}」" in sentence
            for other in tables.allowed[model][1][act]:
                assert str(labels[other]) in sentence
            assert reason.clause.citation in sentence
        assert sentence.isascii() is False if language == "ja" else "is not possible while the state is" in sentence

    @refused
    def tried(model: Any, state: str, act: str) -> None:
        bound = getattr(model(state=state), act)
        with pytest.raises(RuleViolation) as refusal:
            bound()
        assert str(refusal.value) == str(not_in_this_state(bound.__self__, bound))
        with pytest.raises(RuleViolation):
            require(bound)
        assert bound.__self__.state == state

    @pytest.mark.parametrize(("model", "act"), list(tables.targets), ids=name_of)
    def leads(model: Any, act: str) -> None:
        sources = tables.allowed[model][1][act]
        steps = list(getattr(model(state=sources[0]), act)._django_fsm.transitions.values())
        assert {step.target for step in steps} == {tables.targets[model, act]}
        assert len({step.custom["clause"] for step in steps}) == 1
        assert {str(step.source) for step in steps} == {str(source) for source in sources}

    def same_acts() -> None:
        acts = {(model, act) for model, (_states, allowed) in tables.allowed.items() for act in allowed}
        assert acts == set(tables.targets)

    return {
        "test_an_act_is_possible_in_exactly_the_states_of_the_table": possible,
        "test_where_it_is_not_the_reader_is_told_why_and_when_it_would_be": told,
        "test_trying_all_the_same_is_refused_with_the_same_reason": tried,
        "test_each_act_leads_to_its_state_and_cites_a_clause": leads,
        "test_the_tables_and_the_targets_name_the_same_acts": same_acts,
    }


def _of_states(tables: Tables) -> dict[str, Test]:
    each = pytest.mark.parametrize("model", list(tables.allowed), ids=name_of)

    @each
    def dead(model: Any) -> None:
        states, allowed = tables.allowed[model]
        open_states = {str(source) for sources in allowed.values() for source in sources}
        assert set(states.values) - open_states == tables.dead_ends[model]

    @each
    def reached(model: Any) -> None:
        states, _allowed = tables.allowed[model]
        begun = {str(model._meta.get_field("state").default), *tables.begun.get(model, set())}
        led_to = {target for (of, _act), target in tables.targets.items() if of is model and target}
        assert set(states.values) - begun - led_to == set()

    @each
    @pytest.mark.parametrize("language", ["ja", "en"])
    def labelled(model: Any, language: str) -> None:
        with override(language):
            labels = [str(label) for label in tables.allowed[model][0].labels]
        assert all(one != other for one, other in pairwise(sorted(labels)))
        assert all(label.isascii() is (language == "en") for label in labels)

    return {
        "test_only_the_ends_of_a_life_allow_nothing_more": dead,
        "test_every_state_can_be_reached": reached,
        "test_every_state_has_a_label_of_its_own_in_both_languages": labelled,
    }
