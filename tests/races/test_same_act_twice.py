"""X09: two clerks take the same act at once. One effect, one history row, one notice; the other is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.core import mail

from contracts import accepting, ending, notifying, screening, starting
from contracts.models import (
    Application,
    Contract,
    Dependency,
    Notice,
    StartCondition,
    Termination,
)
from contracts.models.contract import State
from iijiot.actors import Actor
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    DocumentRequestFactory,
    ExternalSubscriptionFactory,
    NoticeFactory,
    StartConditionFactory,
)
from tests.factories.contracts import of
from tests.races.together import ROUNDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 25)
FIRST, SECOND = Actor.command("first clerk"), Actor.command("second clerk")
Act = Callable[[Actor], Any]


@dataclass(frozen=True)
class Race:
    """A world of its own for each round, the act upon it, and what must be true afterwards."""

    world: Callable[[], Any]
    prepare: Callable[[Any], Act]
    effect: Callable[[Any], dict[str, int]]
    expected: dict[str, int]


def of_application(state: str) -> Callable[[Application], dict[str, int]]:
    """How often the application came into the state, and what was made and told."""

    def effect(application: Application) -> dict[str, int]:
        return {
            "came into the state": Application.history.filter(id=application.pk, state=state).count(),
            "contracts": application.contracts.count(),
            "notices": application.notices.count(),
            "findings": application.findings.count(),
            "documents": application.document_requests.count(),
        }

    return effect


def told(history: int, contracts: int = 0, notices: int = 0, findings: int = 7, documents: int = 0) -> dict[str, int]:
    """What `of_application` must find."""
    return {
        "came into the state": history,
        "contracts": contracts,
        "notices": notices,
        "findings": findings,
        "documents": documents,
    }


def backbone_with_connector() -> Contract:
    """An IoT contract with another that rests on it."""
    iot = ContractFactory()
    backbone = ExternalSubscriptionFactory(customer=iot.customer)
    ContractFactory(**of(iot.customer), private_connector=True, rests_on=[iot, backbone])
    return iot


def with_notice() -> Termination:
    """A notice that was taken, and takes a connector down too."""
    iot = backbone_with_connector()
    plan = ending.plan_ending_by_notice(iot, arrived_on=DAY, named_on=None, how="form", today=DAY)
    made = ending.carry_out(plan, actor=FIRST, reason="", today=DAY)
    assert made is not None
    return made


def ends(contract: Contract) -> dict[str, int]:
    """The ends of a customer's contracts, and their notices."""
    rows = Termination.objects.of_customer(contract.customer)
    return {
        "own": rows.own().count(),
        "caused": rows.filter(origin="cascade").count(),
        "history": Contract.history.filter(customer_id=contract.customer_id, ends_on__isnull=False).count(),
        "notices": Notice.objects.filter(customer=contract.customer_id).count(),
    }


def take_notice(iot: Contract) -> Act:
    plan = ending.plan_ending_by_notice(iot, arrived_on=DAY, named_on=None, how="form", today=DAY)
    return lambda who: ending.carry_out(plan, actor=who, reason="", today=DAY)


def take_back(termination: Termination) -> Act:
    plan = ending.plan_taking_back(termination, today=DAY)
    return lambda who: ending.carry_out(plan, actor=who, reason="", today=DAY)


def end_subscription(contract: Contract) -> Act:
    backbone = contract.customer.external_subscriptions.get()
    plan = ending.plan_ending(backbone, effective_on=date(2026, 12, 31), clause="PC5.2")
    return lambda who: ending.carry_out(plan, actor=who, reason="", today=DAY)


def accept(application: Application) -> Act:
    plan = accepting.plan_acceptance(application, on=DAY)
    return lambda who: accepting.accept(plan, actor=who, reason="in this order")


def gateway(backups: int) -> Contract:
    """A mobile gateway on IoT, the backbone, and one or more services that its provision takes either of (PMG3)."""
    iot = ContractFactory()
    both = of(iot.customer)
    backbone = ExternalSubscriptionFactory(customer=iot.customer)
    mobile = [
        ExternalSubscriptionFactory(customer=iot.customer, type_i_closed=True),
        ExternalSubscriptionFactory(customer=iot.customer, type_k=True),
    ]
    made: Contract = ContractFactory(**both, private_mobile_gateway=True, rests_on=[iot, backbone, *mobile[:backups]])
    return made


def drop(contract: Contract) -> Act:
    dependency = contract.dependencies.get(on_external__service="mobile-type-k")
    plan = ending.plan_dropping(dependency, today=DAY)
    return lambda who: ending.carry_out(plan, actor=who, reason="", today=DAY)


def rest_on_one_more(contract: Contract) -> Act:
    base = contract.customer.external_subscriptions.get(service="mobile-type-k")
    plan = ending.plan_resting(contract, base, today=DAY)
    return lambda who: ending.carry_out(plan, actor=who, reason="", today=DAY)


def conditions() -> StartCondition:
    made: StartCondition = StartConditionFactory()
    return made


