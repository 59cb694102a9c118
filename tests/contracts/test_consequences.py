"""What follows in apps to the right: foreseen in the plan, brought about in the same act, and nothing else."""

from datetime import date

import pytest

from contracts import accepting, consequences, ending
from contracts.consequences import Effect, Event, Turn
from contracts.ending import Designated
from contracts.models import Contract, Termination
from iijiot.clauses import Clause
from iijiot.plans import Stale
from tests.acts import (
    WEDNESDAY,
    accept,
    advance,
    again,
    do,
    end,
    give_notice,
    meet_all,
    only_on,
    plan_notice,
    screened,
    set_start,
    take_back,
)
from tests.factories import ApplicationFactory, ContractFactory
from tests.factories.contracts import of
from tests.factories.worlds import house
from tests.testapp.following import CardsComeBack
from tests.testapp.models import Token

pytestmark = pytest.mark.django_db


class Hears:
    """A follower that only listens."""

    def __init__(self) -> None:
        self.foreseen: list[list[Turn]] = []
        self.heard: list[Turn] = []

    def foresee(self, turns):
        self.foreseen.append(list(turns))
        return []

    def bring_about(self, turns):
        self.heard += turns


@pytest.fixture
def following():
    """Register followers for one test."""
    registered = []

    def follow(follower):
        consequences.follow(follower)
        registered.append(follower)
        return follower

    yield follow
    for follower in registered:
        consequences.unfollow(follower)


@pytest.fixture
def world(aois_company, following):
    following(CardsComeBack())
    return house(aois_company)


def due() -> dict[int, date | None]:
    """What the cards of each contract say."""
    return dict(Token.objects.values_list("contract", "due_on"))


def foreseen(plan) -> dict[int, date | None]:
    """What the plan says that the cards of each contract will say."""
    return {pk: effect.on if kind == "due" else None for effect in of_cards(plan) for kind, pk in [effect.key]}


def of_cards(plan) -> list[Effect]:
    """What the plan says of cards; fees of last months are shown beside it, and change nothing that is stored."""
    return [effect for effect in plan.effects if effect.key[0] != "last-month"]


def everything_but_cards() -> list[tuple[int, object, str]]:
    return list(Contract.objects.order_by("pk").values_list("pk", "ends_on", "state"))


@pytest.mark.clause("MA9.2")
@pytest.mark.parametrize(
    "plan_of",
    [
        lambda world: plan_notice(world.iot),
        lambda world: plan_notice(world.mobile_access),
        lambda world: plan_notice(world.connector),
        lambda world: ending.plan_ending(world.backbone, effective_on=date(2026, 12, 31), clause="PC5.2"),
        lambda world: plan_notice(
            world.iot, designated=[Designated(world.mobile_access.pk, date(2027, 1, 31), "移行のため")]
        ),
        lambda world: ending.plan_taking_back(give_notice(world.iot), today=WEDNESDAY),
        lambda world: (give_notice(world.iot, named_on=date(2027, 3, 31)), plan_notice(world.iot))[1],
    ],
    ids=["iot", "mobile access", "connector", "backbone", "designated day", "taken back", "moved to an earlier day"],
)
def test_each_foreseen_effect_is_there_afterwards_and_nothing_else_is(world, plan_of):
    plan = plan_of(world)
    before = due()
    do(plan)
    after = due()
    assert {pk: on for pk, on in after.items() if pk not in before or before[pk] != on} == foreseen(plan)
    changed = {change.subject.pk: change.after and change.after.on for change in plan.changes if change.moves}
    for contract in world.contracts.values():
        if contract.pk in changed:
            assert again(contract).ends_on == changed[contract.pk]


@pytest.mark.clause("MA9.2")
def test_planning_reads_only(world):
    before = everything_but_cards()
    plan_notice(world.iot)
    assert (everything_but_cards(), due(), Termination.objects.count()) == (before, {}, 0)


