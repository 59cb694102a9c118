"""The life of every kind of record, as help shows it: read from the transitions, drawn without overlap."""

import pytest
from django.utils import translation

from contracts.models import Application, Contract, Customer
from iijiot.diagrams import BOX, diagram, ranks
from iijiot.machines import machine_of, machines


def overlap(one, other):
    return one.x < other.right and other.x < one.right and one.y < other.y + BOX and other.y < one.y + BOX


def test_every_kind_of_record_with_states_has_its_machine():
    assert machine_of(Customer) is None
    assert {machine.name for machine in machines()} >= {
        "contracts.application", "contracts.contract", "contracts.termination", "contracts.notice",
    }  # fmt: skip


def test_an_act_stands_once_with_all_its_sources():
    machine = machine_of(Contract)
    end = [act for act in machine.acts if act.name == "end"]
    assert len(end) == 1
    assert set(end[0].sources) == {"accepted", "active", "suspended", "restricted"}
    assert (end[0].target, end[0].clause.id) == ("ended", "G29.1")
    assert machine.first == "accepted"
    assert machine.last() == {"ended"}
    assert "set_start" in {act.name for act in machine.stays}


def test_the_columns_follow_the_order_of_life():
    machine = machine_of(Application)
    assert machine is not None
    rank = ranks(machine)
    assert rank["received"] == 0
    assert rank["screening"] < rank["accepted"]
    assert rank["screening"] < rank["refused"]


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_diagram_shows_every_state_and_every_act_that_leads_on(machine, language):
    with translation.override(language):
        drawn = diagram(machine, machine.first)
    assert {box.state for box in drawn.boxes} == set(machine.labels)
    assert [box.state for box in drawn.boxes if box.is_present] == [machine.first]
    numbers = {int(number) for arrow in drawn.arrows for number in arrow.numbers.split("・")}
    leading_on = {n for n, act in enumerate(machine.moves, 1) if set(act.sources) != {act.target}}
    assert numbers == leading_on
    for box in drawn.boxes:
        assert box.x >= 0
        assert box.right <= drawn.width
        assert box.y + BOX <= drawn.height
        assert not any(overlap(box, other) for other in drawn.boxes if other is not box)