RACES: dict[str, Race] = {
    "screen": Race(
        ApplicationFactory,
        lambda a: lambda who: screening.begin(a, actor=who),
        of_application("screening"),
        told(1),
    ),
    "ask for documents": Race(
        lambda: ApplicationFactory(screened=True),
        lambda a: lambda who: screening.ask_documents(a, ["登記事項証明書"], on=DAY, actor=who),
        of_application("on-hold"),
        told(1, notices=1, documents=1),
    ),
    "record the arrival": Race(
        lambda: DocumentRequestFactory().application,
        lambda a: lambda who: screening.record_arrival(a, list(a.document_requests.all()), on=DAY, actor=who),
        of_application("screening"),
        told(1, documents=1),
    ),
    "accept": Race(
        lambda: ApplicationFactory(screened=True),
        accept,
        of_application("accepted"),
        told(1, contracts=1, notices=1),
    ),
    "refuse": Race(
        lambda: ApplicationFactory(screened=True, found={"G14.1.2": "圏外"}),
        lambda a: lambda who: accepting.refuse_application(a, on=DAY, actor=who),
        of_application("refused"),
        told(1, notices=1),
    ),
    "withdraw": Race(
        lambda: ApplicationFactory(screened=True),
        lambda a: lambda who: accepting.withdraw(a, on=DAY, actor=who),
        of_application("withdrawn"),
        told(1, notices=1),
    ),
    "set the start": Race(
        lambda: ContractFactory(not_started=True),
        lambda c: lambda who: starting.set_start(c, date(2026, 12, 1), today=DAY, actor=who),
        lambda c: {"history": Contract.history.filter(id=c.pk, billing_starts_on__isnull=False).count()},
        {"history": 1},
    ),
    "start at once": Race(
        lambda: ContractFactory(not_started=True),
        lambda c: lambda who: starting.set_start(c, DAY, today=DAY, actor=who),
        lambda c: {"history": Contract.history.filter(id=c.pk, state=State.ACTIVE).count()},
        {"history": 1},
    ),
    "meet a condition": Race(
        conditions,
        lambda c: lambda who: starting.meet(c, f"{who.name}: 10.0.0.0/16", on=DAY, actor=who),
        lambda c: {"history": StartCondition.history.filter(id=c.pk, state="met").count()},
        {"history": 1},
    ),
    "waive conditions": Race(
        lambda: conditions().contract,
        lambda c: lambda who: starting.waive_conditions(c, f"{who.name}: urgent", actor=who),
        lambda c: {"history": Contract.history.filter(id=c.pk).exclude(conditions_waived="").count()},
        {"history": 1},
    ),
    "take a notice": Race(
        backbone_with_connector,
        take_notice,
        ends,
        {"own": 1, "caused": 1, "history": 2, "notices": 2},
    ),
    "take a notice back": Race(
        with_notice,
        take_back,
        lambda t: (
            {"history": Termination.history.filter(cause=t.pk, state="taken-back").count()}
            | {"notices": Notice.objects.filter(customer=t.contract.customer, kind="end-lifted").count()}
        ),
        {"history": 1, "notices": 2},
    ),
    "end a subscription": Race(
        backbone_with_connector,
        end_subscription,
        ends,
        {"own": 1, "caused": 1, "history": 1, "notices": 1},
    ),
    "rest on one thing less": Race(
        lambda: gateway(backups=2),
        drop,
        lambda g: {"history": Dependency.history.filter(contract=g.pk, dropped_on__isnull=False).count()},
        {"history": 1},
    ),
    "rest on one thing more": Race(
        lambda: gateway(backups=1),
        rest_on_one_more,
        lambda g: {
            "standing": g.dependencies.standing().count(),
            "history": Dependency.history.filter(contract=g.pk).count(),
        },
        {"standing": 4, "history": 4},
    ),
    "record a letter as posted": Race(
        lambda: NoticeFactory(letter=True),
        lambda n: lambda who: notifying.record_posted(n, actor=who),
        lambda n: {"history": Notice.history.filter(id=n.pk, state="sent").count()},
        {"history": 1},
    ),
}


@pytest.mark.parametrize("race", RACES.values(), ids=RACES)
def test_an_act_taken_twice_at_once_has_one_effect_and_the_other_is_told(race):
    for _round in range(ROUNDS):
        subject = race.world()
        first, second = race.prepare(subject), race.prepare(subject)
        outcomes = at_once(partial(first, FIRST), partial(second, SECOND))
        assert [outcome.won for outcome in outcomes].count(True) == 1
        assert race.effect(subject) == race.expected


def test_a_notice_delivered_twice_at_once_leaves_once():
    for _round in range(ROUNDS):
        mail.outbox.clear()
        notice = NoticeFactory()
        outcomes = at_once(*[partial(notifying.deliver, notice.pk) for _worker in range(2)])
        assert [outcome.result for outcome in outcomes] == [True, True]
        assert len(mail.outbox) == 1
        assert Notice.history.filter(id=notice.pk, state="sent").count() == 1


def test_two_applications_for_the_one_contract_unit_make_one_contract_and_one_refusal():
    """MA4: the database holds the line where two applications of one unit are accepted at the same moment."""
    for _round in range(ROUNDS):
        iot = ContractFactory()
        wanted = [
            ApplicationFactory(**of(iot.customer), mobile_access=True, screened=True, quantity=quantity)
            for quantity in (1, 2)
        ]
        acts = [accept(application) for application in wanted]
        outcomes = at_once(*[partial(act, FIRST) for act in acts])
        made = Contract.objects.filter(service_code="mobile-access", customer=iot.customer)
        assert [outcome.won for outcome in outcomes].count(True) == 1
        assert made.count() == 1
        assert Notice.objects.filter(customer=iot.customer).count() == 1
        assert sorted(Application.objects.filter(pk__in=[a.pk for a in wanted]).values_list("state", flat=True)) == [
            "accepted",
            "screening",
        ]
