"""X10: two clerks, or a clerk and the clock, take different acts on one thing. One order or the other, never a mix."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from contracts import accepting, due, ending, screening, standing, starting
from contracts.models import Application, Contract, Notice, StartCondition, Termination
from iijiot import records
from iijiot.actors import Actor
from iijiot.daily import Tally
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    DependencyFactory,
    ExternalSubscriptionFactory,
    ManagementUnitFactory,
    StartConditionFactory,
)
from tests.factories.contracts import of
from tests.races.together import ROUNDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 25)
CLERK, OTHER = Actor.command("clerk"), Actor.command("other clerk")


def accept(application: Application) -> Callable[[], Any]:
    plan = accepting.plan_acceptance(application, on=DAY)
    return lambda: accepting.accept(plan, actor=CLERK, reason="in this order")


def refuse(application: Application) -> Callable[[], Any]:
    return lambda: accepting.refuse_application(application, on=DAY, actor=OTHER)


def withdraw(application: Application) -> Callable[[], Any]:
    return lambda: accepting.withdraw(application, on=DAY, actor=OTHER)


def ask(application: Application) -> Callable[[], Any]:
    return lambda: screening.ask_documents(application, ["登記事項証明書"], on=DAY, actor=OTHER)


def examine(application: Application) -> Callable[[], Any]:
    found = {"G14.1.3": screening.Examined("found", "支払の遅れ")}
    return lambda: screening.examine(application, found, actor=OTHER)


DECISIONS = {"accept": accept, "refuse": refuse, "withdraw": withdraw, "ask for documents": ask, "examine": examine}
PAIRS = [(a, b) for i, a in enumerate(DECISIONS) for b in list(DECISIONS)[i + 1 :]]
CONTRACTS_OF = {"accepted": 1, "refused": 0, "withdrawn": 0, "on-hold": 0, "screening": 0}


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=[f"{a} and {b}" for a, b in PAIRS])
def test_m16_two_decisions_on_one_application_come_one_after_the_other(one, other):
    """M16: 承諾 and 拒絶 in the same second, and every other pair: no contract beside a refusal, no notice too many."""
    for _round in range(ROUNDS):
        application = ApplicationFactory(screened=True, found={"G14.1.2": "圏外"})
        acts = [DECISIONS[one](application), DECISIONS[other](application)]
        outcomes = at_once(*acts)
        stored = Application.objects.get(pk=application.pk)
        assert any(outcome.won for outcome in outcomes)
        if {one, other} <= {"accept", "refuse", "withdraw"}:
            assert [outcome.won for outcome in outcomes].count(True) == 1
        assert stored.contracts.count() == CONTRACTS_OF[stored.state]
        decisions = stored.notices.filter(kind__in=["accepted", "refused"])
        assert [n.kind for n in decisions] == ([stored.state] if stored.state in ("accepted", "refused") else [])
        decided = Application.history.filter(id=application.pk, state__in=["accepted", "refused", "withdrawn"])
        assert decided.count() == (stored.state in ("accepted", "refused", "withdrawn"))


def notice(contract: Contract, named: date | None, today: date = DAY) -> Callable[[], Any]:
    plan = ending.plan_ending_by_notice(contract, arrived_on=DAY, named_on=named, how="form", today=today)
    return lambda: ending.carry_out(plan, actor=CLERK, reason="", today=today)


def test_s03_two_notices_with_different_days_never_replace_each_other_silently():
    """S03: ends 2026-12-31 and 2027-01-31 on one contract, filed at once."""
    for _round in range(ROUNDS):
        contract = ContractFactory()
        days = [date(2026, 12, 31), date(2027, 1, 31)]
        outcomes = at_once(*[notice(contract, day) for day in days])
        winner = next(day for day, outcome in zip(days, outcomes, strict=True) if outcome.won)
        assert [outcome.won for outcome in outcomes].count(True) == 1
        assert Contract.objects.get(pk=contract.pk).ends_on == winner
        assert list(contract.terminations.values_list("effective_on", flat=True)) == [winner]
        assert contract.notices.count() == 1


def test_s03_two_start_dates_never_replace_each_other_silently():
    for _round in range(ROUNDS):
        contract = ContractFactory(not_started=True)
        days = [date(2026, 12, 1), date(2026, 12, 10)]
        outcomes = at_once(*[partial(starting.set_start, contract, day, today=DAY, actor=CLERK) for day in days])
        assert [outcome.won for outcome in outcomes].count(True) == 1
        winner = next(day for day, outcome in zip(days, outcomes, strict=True) if outcome.won)
        assert Contract.objects.get(pk=contract.pk).billing_starts_on == winner


def test_a_start_and_a_notice_both_stand_or_the_start_is_refused():
    """A start after the end must not slip in beside the notice that makes the end."""
    for _round in range(ROUNDS):
        contract = ContractFactory(not_started=True)
        start, end = date(2027, 1, 15), date(2026, 12, 25)
        outcomes = at_once(
            partial(starting.set_start, contract, start, today=DAY, actor=OTHER),
            notice(contract, None),
        )
        stored = Contract.objects.get(pk=contract.pk)
        assert outcomes[1].won
        assert stored.ends_on == end
        assert stored.billing_starts_on == (start if outcomes[0].won else None)


def test_a_condition_met_and_a_start_come_one_after_the_other():
    for _round in range(ROUNDS):
        condition = StartConditionFactory()
        start = date(2026, 12, 1)
        outcomes = at_once(
            partial(starting.meet, condition, "10.0.0.0/16", on=DAY, actor=CLERK),
            partial(starting.set_start, condition.contract, start, today=DAY, actor=OTHER),
        )
        assert outcomes[0].won
        assert StartCondition.objects.get(pk=condition.pk).state == "met"
        stored = Contract.objects.get(pk=condition.contract_id)
        assert stored.billing_starts_on == (start if outcomes[1].won else None)


def dependent_older_than_its_base(**ends: Any) -> tuple[Contract, Contract]:
    """A connector with a lower id than the IoT contract it rests on, so that locks can be taken crosswise."""
    unit = ManagementUnitFactory()
    both = {"customer": unit.customer, "management_unit": unit}
    connector = ContractFactory(**both, private_connector=True)
    iot = ContractFactory(**both)
    for base in (iot, ExternalSubscriptionFactory(customer=unit.customer)):
        DependencyFactory.between(connector, base)
    return iot, connector


def clock_ends(day: date) -> Callable[[], Any]:
    return lambda: due.end_contracts(day, Tally())


def test_an_end_taken_back_while_the_clock_carries_it_out():
    """The clerk works on the last day, the clock already on the next: everything ends, or everything goes on."""
    for _round in range(ROUNDS):
        iot, connector = dependent_older_than_its_base()
        made = notice(iot, None)()
        last = made.effective_on
        plan = ending.plan_taking_back(made, today=last)
        outcomes = at_once(
            partial(ending.carry_out, plan, actor=CLERK, reason="agreed", today=last),
            clock_ends(date(2026, 12, 26)),
        )
        contracts = Contract.objects.filter(pk__in=[iot.pk, connector.pk])
        ends = Termination.objects.of_customer(iot.customer)
        if outcomes[0].won:
            assert {(c.state, c.ends_on) for c in contracts} == {("active", None)}
            assert set(ends.values_list("state", flat=True)) == {"taken-back"}
        else:
            assert {(c.state, c.ends_on) for c in contracts} == {("ended", last)}
            assert set(ends.values_list("state", flat=True)) == {"carried-out"}


def test_an_earlier_end_entered_late_while_the_clock_carries_out_the_later_one():
    """Both would end the same contracts, in other orders of locks: no deadlock, and one day for all of them."""
    late = date(2026, 12, 26)
    for _round in range(ROUNDS):
        iot, connector = dependent_older_than_its_base()
        notice(iot, None)()
        plan = ending.plan_ending(iot, effective_on=date(2026, 12, 10), clause="G28.1.2")
        outcomes = at_once(partial(ending.carry_out, plan, actor=CLERK, reason="arrears", today=late), clock_ends(late))
        contracts = Contract.objects.filter(pk__in=[iot.pk, connector.pk])
        day = date(2026, 12, 10) if outcomes[0].won else date(2026, 12, 25)
        assert {(c.state, c.ends_on) for c in contracts} == {("ended", day)}
        assert not Termination.objects.of_customer(iot.customer).pending().exists()


def test_ends_from_two_roots_at_once_end_each_dependent_once():
    """The IoT contract and the backbone of one connector end at once: one end row for it, on the earlier day."""
    for _round in range(ROUNDS):
        iot, connector = dependent_older_than_its_base()
        backbone = iot.customer.external_subscriptions.get()
        plan = ending.plan_ending(backbone, effective_on=date(2026, 12, 31), clause="PC5.2")
        outcomes = at_once(notice(iot, None), partial(ending.carry_out, plan, actor=OTHER, reason="", today=DAY))
        assert any(outcome.won for outcome in outcomes)
        caused = Termination.objects.scheduled().filter(contract=connector)
        days = [day for day, o in zip([date(2026, 12, 25), date(2026, 12, 31)], outcomes, strict=True) if o.won]
        assert [row.effective_on for row in caused] == [min(days)]
        assert Contract.objects.get(pk=connector.pk).ends_on == min(days)


def test_two_starts_by_clerk_and_clock_start_once():
    for _round in range(ROUNDS):
        contract = ContractFactory(starting=True)
        day = date(2026, 12, 1)
        at_once(*[partial(due.start_contracts, day, Tally()) for _clerk in range(2)])
        assert Contract.history.filter(id=contract.pk, state="active").count() == 1


def test_a_base_gets_its_end_while_a_contract_that_rests_on_it_is_accepted():
    """L07: the new contract ends with its base, whichever was first."""
    for _round in range(ROUNDS):
        iot = ContractFactory()
        application = ApplicationFactory(**of(iot.customer), mobile_access=True, screened=True)
        outcomes = at_once(accept(application), notice(iot, None))
        made = Contract.objects.filter(application=application)
        end = Contract.objects.get(pk=iot.pk).ends_on
        assert any(outcome.won for outcome in outcomes)
        assert {c.ends_on for c in made} <= {end}
        assert Notice.objects.filter(customer=iot.customer, kind="accepted").count() == made.count()


def test_the_locks_of_the_house_are_waited_for_in_turn():
    """Rows locked crosswise by two are given out in the house order: nobody waits in a circle."""
    contract = ContractFactory()
    customer = contract.customer

    def hold(*rows: Any) -> Callable[[], Any]:
        def act() -> None:
            for _again in range(20):
                with records.locked(*rows):
                    pass

        return act

    assert all(o.won for o in at_once(hold(customer, contract), hold(contract, customer), hold(contract)))
    assert standing.Standing.of(customer).terminations == []
