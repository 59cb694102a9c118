"""Fewer lines: chosen or suggested, together or one alone; the contract goes on with what is left (MA8.1, MA9.2)."""

from datetime import date

import pytest
from django.db import transaction

from contracts.models import Contract
from iijiot.bulk_acts import acts
from iijiot.plans import Stale
from iijiot.records import fresh
from iijiot.rules import RuleViolation
from sims import changing, ordering, reporting
from sims.models import AddressUse, Line, LineChange, SimCard
from tests.acts import BEN, WEDNESDAY, end, give_notice, only_on, suspended
from tests.factories import ContractFactory, CustomerFactory, DeathFactory
from tests.factories.contracts import of
from tests.factories.sims import LineFactory, SimCardFactory
from tests.sims.lined import iot_of, living, mobile, more_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LAST = date(2026, 12, 31)
NEXT = date(2027, 1, 1)


def plan(contract, **how):
    """What fewer lines would do."""
    return changing.plan_reduction(fresh(contract), today=WEDNESDAY, **{"effective_on": LAST, **how})


def fewer(contract, **how):
    """Fewer lines, as planned."""
    return changing.reduce(plan(contract, **how), actor=BEN, reason="現場の撤収")


def picks(contract, many):
    """The keys of the first lines of a contract."""
    return list(contract.lines.order_by("pk").values_list("pk", flat=True)[:many])


@pytest.mark.clause("MA8.1", "MA9.2")
def test_lines_that_were_chosen_end_after_their_last_day_and_their_cards_fall_due():
    contract = mobile(5)
    chosen = picks(contract, 2)
    change = fewer(contract, chosen=chosen)
    assert (change.kind, change.quantity, str(change.state), change.effective_on) == ("fewer", 2, "pending", LAST)
    assert set(change.lines.values_list("pk", "ends_on", "ends_under")) == {(pk, LAST, "MA8.1") for pk in chosen}
    only_on(LAST)
    assert living(contract) == 5, "the last day still counts"
    only_on(NEXT)
    assert living(contract) == 3
    assert str(fresh(change).state) == "done"
    cards = SimCard.objects.filter(line__in=chosen)
    assert set(cards.values_list("state", "due_back_on")) == {("due-back", date(2027, 1, 30))}
    assert AddressUse.objects.current().count() == 3
    assert Contract.history.filter(id=contract.pk).latest().history_clause == "MA8.1"


@pytest.mark.clause("MA8.1")
def test_so_many_lines_are_first_those_without_a_card_then_the_latest_ordered():
    contract = mobile(2)
    late = LineFactory(contract=contract, ordered_on=date(2026, 10, 1), billing_starts_on=date(2026, 10, 1))
    SimCardFactory(lent=True, line=late)
    bare = LineFactory(contract=contract, ordered_on=date(2026, 1, 1), ordered=True)
    assert plan(contract, how_many=1).lines == (bare.pk,)
    assert plan(contract, how_many=2).lines == (bare.pk, late.pk)


@pytest.mark.clause("MA8.1", "MA9.2", "MA5.2", "MA1", "MA10.1")
def test_the_plan_says_how_many_stay_and_what_becomes_of_cards_and_addresses():
    contract = mobile(3)
    lent, lost = picks(contract, 2)
    assigned = SimCardFactory(assigned=True, line=LineFactory(contract=contract, ordered=True)).line_id
    card = SimCard.objects.get(line=lost)
    reporting.report(card, kind="loss", channel="phone", on=WEDNESDAY, what="亡失", today=WEDNESDAY, actor=BEN)
    foreseen = plan(contract, chosen=[lent, lost, assigned])
    told = {effect.key[0]: (effect.on, str(effect.what)) for effect in foreseen.effects}
    number = contract.number
    assert told == {
        "lines-end": (LAST, f"{number}: 3 lines end."),
        "addresses-released": (LAST, f"{number}: 2 addresses are taken back."),
        "cards-due": (date(2027, 1, 30), f"{number}: 1 SIM cards are due back."),
        "cards-put-back": (LAST, f"{number}: 1 SIM cards that were not shipped go back into stock."),
        "cards-written-off": (LAST, f"{number}: the procedure for 1 lost SIM cards ends."),
    }
    assert (foreseen.remaining, foreseen.further_lines, len(foreseen.first_lines)) == (1, 0, 3)


