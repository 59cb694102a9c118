"""What is allowed when: every state against every act, as the tables say, with the reason where it is not."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.utils.translation import override

from contracts.models import (
    Account,
    Application,
    ChangeReport,
    Contract,
    Death,
    Discontinuation,
    Erasure,
    Evidence,
    HeirFiling,
    Measure,
    Notice,
    StartCondition,
    Succession,
    Suspension,
    Termination,
    TermsVersion,
    Violation,
    Wording,
    account,
    application,
    condition,
    contract,
    death,
    discontinuation,
    erasure,
    evidence,
    measure,
    particulars,
    succession,
    suspension,
    termination,
    terms,
    violation,
    wording,
)
from contracts.models import notice as notice_module
from iijiot.rules import RuleViolation, not_in_this_state, require, unmet

TABLES = {
    Application: (application.State, application.ALLOWED),
    Contract: (contract.State, contract.ALLOWED),
    StartCondition: (StartCondition.State, condition.ALLOWED),
    Termination: (termination.State, termination.ALLOWED),
    Notice: (notice_module.State, notice_module.ALLOWED),
    Suspension: (suspension.State, suspension.ALLOWED),
    Measure: (measure.State, measure.ALLOWED),
    Discontinuation: (discontinuation.State, discontinuation.ALLOWED),
    TermsVersion: (terms.State, terms.ALLOWED),
    Succession: (succession.State, succession.ALLOWED),
    Death: (death.DeathState, death.DEATH_ALLOWED),
    HeirFiling: (death.FilingState, death.FILING_ALLOWED),
    ChangeReport: (particulars.State, particulars.ALLOWED),
    Violation: (violation.State, violation.ALLOWED),
    Account: (account.State, account.ALLOWED),
    Evidence: (evidence.State, evidence.ALLOWED),
    Wording: (wording.State, wording.ALLOWED),
    Erasure: (erasure.State, erasure.ALLOWED),
}
TARGETS = {
    (Application, "screen"): "screening",
    (Application, "record_findings"): None,
    (Application, "ask_documents"): "on-hold",
    (Application, "documents_arrived"): "screening",
    (Application, "accept"): "accepted",
    (Application, "refuse"): "refused",
    (Application, "withdraw"): "withdrawn",
    (Contract, "set_start"): None,
    (Contract, "waive_conditions"): None,
    (Contract, "start"): "active",
    (Contract, "take_termination"): None,
    (Contract, "schedule_end"): None,
    (Contract, "lift_end"): None,
    (Contract, "end"): "ended",
    (Contract, "take_suspension"): None,
    (Contract, "suspend"): "suspended",
    (Contract, "restrict"): "restricted",
    (Contract, "resume"): "active",
    (StartCondition, "meet"): "met",
    (StartCondition, "reopen"): "open",
    (Termination, "form_arrived"): "scheduled",
    (Termination, "move"): None,
    (Termination, "take_back"): "taken-back",
    (Termination, "carry_out"): "carried-out",
    (Termination, "lapse"): "lapsed",
    (Notice, "was_sent"): "sent",
    (Notice, "failed"): "failed",
    (Suspension, "begin"): "in-force",
    (Suspension, "withdraw"): "withdrawn",
    (Suspension, "cure"): None,
    (Suspension, "lift"): "lifted",
    (Suspension, "overtake"): "overtaken",
    (Measure, "announce"): "announced",
    (Measure, "begin"): "in-force",
    (Measure, "finish"): "over",
    (Measure, "withdraw"): "withdrawn",
    (Discontinuation, "announce"): "announced",
    (Discontinuation, "withdraw"): "withdrawn",
    (Discontinuation, "carry_out"): "carried-out",
    (TermsVersion, "announce"): "announced",
    (TermsVersion, "confirm"): "confirmed",
    (TermsVersion, "withdraw"): "withdrawn",
    (Succession, "carry_out"): "carried-out",
    (Succession, "withdraw"): "withdrawn",
    (Death, "take_over"): "taken-over",
    (Death, "end_all"): "ended",
    (HeirFiling, "take"): "taken",
    (HeirFiling, "turn_away"): "refused",
    (ChangeReport, "describe"): None,
    (ChangeReport, "apply"): "applied",
    (ChangeReport, "turn_down"): "turned-down",
    (Violation, "remedy"): "remedied",
    (Violation, "drop"): "unfounded",
    (Account, "lock"): "locked",
    (Account, "unlock"): "active",
    (Evidence, "withdraw"): "withdrawn",
    (Wording, "put_in_force"): "in-force",
    (Wording, "replace"): "replaced",
    (Wording, "discard"): "discarded",
    (Erasure, "propose"): "proposed",
    (Erasure, "decide"): "decided",
    (Erasure, "finish"): "done",
    (Erasure, "withdraw"): "withdrawn",
}
DEAD_ENDS = {
    Application: {"accepted", "refused", "withdrawn"},
    Contract: {"ended"},
    StartCondition: set(),
    Termination: {"taken-back", "carried-out", "lapsed"},
    Notice: {"sent"},
    Suspension: {"lifted", "withdrawn", "overtaken"},
    Violation: {"remedied", "unfounded"},
    Account: set(),
    Wording: {"replaced", "discarded"},
    Erasure: {"done", "withdrawn"},
    Measure: {"over", "withdrawn"},
    Discontinuation: {"carried-out", "withdrawn"},
    TermsVersion: {"confirmed", "withdrawn"},
    Succession: {"carried-out", "withdrawn"},
    Death: {"taken-over", "ended"},
    HeirFiling: {"taken", "refused", "late"},
    ChangeReport: {"applied", "turned-down"},
    Evidence: {"withdrawn"},
}


def matrix() -> Iterator[Any]:
    for model, (states, allowed) in TABLES.items():
        for state in states.values:
            for act in allowed:
                yield pytest.param(model, state, act, id=f"{model.__name__}-{state}-{act}")


def refused() -> list[Any]:
    return [p for p in matrix() if p.values[1] not in TABLES[p.values[0]][1][p.values[2]]]


def in_state(model: type, state: str):
    return model(state=state)


@pytest.mark.parametrize(("model", "state", "act"), matrix())
def test_an_act_is_possible_in_exactly_the_states_of_the_table(model, state, act):
    bound = getattr(in_state(model, state), act)
    possible = bound._django_fsm.has_transition(state)
    assert possible is (state in TABLES[model][1][act])


@pytest.mark.parametrize(("model", "state", "act"), refused())
@pytest.mark.parametrize("language", ["ja", "en"])
def test_where_it_is_not_the_reader_is_told_why_and_when_it_would_be(model, state, act, language):
    bound = getattr(in_state(model, state), act)
    with override(language):
        (reason,) = unmet(bound)
        sentence = str(reason)
        labels = dict(TABLES[model][0].choices)
        assert f"“{labels[state]}”" in sentence or f"「{labels[state]}」" in sentence
        for other in TABLES[model][1][act]:
            assert str(labels[other]) in sentence
        assert reason.clause.citation in sentence
    assert sentence.isascii() is False if language == "ja" else "is not possible while the state is" in sentence


@pytest.mark.parametrize(("model", "state", "act"), refused())
def test_trying_all_the_same_is_refused_with_the_same_reason(model, state, act):
    bound = getattr(in_state(model, state), act)
    with pytest.raises(RuleViolation) as refusal:
        bound()
    assert str(refusal.value) == str(not_in_this_state(bound.__self__, bound))
    with pytest.raises(RuleViolation):
        require(bound)
    assert bound.__self__.state == state


@pytest.mark.parametrize(("model", "act"), TARGETS, ids=lambda value: getattr(value, "__name__", value))
def test_each_act_leads_to_its_state_and_cites_a_clause(model, act):
    meta = getattr(in_state(model, TABLES[model][1][act][0]), act)._django_fsm
    steps = list(meta.transitions.values())
    assert {step.target for step in steps} == {TARGETS[model, act]}
    assert len({step.custom["clause"] for step in steps}) == 1
    assert {str(step.source) for step in steps} == {str(source) for source in TABLES[model][1][act]}


def test_the_tables_and_the_targets_name_the_same_acts():
    assert {(model, act) for model, (_states, allowed) in TABLES.items() for act in allowed} == set(TARGETS)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_only_the_ends_of_a_life_allow_nothing_more(model):
    states, allowed = TABLES[model]
    open_states = {str(source) for sources in allowed.values() for source in sources}
    assert set(states.values) - open_states == DEAD_ENDS[model]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_state_can_be_reached(model):
    states, _allowed = TABLES[model]
    default = model._meta.get_field("state").default
    begun = {str(default), *{Termination: {"form-missing"}, HeirFiling: {"late"}}.get(model, set())}
    reached = begun | {target for (of, _act), target in TARGETS.items() if of is model and target}
    assert set(states.values) - reached == set()


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_state_has_a_label_of_its_own_in_both_languages(model, language):
    with override(language):
        labels = [str(label) for label in TABLES[model][0].labels]
    assert all(one != other for one, other in pairwise(sorted(labels)))
    assert all(label.isascii() is (language == "en") for label in labels)
