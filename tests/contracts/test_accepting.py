"""Accepting: an application becomes a contract with everything that it rests on, or nothing at all."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from contracts import accepting, consequences
from contracts.consequences import Event
from contracts.models import Contract, Dependency, Notice, StartCondition
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, accept, again, give_notice, screened
from tests.factories import ApplicationFactory, ContractFactory, ExternalSubscriptionFactory, ManagementUnitFactory
from tests.factories.contracts import of

pytestmark = pytest.mark.django_db


class Breaks:
    """A follower that cannot do its part."""

    def foresee(self, turns):
        return []

    def bring_about(self, turns):
        if any(turn.event == Event.ACCEPTED for turn in turns):
            raise RuntimeError("the initial fee could not be written")


@pytest.mark.clause("G13.1")
def test_acceptance_makes_the_contract_with_what_it_rests_on_and_its_conditions(aois_company):
    iot, backbone = ContractFactory(**of(aois_company)), ExternalSubscriptionFactory(customer=aois_company)
    application = screened(ApplicationFactory(**of(aois_company), service_code="private-connector"))
    contract = accept(application)
    assert (contract.state, contract.accepted_on, contract.billing_starts_on) == ("accepted", WEDNESDAY, None)
    assert contract.application == application
    assert {(d.base, d.clause, d.cascades) for d in contract.dependencies.all()} == {
        (iot, "PC5.2", True),
        (backbone, "PC5.2", True),
    }
    assert [(c.code, c.clause, c.state) for c in contract.conditions.all()] == [("operation-policy", "PC4.1", "open")]
    assert (again(application).state, again(application).decided_on) == ("accepted", WEDNESDAY)


@pytest.mark.clause("G13.1")
def test_everything_of_one_acceptance_is_one_act(aois_company):
    contract = accept(screened(ApplicationFactory(**of(aois_company), with_option=False)), reason="優先対応")
    rows = [contract.history.get(), contract.application.history.first(), Notice.objects.get().history.last()]
    assert len({row.history_chapter for row in rows}) == 1
    assert {(row.history_actor, row.history_change_reason, row.history_clause) for row in rows[:2]} == {
        ("Ben", "優先対応", "G13.1")
    }


@pytest.mark.clause("G13.1")
def test_if_anything_breaks_in_between_neither_contract_nor_decision_exists(aois_company):
    application = screened(ApplicationFactory(**of(aois_company)))
    broken = Breaks()
    consequences.follow(broken)
    try:
        with pytest.raises(RuntimeError):
            accept(application)
    finally:
        consequences.unfollow(broken)
    assert again(application).state == "screening"
    assert (Contract.objects.count(), Dependency.objects.count(), Notice.objects.count()) == (0, 0, 0)


@pytest.mark.clause("G13.1")
def test_the_customer_is_told_once_as_the_application_came(aois_company):
    contract = accept(screened(ApplicationFactory(**of(aois_company))))
    notice = Notice.objects.get()
    assert (notice.kind, notice.channel, notice.contract, notice.to) == (
        "accepted",
        "email",
        contract,
        aois_company.notice_email,
    )
    assert contract.number in notice.body


@pytest.mark.clause("IOT3.1", "IOT3.3")
def test_the_iot_service_is_accepted_together_with_its_option(aois_company):
    type_i = ExternalSubscriptionFactory(customer=aois_company, type_i_closed=True)
    use = ExternalSubscriptionFactory(customer=aois_company, wise_paas_use=True)
    contract = accept(screened(ApplicationFactory(**of(aois_company), with_option=True)))
    option = contract.options.get()
    assert {(d.base, d.clause, d.cascades) for d in option.dependencies.all()} == {
        (contract, "IOT3.2", True),
        (type_i, "IOT3.3", False),
        (use, "IOT3.3", False),
    }
    assert [condition.clause for condition in option.conditions.all()] == ["IOT3.4"]
    assert (contract.service_code, option.service_code) == ("iot", "wise-paas-option")


@pytest.mark.clause("IOT3.3", "IOT3.1")
def test_without_what_the_option_needs_neither_it_nor_its_contract_is_accepted(aois_company):
    ExternalSubscriptionFactory(customer=aois_company, type_k=True)
    ExternalSubscriptionFactory(customer=aois_company, wise_paas_use=True)
    with override("en"), pytest.raises(RuleViolation, match="Mobile Service Type I") as refusal:
        accept(screened(ApplicationFactory(**of(aois_company), with_option=True)))
    assert [unmet.clause.id for unmet in refusal.value.unmet] == ["IOT3.3"]
    assert Contract.objects.count() == 0


@pytest.mark.clause("IOT3.1")
def test_the_option_is_added_later_on_an_application_of_its_own(aois_company):
    iot = ContractFactory(**of(aois_company))
    ContractFactory(**of(aois_company), mobile_access=True, rests_on=[iot])
    ExternalSubscriptionFactory(customer=aois_company, wise_paas_use=True)
    option = accept(screened(ApplicationFactory(**of(aois_company), service_code="wise-paas-option")))
    assert option.parent == iot


@pytest.mark.clause("G13.2")
def test_out_of_turn_only_with_a_reason(aois_company, carols_company):
    earlier = ApplicationFactory(**of(carols_company))
    later = screened(ApplicationFactory(**of(aois_company), received_at=datetime(2026, 11, 25, 2, 0, tzinfo=UTC)))
    plan = accepting.plan_acceptance(later, on=WEDNESDAY)
    assert list(plan.waiting) == [earlier]
    with override("en"), pytest.raises(RuleViolation, match=earlier.number) as refusal:
        accept(later, reason=" ")
    assert refusal.value.unmet[0].clause.id == "G13.2"
    contract = accept(later, reason="先の申込は設備待ち")
    assert contract.history.get().history_change_reason == "先の申込は設備待ち"


@pytest.mark.clause("G13.2")
def test_an_application_on_hold_lets_others_pass(aois_company, carols_company):
    ApplicationFactory(**of(carols_company), on_hold=True)
    later = screened(ApplicationFactory(**of(aois_company), received_at=datetime(2026, 11, 25, 2, 0, tzinfo=UTC)))
    assert accept(later).pk


@pytest.mark.clause("G14.1.5", "G13.1")
def test_a_ground_allows_a_refusal_and_does_not_force_one(aois_company):
    application = screened(ApplicationFactory(**of(aois_company)), found={"G14.1.5": "登記の商号と異なる"})
    with override("en"), pytest.raises(RuleViolation, match="Give the reason for accepting all the same"):
        accept(application)
    assert accept(application, reason="商号変更の登記申請中").pk


@pytest.mark.clause("G14.1.1", "MA6")
def test_a_missing_requirement_is_not_accepted_whatever_the_reason(aois_company):
    application = screened(ApplicationFactory(**of(aois_company), mobile_access=True))
    with override("en"), pytest.raises(RuleViolation, match="Missing on Tue 1 December 2026: IIJ IoT service"):
        accept(application, reason="急ぎ")
    assert again(application).state == "screening"


def two_backbones(customer):
    iot = ContractFactory(**of(customer))
    first, second = (ExternalSubscriptionFactory(customer=customer) for _ in range(2))
    application = screened(ApplicationFactory(**of(customer), service_code="vpn-gateway"))
    return iot, first, second, application


@pytest.mark.clause("VPN3")
def test_where_several_would_do_the_clerk_chooses(aois_company):
    _iot, first, second, application = two_backbones(aois_company)
    plan = accepting.plan_acceptance(application, on=WEDNESDAY)
    _of_iot, slot = plan.slots
    assert [candidate.key for candidate in slot.candidates] == [first.key, second.key]
    contract = accept(application, chosen={slot.name: second.key})
    assert {d.base for d in contract.dependencies.filter(on_contract=None)} == {second}


@pytest.mark.clause("VPN3")
def test_what_is_not_offered_cannot_be_chosen(aois_company, carols_company):
    *_others, application = two_backbones(aois_company)
    foreign = ExternalSubscriptionFactory(customer=carols_company)
    gone = ExternalSubscriptionFactory(customer=aois_company, ends_on=date(2026, 11, 30))
    wrong_kind = ExternalSubscriptionFactory(customer=aois_company, type_i_closed=True)
    for wrong in (foreign, gone, wrong_kind):
        with override("en"), pytest.raises(RuleViolation, match="Choose one of those offered"):
            accept(application, chosen={"rests-on-vpn-gateway-1": wrong.key})
    assert Contract.objects.filter(service_code="vpn-gateway").count() == 0


@pytest.mark.clause("MA4", "G9.1")
def test_two_applications_for_one_unit_give_one_contract_and_one_clear_refusal(aois_company):
    ContractFactory(**of(aois_company))
    first, second = (ApplicationFactory(**of(aois_company), mobile_access=True) for _ in range(2))
    made = accept(screened(first))
    with override("en"), pytest.raises(RuleViolation, match=f"{made.number} already") as refusal:
        accept(screened(second))
    assert refusal.value.unmet[0].clause.id == "MA4"
    assert Contract.objects.filter(service_code="mobile-access").count() == 1


@pytest.mark.clause("MA4", "G9.2")
def test_another_unit_of_the_customer_may_have_a_contract_of_its_own(aois_company):
    ContractFactory(**of(aois_company))
    branch = ManagementUnitFactory(customer=aois_company, name="大阪支店")
    ContractFactory(**of(aois_company), mobile_access=True)
    second = ApplicationFactory(customer=aois_company, management_unit=branch, mobile_access=True)
    assert accept(screened(second)).management_unit == branch


def test_an_application_is_accepted_once(aois_company):
    application = screened(ApplicationFactory(**of(aois_company)))
    plan = accepting.plan_acceptance(application, on=WEDNESDAY)
    accepting.accept(plan, actor=BEN)
    with pytest.raises((RuleViolation, Stale)):
        accepting.accept(plan, actor=BEN)
    with override("en"), pytest.raises(RuleViolation, match="not possible while the state is"):
        accept(again(application))
    assert Contract.objects.count() == 1


def test_a_plan_is_stale_when_what_it_rests_on_got_an_end_meanwhile(aois_company):
    iot = ContractFactory(**of(aois_company))
    application = screened(ApplicationFactory(**of(aois_company), mobile_access=True))
    plan = accepting.plan_acceptance(application, on=WEDNESDAY)
    assert plan.own_end is None
    give_notice(iot)
    with pytest.raises(Stale) as stale:
        accepting.accept(plan, actor=BEN)
    assert stale.value.now.own_end.on == date(2026, 12, 25)


@pytest.mark.clause("VPN4.1", "PMG4.1", "WPC4.1", "PC4.1")
@pytest.mark.parametrize(
    ("code", "clause"),
    [("vpn-gateway", "VPN4.1"), ("private-mobile-gateway", "PMG4.1"), ("wise-paas-connector", "WPC4.1")],
)
def test_the_checklist_comes_with_the_contract_under_its_own_clause(aois_company, code, clause):
    iot, backbone = ContractFactory(**of(aois_company)), ExternalSubscriptionFactory(customer=aois_company)
    ContractFactory(**of(aois_company), mobile_access=True, rests_on=[iot])
    ContractFactory(**of(aois_company), private_connector=True, rests_on=[iot, backbone])
    ExternalSubscriptionFactory(customer=aois_company, wise_paas_use=True)
    contract = accept(screened(ApplicationFactory(**of(aois_company), service_code=code)))
    assert [c.clause for c in StartCondition.objects.filter(contract=contract)] == [clause]