@pytest.mark.clause("MA8.1")
@pytest.mark.parametrize("how", [{"how_many": 3}, {"chosen": None}], ids=["so many", "all of them chosen"])
def test_the_last_line_does_not_end_that_way(how):
    contract = mobile(3, cards=False)
    how = {"chosen": picks(contract, 3)} if "chosen" in how else how
    with pytest.raises(RuleViolation, match="That is the end of the contract: take a termination notice instead"):
        plan(contract, **how)


@pytest.mark.clause("MA8.1")
@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "This day is over"),
        (date(2036, 12, 31), "Check the year"),
    ],
)
def test_a_day_that_cannot_be_is_refused(day, words):
    with pytest.raises(RuleViolation, match=words):
        plan(mobile(3, cards=False), how_many=1, effective_on=day)


@pytest.mark.clause("MA8.1")
def test_no_lines_and_more_than_there_are_free_are_refused():
    contract = mobile(4, cards=False)
    first = contract.lines.earliest("pk")
    LineFactory(contract=contract, protected=True)
    ordering.end_line(first, LAST, today=WEDNESDAY, actor=BEN)
    with pytest.raises(RuleViolation, match="one of both"):
        plan(contract)
    with pytest.raises(RuleViolation, match="one of both"):
        plan(contract, chosen=[first.pk], how_many=1)
    with pytest.raises(RuleViolation, match="Only 3 of 4 lines can end"):
        plan(contract, how_many=4)
    with pytest.raises(RuleViolation, match="Only 0 of 1 lines can end"):
        plan(contract, chosen=[LineFactory().pk])


@pytest.mark.clause("MA8.1")
def test_fewer_lines_end_before_their_contract_does():
    contract = mobile(3, cards=False)
    give_notice(contract)
    assert plan(contract, how_many=1, effective_on=date(2026, 12, 24)).effective_on == date(2026, 12, 24)
    with pytest.raises(RuleViolation, match="and all its lines with it"):
        plan(contract, how_many=1, effective_on=date(2026, 12, 25))


@pytest.mark.clause("MA8.1")
def test_l01_a_reduction_after_the_end_of_the_contract_is_closed_and_its_lines_end_with_the_contract():
    contract = mobile(4, cards=False)
    change = fewer(contract, how_many=2)
    give_notice(contract)
    assert (str(fresh(change).state), fresh(change).closed_because) == ("closed", "ends")
    assert not Line.objects.filter(leaves_with__isnull=False).exists()
    only_on(date(2026, 12, 26))
    assert set(contract.lines.values_list("state", "ends_on", "ends_under")) == {
        ("ended", date(2026, 12, 25), "MA12.1")
    }


@pytest.mark.clause("MA8.1")
def test_a_line_that_ends_before_its_contract_keeps_its_own_day():
    contract = mobile(3, cards=False)
    ordering.end_line(contract.lines.earliest("pk"), date(2026, 12, 10), today=WEDNESDAY, actor=BEN)
    give_notice(contract)
    only_on(date(2026, 12, 11))
    assert living(contract) == 2
    only_on(date(2026, 12, 26))
    assert sorted(contract.lines.values_list("ends_on", "ends_under")) == [
        (date(2026, 12, 10), "MA8.1"),
        (date(2026, 12, 25), "MA12.1"),
        (date(2026, 12, 25), "MA12.1"),
    ]


@pytest.mark.clause("MA8.1")
def test_what_was_shown_is_what_ends():
    contract = mobile(5, cards=False)
    shown = plan(contract, how_many=2)
    ordering.end_line(Line.objects.get(pk=shown.lines[0]), LAST, today=WEDNESDAY, actor=BEN)
    with pytest.raises(Stale):
        changing.reduce(shown, actor=BEN)
    assert not LineChange.objects.exists()


@pytest.mark.clause("MA8.1")
def test_a_reduction_is_taken_back_until_its_last_day_is_over():
    contract = mobile(4, cards=False)
    change = fewer(contract, how_many=2)
    back = changing.plan_taking_back(change, today=LAST)
    assert back.lines == 2
    changing.take_back(back, actor=BEN, reason="継続のお申出")
    assert (str(fresh(change).state), fresh(change).closed_because) == ("closed", "taken-back")
    assert contract.lines.staying().count() == 4
    only_on(NEXT)
    assert living(contract) == 4
    with pytest.raises(RuleViolation, match="not possible while the state is"):
        changing.plan_taking_back(fresh(change), today=LAST)