@pytest.mark.clause("MA9.2", "MA12.2")
def test_the_plan_shows_the_day_on_which_the_cards_are_due_back(world):
    plan = plan_notice(world.iot, date(2026, 12, 15))
    assert [(effect.on, effect.clause) for effect in of_cards(plan)] == [(date(2027, 2, 13), Clause("MA9.2"))]


def test_what_follows_is_written_in_the_same_act(world):
    made = give_notice(world.iot)
    token = Token.objects.get()
    assert token.history.get().history_chapter == made.history.first().history_chapter
    assert token.history.get().history_clause == "MA9.2"


def test_a_follower_that_fails_stops_the_act(aois_company, following):
    class Fails(Hears):
        def bring_about(self, turns):
            raise RuntimeError

    world = house(aois_company)
    following(Fails())
    with pytest.raises(RuntimeError):
        give_notice(world.iot)
    assert (again(world.iot).ends_on, Termination.objects.count()) == (None, 0)


def test_what_a_follower_foresees_is_part_of_the_plan_that_is_confirmed(aois_company, following):
    class Stock(Hears):
        cards = 3

        def foresee(self, turns):
            return [Effect(turns[0].on, Clause("MA9.2"), "cards", ("cards", self.cards))] if turns else []

    world, stock = house(aois_company), following(Stock())
    plan = plan_notice(world.iot)
    stock.cards = 4
    with pytest.raises(Stale):
        do(plan)
    assert again(world.iot).ends_on is None


def test_followers_act_in_the_order_in_which_they_were_registered(aois_company, following):
    told = []

    class Says(Hears):
        def __init__(self, name):
            super().__init__()
            self.name = name

        def bring_about(self, turns):
            told.append(self.name)

    following(Says("sims"))
    following(Says("billing"))
    give_notice(ContractFactory(**of(aois_company)))
    assert told == ["sims", "billing"]
    assert [f.name for f in consequences.followers() if isinstance(f, Says)] == ["sims", "billing"]


def test_a_contract_turns_once_at_each_step_of_its_life(aois_company, following):
    ContractFactory(**of(aois_company))
    ears = following(Hears())
    contract = accept(screened(ApplicationFactory(**of(aois_company), mobile_access=True)))
    meet_all(contract)
    set_start(contract, date(2026, 12, 1))
    advance(date(2026, 12, 1))
    take_back(give_notice(again(contract), date(2026, 12, 2)), today=date(2026, 12, 2))
    give_notice(again(contract), date(2026, 12, 3))
    only_on(date(2027, 1, 3))
    assert [(turn.event, turn.on, turn.clause.id) for turn in ears.heard if turn.contract_id == contract.pk] == [
        (Event.ACCEPTED, WEDNESDAY, "MA13.1"),
        (Event.STARTED, date(2026, 12, 1), "MA13.1"),
        (Event.END_SCHEDULED, date(2027, 1, 1), "MA12.1"),
        (Event.END_LIFTED, date(2027, 1, 1), "MA12.1"),
        (Event.END_SCHEDULED, date(2027, 1, 2), "MA12.1"),
        (Event.ENDED, date(2027, 1, 2), "MA12.1"),
    ]


def test_what_a_plan_foresees_is_what_its_followers_are_then_told(aois_company, following):
    world, ears = house(aois_company), following(Hears())
    end(world.backbone, date(2026, 12, 31))
    assert ears.heard == ears.foreseen[0]
    assert len(ears.heard) == len({turn.contract_id for turn in ears.heard}) == 4


def test_the_acceptance_plan_shows_what_accepting_brings(aois_company, following):
    class Fee(Hears):
        def foresee(self, turns):
            return [Effect(t.on, t.clause, "initial fee", ("fee", 0)) for t in turns if t.event == Event.ACCEPTED]

    following(Fee())
    plan = accepting.plan_acceptance(screened(ApplicationFactory(**of(aois_company))), on=WEDNESDAY)
    assert [(effect.what, effect.clause.id) for effect in plan.effects] == [("initial fee", "IOT5")]
