"""D10 under load: two approvers at once, a proposal withdrawn while it is carried out, proposed twice. One of them wins."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory

from contracts.models import Contract
from iijiot import clock, proposals, roles
from iijiot.actors import Actor
from iijiot.console.four_eyes import CarryOut
from iijiot.proposals import Proposal
from tests.factories import ProposalFactory, UserFactory
from tests.races.together import ROUNDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def approver() -> Any:
    return UserFactory(groups=[roles.APPROVER])


def carry_out(proposal: Proposal, user: Any) -> Callable[[], Any]:
    request = RequestFactory().post("/", {})
    request.user = user
    action = CarryOut(Proposal.objects.get(pk=proposal.pk), request)
    return lambda: action.carry_out(None, {})


def turn_down(proposal: Proposal, user: Any) -> Callable[[], Any]:
    return lambda: proposals.turn_down(proposal, "否", by=user, at=clock.now())


def withdraw(proposal: Proposal, user: Any) -> Callable[[], Any]:
    return lambda: proposals.withdraw(proposal, actor=Actor.staff(proposal.proposed_by))


@pytest.mark.parametrize(
    ("one", "other", "ends"),
    [
        (carry_out, carry_out, {"carried-out"}),
        (carry_out, turn_down, {"carried-out", "turned-down"}),
        (carry_out, withdraw, {"carried-out", "withdrawn"}),
        (turn_down, withdraw, {"turned-down", "withdrawn"}),
    ],
    ids=["two carry out", "carried out and turned down", "carried out and withdrawn", "turned down and withdrawn"],
)
def test_x10_one_of_two_decides_and_the_act_is_done_once_or_not_at_all(one, other, ends):
    first, second = approver(), approver()
    for _round in range(ROUNDS):
        proposal = ProposalFactory()
        outcomes = at_once(one(proposal, first), other(proposal, second))
        assert [outcome.won for outcome in outcomes].count(True) == 1
        state = Proposal.objects.get(pk=proposal.pk).state
        assert state in ends
        waived = Contract.history.filter(id=proposal.record_id).exclude(conditions_waived="").count()
        assert waived == (state == "carried-out")
        assert Proposal.history.filter(id=proposal.pk).count() == 2