@pytest.mark.clause("MA8.1")
def test_an_increase_is_taken_back_before_its_day():
    contract = mobile(2, cards=False)
    more_lines(contract, 3, NEXT)
    change = LineChange.objects.get()
    with pytest.raises(RuleViolation, match="its day is over"):
        changing.plan_taking_back(change, today=date(2027, 1, 2))
    changing.take_back(changing.plan_taking_back(change, today=WEDNESDAY), actor=BEN)
    only_on(NEXT)
    assert living(contract) == 2


@pytest.mark.clause("MA8.1")
def test_one_line_ends_alone_and_goes_on_when_its_end_is_lifted():
    contract = mobile(3)
    line = contract.lines.earliest("pk")
    foreseen = ordering.plan_line_end(line, LAST, today=WEDNESDAY)
    assert [effect.key[0] for effect in foreseen.effects] == ["addresses-released", "lines-end", "cards-due"]
    ordering.end_line(line, LAST, today=WEDNESDAY, actor=BEN, reason="撤去")
    assert (fresh(line).ends_on, fresh(line).ends_under) == (LAST, "MA8.1")
    ordering.lift_line_end(fresh(line), today=LAST, actor=BEN)
    assert fresh(line).ends_on is None
    ordering.end_line(line, LAST, today=WEDNESDAY, actor=BEN)
    with pytest.raises(RuleViolation, match="Its last day is over"):
        ordering.lift_line_end(fresh(line), today=NEXT, actor=BEN)
    only_on(NEXT)
    assert living(contract) == 2


@pytest.mark.clause("MA8.1")
def test_a_line_that_goes_with_others_goes_with_them():
    contract = mobile(4, cards=False)
    change = fewer(contract, how_many=2)
    line = change.lines.earliest("pk")
    with pytest.raises(RuleViolation, match=f"ends with {change.number}"):
        ordering.end_line(line, date(2026, 12, 10), today=WEDNESDAY, actor=BEN)
    with pytest.raises(RuleViolation, match="Take that one back first"):
        ordering.lift_line_end(line, today=WEDNESDAY, actor=BEN)


@pytest.mark.clause("MA8.1")
def test_a_line_does_not_end_before_it_is_there_nor_after_its_contract():
    contract = mobile(2, cards=False)
    early = LineFactory(contract=contract, ordered_on=date(2026, 12, 1), billing_starts_on=None, ordered=True)
    with pytest.raises(RuleViolation, match="it cannot end before"):
        ordering.plan_line_end(early, WEDNESDAY, today=WEDNESDAY)
    with pytest.raises(RuleViolation, match="This day is over"):
        ordering.plan_line_end(early, date(2026, 11, 24), today=WEDNESDAY)
    give_notice(contract)
    with pytest.raises(RuleViolation, match="Its contract ends on"):
        ordering.plan_line_end(fresh(early), LAST, today=WEDNESDAY)


@pytest.mark.clause("G18.1", "MA8.1")
def test_nothing_ends_at_the_wish_of_somebody_who_has_died():
    person = CustomerFactory(sole_proprietor=True)
    contract = mobile(3, cards=False, customer=person)
    DeathFactory(customer=person)
    with pytest.raises(RuleViolation, match="The customer has died"):
        plan(contract, how_many=1)
    with pytest.raises(RuleViolation, match="The customer has died"):
        ordering.end_line(contract.lines.earliest("pk"), LAST, today=WEDNESDAY, actor=BEN)
    going = picks(contract, 1)
    assert ordering.schedule_ends(going, on=LAST, today=WEDNESDAY, actor=BEN) == []


