"""Pending ends and cascades: faults of others, and the right answers."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from contracts import accepting, consequences
from contracts.consequences import Event
from contracts.models import Contract, ManagementUnit, Notice, Termination
from iijiot.actors import Actor
from iijiot.bulk import bulk_add
from iijiot.models import DayStep
from iijiot.records import chapter
from iijiot.rules import RuleViolation, refuse
from tests.acts import (
    WEDNESDAY,
    accept,
    advance,
    again,
    end,
    ends,
    give_notice,
    plan_notice,
    screened,
    set_start,
)
from tests.factories import ApplicationFactory, ContractFactory, CustomerFactory, ExternalSubscriptionFactory
from tests.factories.contracts import of

pytestmark = pytest.mark.django_db


def step(rows: list[DayStep], name: str) -> DayStep:
    return next(row for row in rows if row.step == name)


@pytest.mark.clause("MA12.2", "PC5.2", "PMG5.2", "IOT4")
def test_l04_a_base_ends_on_a_future_day_and_each_dependent_ends_once_on_it(aois_company):
    backbone = ExternalSubscriptionFactory(customer=aois_company)
    iot = ContractFactory(**of(aois_company))
    mobile = ContractFactory(**of(aois_company), mobile_access=True, quantity=10, rests_on=[iot])
    connector = ContractFactory(**of(aois_company), private_connector=True, rests_on=[iot, backbone])
    gateway = ContractFactory(**of(aois_company), private_mobile_gateway=True, rests_on=[iot, backbone, mobile])
    last_day = date(2027, 1, 14)

    give_notice(iot, date(2026, 12, 15))
    for contract in (iot, mobile, connector, gateway):
        assert again(contract).ends_on == last_day
        assert contract.terminations.count() == 1
        assert contract.history.filter(history_type="~").count() == 1
        assert Notice.objects.filter(contract=contract, kind="end-scheduled").count() == 1

    advance(date(2027, 1, 14))
    assert {again(contract).state for contract in (iot, mobile, connector, gateway)} == {"active"}
    advance(date(2027, 1, 15))
    for contract in (iot, mobile, connector, gateway):
        assert (again(contract).state, again(contract).ends_on) == ("ended", last_day)
        assert contract.terminations.get().state == "carried-out"
        assert contract.history.filter(history_type="~", state="ended").count() == 1
        assert Notice.objects.filter(contract=contract).count() == 1


@pytest.mark.clause("MA6", "G14.1.1")
def test_l06_a_dependent_of_a_base_that_is_only_pending_is_possible_from_the_bases_day(aois_company):
    iot = ContractFactory(**of(aois_company), not_started=True, accepted_on=date(2026, 11, 20))
    set_start(iot, date(2027, 2, 1))
    too_early = screened(ApplicationFactory(**of(aois_company), mobile_access=True, start_wished_on=date(2027, 1, 20)))
    with override("en"), pytest.raises(RuleViolation, match="Possible from Mon 1 February 2027") as refusal:
        accept(too_early, reason="急ぎ")
    assert [unmet.clause.id for unmet in refusal.value.unmet] == ["MA6"]

    in_time = screened(ApplicationFactory(**of(aois_company), mobile_access=True, start_wished_on=date(2027, 2, 1)))
    mobile = accept(in_time, reason="先の申込は開始希望日の変更待ち")
    set_start(mobile, date(2027, 2, 1))
    advance(date(2027, 2, 1))
    assert (again(iot).state, again(mobile).state) == ("active", "active")


@pytest.mark.clause("VPN3", "VPN5.2", "G13.1")
def test_l07_a_dependent_sold_on_a_base_about_to_end_shows_its_own_end_before_and_after(aois_company):
    iot = ContractFactory(**of(aois_company))
    ExternalSubscriptionFactory(customer=aois_company)
    give_notice(iot, named_on=date(2026, 12, 31))

    first = screened(
        ApplicationFactory(**of(aois_company), service_code="vpn-gateway", start_wished_on=date(2026, 12, 10))
    )
    plan = accepting.plan_acceptance(first, on=WEDNESDAY)
    assert (plan.own_end.on, plan.own_end.clause) == (date(2026, 12, 31), "VPN5.2")
    vpn = accept(first)
    assert (vpn.ends_on, vpn.ends_under) == (date(2026, 12, 31), "VPN5.2")
    caused = vpn.terminations.get()
    assert (caused.origin, caused.cause.contract) == ("cascade", iot)
    assert "2026年12月31日" in Notice.objects.get(kind="accepted").body

    second = screened(
        ApplicationFactory(**of(aois_company), service_code="vpn-gateway", start_wished_on=date(2027, 1, 10))
    )
    with pytest.raises(RuleViolation) as refusal:
        accept(second, reason="急ぎ")
    assert [unmet.clause.id for unmet in refusal.value.unmet] == ["VPN3"]


@pytest.mark.clause("G29.1")
def test_l11_what_is_ended_already_is_not_ended_again(aois_company):
    contract = ContractFactory(**of(aois_company))
    notice = give_notice(contract, named_on=date(2026, 12, 31))
    end(contract, date(2026, 12, 10), clause="G28.1.2", today=date(2026, 12, 10))
    for day in (date(2026, 12, 11), date(2026, 12, 11), date(2027, 1, 5)):
        rows = advance(day)
        assert [aside for row in rows for aside in row.set_aside] == []
    assert (again(contract).state, again(contract).ends_on, again(contract).ends_under) == (
        "ended",
        date(2026, 12, 10),
        "G28.1.2",
    )
    assert again(notice).state == "lapsed"
    assert contract.history.filter(state="ended").count() == 1


def two_hundred(**fields) -> list[Contract]:
    """Contracts of as many customers as it takes, made in bulk."""
    customer = CustomerFactory()
    with chapter(actor=Actor.command("factory")):
        units = [ManagementUnit(customer=customer, name=f"拠点{n}") for n in range(200)]
        bulk_add(units)
        made = [
            Contract(
                customer=customer, management_unit=unit, service_code="iot", accepted_on=date(2026, 3, 25), **fields
            )
            for unit in units
        ]
        bulk_add(made)
    return made


@pytest.mark.clause("G3")
@pytest.mark.unrecorded("corrupts a row by SQL, as a restore gone wrong would")
def test_l12_one_corrupt_contract_among_two_hundred_is_set_aside_and_the_rest_start(carols_company):
    contracts = two_hundred(billing_starts_on=date(2026, 12, 1))
    foreign_unit = of(carols_company)["management_unit"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contracts_contract SET management_unit_id = %s WHERE id = %s", [foreign_unit.pk, contracts[77].pk]
        )
    row = step(advance(date(2026, 12, 1)), "start-contracts")
    assert row.done == 199
    (aside,) = row.set_aside
    assert contracts[77].number in aside["what"]
    assert "管理単位" in aside["why"]
    assert Contract.objects.filter(state="active").count() == 199


@pytest.mark.clause("G29.1")
def test_l12_one_contract_that_cannot_end_among_two_hundred_is_set_aside_and_the_rest_end():
    contracts = two_hundred(
        billing_starts_on=date(2026, 4, 1), state="active", ends_on=date(2026, 12, 31), ends_under="IOT4"
    )
    bad = contracts[123].pk

    class CannotFollow:
        def foresee(self, turns):
            return []

        def bring_about(self, turns):
            if any(turn.contract_id == bad and turn.event == Event.ENDED for turn in turns):
                raise refuse("MA9.2", "在庫の行が壊れています。")

    follower = CannotFollow()
    consequences.follow(follower)
    try:
        row = step(advance(date(2027, 1, 1)), "end-contracts")
    finally:
        consequences.unfollow(follower)
    assert row.done == 199
    (aside,) = row.set_aside
    assert str(bad) in aside["what"]
    assert "在庫の行が壊れています。" in aside["why"]
    assert list(Contract.objects.exclude(state="ended").values_list("pk", flat=True)) == [bad]
    assert step(advance(date(2027, 1, 2)), "end-contracts").done == 1


@pytest.mark.clause("G29.1")
def test_l13_the_last_day_counts_to_its_end(aois_company):
    contract = ContractFactory(**of(aois_company))
    give_notice(contract, date(2026, 11, 1))
    advance(date(2026, 12, 1))
    assert (again(contract).state, again(contract).ends_on) == ("active", date(2026, 12, 1))
    assert list(Contract.objects.living(date(2026, 12, 1))) == [contract]
    advance(date(2026, 12, 2))
    assert (again(contract).state, again(contract).ends_on) == ("ended", date(2026, 12, 1))


@pytest.mark.clause("MA12.2", "DS4.2", "PC5.2")
def test_m20_the_preview_lists_every_dependent_with_its_day_and_all_end_in_one_act(aois_company):
    backbone = ExternalSubscriptionFactory(customer=aois_company)
    iot = ContractFactory(**of(aois_company))
    mobile = ContractFactory(**of(aois_company), mobile_access=True, quantity=200, rests_on=[iot])
    storage = ContractFactory(**of(aois_company), data_storage=True, rests_on=[iot])
    connector = ContractFactory(**of(aois_company), private_connector=True, rests_on=[iot, backbone])
    plan = plan_notice(iot, named_on=date(2027, 3, 31))
    assert {change.subject: change.after.on for change in plan.changes} == dict.fromkeys(
        [iot, mobile, storage, connector], date(2027, 3, 31)
    )
    made = give_notice(iot, named_on=date(2027, 3, 31))
    rows = [again(c).history.first() for c in (iot, mobile, storage, connector)]
    assert {row.history_chapter for row in rows} == {made.history.first().history_chapter}
    assert set(ends(aois_company).values()) == {date(2027, 3, 31)}


@pytest.mark.clause("G8", "G29.1")
def test_f11_what_anything_rests_on_is_not_deleted(aois_company):
    contract = ContractFactory(**of(aois_company))
    termination = give_notice(contract)
    subscription = ExternalSubscriptionFactory(customer=aois_company)
    only_history = CustomerFactory()
    counts = Contract.objects.count(), Termination.objects.count(), type(aois_company).objects.count()
    records: list[Any] = [aois_company, contract, termination, subscription, only_history]
    for record in records:
        for delete in (record.delete, type(record).objects.filter(pk=record.pk).delete):
            with override("en"), pytest.raises(RuleViolation, match=r"cannot be deleted\. In the way: .*history"):
                delete()
    with override("ja"), pytest.raises(RuleViolation, match="契約") as refusal:
        aois_company.delete()
    assert "管理単位" in str(refusal.value)
    assert counts == (Contract.objects.count(), Termination.objects.count(), type(aois_company).objects.count())
