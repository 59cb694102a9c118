"""Looking at communication records: a permission of its own, a purpose each time, every look in the log."""

import pytest

from contracts.looking import look_at_communications
from iijiot import roles
from iijiot.actors import Actor
from iijiot.models import AccessEvent
from iijiot.rules import RuleViolation
from tests.factories import AccountFactory, UserFactory
from tests.house.console import logged_in

pytestmark = pytest.mark.django_db

WHY = "回線の障害の調査"


@pytest.mark.clause("G38.1", "G38.2")
def test_each_look_is_in_the_log_with_who_at_whom_and_what_for(aois_company, emi):
    for _look in range(2):
        look_at_communications(aois_company, WHY, actor=Actor.staff(emi))
    events = AccessEvent.objects.filter(kind="looked")
    assert {(event.user_id, event.who, event.detail) for event in events} == {
        (emi.pk, emi.name, f"{aois_company.number} {WHY}")
    }
    assert events.count() == 2


@pytest.mark.clause("G38.2")
@pytest.mark.parametrize("why", ["", "  "])
def test_nobody_looks_without_a_purpose(aois_company, emi, why):
    with pytest.raises(RuleViolation) as refusal:
        look_at_communications(aois_company, why, actor=Actor.staff(emi))
    assert refusal.value.unmet[0].clause.id == "G38.2"
    assert not AccessEvent.objects.filter(kind="looked").exists()


@pytest.mark.clause("G38.1")
@pytest.mark.parametrize("group", [group for group in roles.LABELS if group != roles.APPROVER])
def test_who_has_not_that_permission_may_not_look_and_the_attempt_is_in_the_log(aois_company, group):
    user = UserFactory(groups=[group])
    with pytest.raises(RuleViolation) as refusal:
        look_at_communications(aois_company, WHY, actor=Actor.staff(user))
    assert refusal.value.unmet[0].clause.id == "G38.1"
    assert AccessEvent.objects.get(user_id=user.pk).kind == "denied"


@pytest.mark.clause("G38.1")
def test_neither_a_customer_nor_a_command_looks_through_this_door(aois_company):
    account = AccountFactory(customer=aois_company)
    for actor in (Actor.of(account.user), Actor.command("demo"), Actor.clock("end-contracts")):
        with pytest.raises(RuleViolation):
            look_at_communications(aois_company, WHY, actor=actor)
    assert AccessEvent.objects.filter(kind="denied").count() == 3


@pytest.mark.clause("G38.1")
def test_auditors_read_who_has_looked(aois_company, emi, fumi):
    look_at_communications(aois_company, WHY, actor=Actor.staff(emi))
    shown = logged_in(fumi).get("/console/iijiot/accessevent/?kind__exact=looked").content.decode()
    assert "通信記録の閲覧" in shown
    assert WHY in shown