def mixed() -> list[Line]:
    """Lines of every kind that a rule of ending looks at, on contracts of every such kind."""
    person = CustomerFactory(sole_proprietor=True)
    waits = mobile(2, cards=False, customer=person)
    DeathFactory(customer=person)
    usual, whole, alone = mobile(3, cards=False), mobile(3, cards=False), mobile(1, cards=False)
    protected = ContractFactory(mobile_access=True, quantity=2, protected=True)
    ending = ContractFactory(mobile_access=True, quantity=2, ending=True)
    suspension = mobile(2, cards=False)
    suspended(suspension, date(2026, 11, 20))
    leaving = mobile(4, cards=False)
    fewer(leaving, how_many=2)
    ordering.end_line(usual.lines.earliest("pk"), date(2026, 12, 10), today=WEDNESDAY, actor=BEN)
    LineFactory(contract=usual, protected=True)
    LineFactory(contract=usual, ended=True)
    LineFactory(contract=usual, ordered=True, ordered_on=date(2027, 1, 5), billing_starts_on=None)
    for contract in (protected, ending):
        LineFactory.create_batch(2, contract=contract)
    assert whole != alone != waits
    return list(Line.objects.order_by("pk"))


@pytest.mark.clause("MA8.1", "G18.1")
def test_ending_many_lines_at_once_obeys_the_rules_of_ending_one_after_the_other():
    lines, refused = mixed(), {}
    ids = [line.pk for line in lines]
    with transaction.atomic():
        for line in lines:
            try:
                ordering.end_line(fresh(line), LAST, today=WEDNESDAY, actor=BEN)
            except RuleViolation as refusal:
                refused[line.pk] = [str(reason) for reason in refusal.unmet]
        one_by_one = set(Line.objects.filter(ends_on=LAST, leaves_with=None).values_list("pk", flat=True))
        transaction.set_rollback(True)
    act = next(act for act in acts() if act.slug == "end-lines")
    data = {"on": LAST, "reason": "撤去"}
    foreseen = set(act.ready(act.chosen(ids), data).values_list("pk", flat=True))
    assert foreseen == one_by_one == set(ids) - set(refused)
    told = {record.pk: [str(reason) for reason in reasons] for record, reasons in act.reasons(sorted(refused), data)}
    assert told == refused
    assert len({reason for reasons in refused.values() for reason in reasons}) >= 7
    assert set(ordering.schedule_ends(ids, on=LAST, today=WEDNESDAY, actor=BEN)) == one_by_one
    for contract in Contract.objects.filter(pk__in=Line.objects.filter(pk__in=one_by_one).values("contract")):
        assert contract.lines.staying().exists(), "one line is left to each"
    again = ordering.schedule_ends(ids, on=date(2027, 1, 10), today=WEDNESDAY, actor=BEN)
    assert set(again) >= one_by_one - {line.pk for line in lines if line.contract.ends_on}
    for contract in Contract.objects.filter(pk__in=Line.objects.filter(pk__in=again).values("contract")):
        assert contract.lines.staying().exists()


@pytest.mark.clause("MA8.1")
def test_many_lines_do_not_end_on_a_day_that_is_over():
    contract = mobile(3, cards=False)
    with pytest.raises(RuleViolation, match="This day is over"):
        ordering.schedule_ends(picks(contract, 1), on=date(2026, 11, 24), today=WEDNESDAY, actor=BEN)


@pytest.mark.clause("MA12.2", "MA9.2")
def test_l04_a_notice_for_the_base_ends_every_line_once_on_one_day():
    contract = mobile(10)
    iot = iot_of(contract)
    gateway = ContractFactory(**of(contract.customer), data_storage=True, rests_on=[iot])
    give_notice(iot, date(2026, 12, 15))
    only_on(date(2027, 1, 15))
    last = date(2027, 1, 14)
    assert {fresh(one).ends_on for one in (iot, contract, gateway)} == {last}
    assert set(contract.lines.values_list("state", "ends_on", "ends_under")) == {("ended", last, "MA12.2")}
    for line in contract.lines.all():
        assert Line.history.filter(id=line.pk, state="ended").count() == 1
    assert set(SimCard.objects.values_list("state", "due_back_on")) == {("due-back", date(2027, 2, 13))}
    assert not AddressUse.objects.current().exists()


@pytest.mark.clause("G28.1.2", "MA9.2")
def test_the_companys_act_ends_lines_that_are_protected_too():
    contract = mobile(3)
    LineFactory(contract=contract, protected=True)
    end(contract, date(2026, 12, 10), "G28.1.2")
    only_on(date(2026, 12, 11))
    assert set(contract.lines.values_list("state", "ends_on")) == {("ended", date(2026, 12, 10))}
