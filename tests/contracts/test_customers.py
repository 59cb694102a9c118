"""Who can be a customer, where notices go, and what belongs to whom."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from contracts.models import Customer
from iijiot.actors import Actor
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.factories import (
    ApplicationFactory,
    CapFactory,
    ContractFactory,
    CustomerFactory,
    ExternalSubscriptionFactory,
    MailDomainFactory,
    ManagementUnitFactory,
    corporate_number,
)
from tests.factories.contracts import of
from tests.vectors import group

pytestmark = pytest.mark.django_db

CLERK = Actor.command("Ben")


def refusals(**fields) -> dict[str, list[str | None]]:
    """What is said against a customer with these fields: the codes, by field."""
    with pytest.raises(ValidationError) as refusal:
        CustomerFactory(**fields)
    return {field: [error.code for error in errors] for field, errors in refusal.value.error_dict.items()}


@pytest.mark.clause("G8")
@pytest.mark.parametrize("kind", ["consumer", "individual", ""])
def test_a_consumer_is_no_kind_of_customer(kind):
    assert "kind" in refusals(kind=kind)


@pytest.mark.clause("G8")
def test_a_sole_proprietor_shows_evidence_of_the_business():
    assert refusals(sole_proprietor=True, evidence="  ")["evidence"] == ["G8"]
    assert CustomerFactory(sole_proprietor=True, evidence="開業届").pk


@pytest.mark.clause("G8")
def test_a_foreign_company_has_evidence_in_place_of_a_corporate_number():
    assert refusals(foreign_company=True, evidence="")["evidence"] == ["G8"]
    assert CustomerFactory(foreign_company=True).corporate_number == ""


@pytest.mark.clause("G8")
@pytest.mark.parametrize("number", group("corporate_number.valid"))
def test_a_corporation_has_a_corporate_number_that_fits_its_check_digit(number):
    assert CustomerFactory(corporate_number=number).corporate_number == number


@pytest.mark.clause("G8")
@pytest.mark.parametrize("number", [*group("corporate_number.invalid"), "T7000012050002", "", "   ", "7000012050002 1"])
def test_a_wrong_corporate_number_is_refused_where_it_was_typed(number):
    assert refusals(corporate_number=number)["corporate_number"] == ["G8"]
    assert Customer.objects.count() == 0


@pytest.mark.clause("G40.1")
def test_a_my_number_is_refused_and_kept_nowhere():
    number = group("legal.id_numbers.my_number_refused.input")
    assert refusals(corporate_number=number)["corporate_number"] == ["G40.1"]
    assert Customer.history.count() == 0


@pytest.mark.clause("G8")
@pytest.mark.parametrize(
    "typed",
    [
        "７００００１２０５０００２",
        "7-0000-1205-0002",
        " 7000012050002 ",
        "700 0012050002",
        "７‐００００‐１２０５‐０００２",
    ],
    ids=["full width", "hyphens", "padded", "blank inside", "full-width hyphens"],
)
def test_a_corporate_number_is_taken_as_people_type_it_and_stored_once(typed):
    assert CustomerFactory(corporate_number=typed).corporate_number == "7000012050002"


@pytest.mark.clause("G8")
def test_one_corporate_number_is_one_customer():
    CustomerFactory(corporate_number="7000012050002")
    with override("en"), pytest.raises(ValidationError, match="Open that one instead"):
        CustomerFactory(corporate_number="７０００-０１２０-５０００２")


@pytest.mark.clause("G8")
def test_customers_without_corporate_number_do_not_get_in_each_others_way():
    assert CustomerFactory(sole_proprietor=True).pk != CustomerFactory(sole_proprietor=True).pk


@pytest.mark.clause("G12.2.1")
@pytest.mark.parametrize(
    "address",
    ["taro@gmail.com", "taro@docomo.ne.jp", "taro@mailinator.com", "taro@ｇｍａｉｌ．ｃｏｍ", "taro@sub.gmail.com"],
)
def test_free_carrier_and_throw_away_mail_is_no_notice_address(address):
    assert "G12.2.1" in refusals(notice_email=address)["notice_email"]


@pytest.mark.clause("G12.2.1")
@pytest.mark.parametrize("address", ["", "taro", "taro@example"])
def test_a_notice_address_is_mandatory_and_well_formed(address):
    assert "notice_email" in refusals(notice_email=address)


@pytest.mark.clause("G12.2.1")
def test_staff_can_refuse_a_domain_from_now_on():
    CustomerFactory(notice_email="info@ocn.ne.jp")
    MailDomainFactory(domain=" OCN.ne.jp. ")
    assert refusals(notice_email="info@plum.ocn.ne.jp")["notice_email"] == ["G12.2.1"]


@pytest.mark.clause("G12.2.1")
def test_staff_can_allow_a_domain_that_a_list_names_and_withdraw_that_again():
    allowed = MailDomainFactory(domain="docomo.ne.jp", verdict="allowed", reason="契約者は同社の関連会社")
    assert CustomerFactory(notice_email="soumu@docomo.ne.jp").pk
    with chapter(actor=CLERK, reason="関連会社ではなくなった"):
        allowed.verdict = "withdrawn"
        allowed.save()
    assert refusals(notice_email="keiri@docomo.ne.jp")["notice_email"] == ["G12.2.1"]


@pytest.mark.clause("G9.2")
def test_an_application_is_for_a_management_unit_of_the_same_customer(aois_company, carols_company):
    foreign_unit = ManagementUnitFactory(customer=carols_company)
    with pytest.raises(ValidationError) as refusal:
        ApplicationFactory(customer=aois_company, management_unit=foreign_unit)
    assert refusal.value.error_dict["management_unit"][0].code == "G9.2"


@pytest.mark.clause("G9.2")
def test_a_contract_is_not_moved_to_another_customers_management_unit(aois_company, carols_company):
    contract = ContractFactory(**of(aois_company))
    own, foreign = ManagementUnitFactory(customer=aois_company), ManagementUnitFactory(customer=carols_company)
    with chapter(actor=CLERK):
        contract.management_unit = foreign
        with pytest.raises((ValidationError, RuleViolation), match="管理単位"):
            contract.save()
        contract.management_unit = own
        contract.save()
    contract.refresh_from_db()
    assert contract.management_unit == own


@pytest.mark.clause("G10")
@pytest.mark.parametrize("make", [ContractFactory, ApplicationFactory, ExternalSubscriptionFactory])
def test_the_customer_of_what_was_agreed_never_changes(make, carols_company):
    record = make()
    record.customer = carols_company
    with chapter(actor=CLERK), pytest.raises(RuleViolation) as refusal:
        record.save()
    assert refusal.value.unmet[0].clause.id == "G10"
    record.refresh_from_db()
    assert record.customer != carols_company


@pytest.mark.clause("G9.2", "G10")
def test_a_management_unit_stays_with_its_customer(carols_company):
    unit = ManagementUnitFactory()
    unit.customer = carols_company
    with chapter(actor=CLERK), pytest.raises(RuleViolation):
        unit.save()


@pytest.mark.clause("G5.3")
def test_what_staff_change_of_a_customer_stays_readable(aois_company):
    with chapter(actor=CLERK, reason="移転の届出", clause="G16"):
        aois_company.address = "大阪府大阪市北区梅田1-1-1"
        aois_company.save()
    new, old = aois_company.history.all()
    assert (old.address[:3], new.address[:3]) == ("東京都", "大阪府")
    told = (new.history_actor_kind, new.history_actor, new.history_change_reason, new.history_clause)
    assert told == ("command", "Ben", "移転の届出", "G16")


@pytest.mark.clause("G14.3")
def test_a_cap_of_the_customers_own_counts_before_the_one_for_all(aois_company, carols_company):
    own = CapFactory(customer=aois_company, most=1000)
    general = CapFactory(for_everyone=True, most=100)
    assert type(own).of(aois_company, "mobile-access") == {"lines": own}
    assert type(own).of(carols_company, "mobile-access") == {"lines": general}
    assert type(own).of(carols_company, "data-storage") == {}


def test_numbers_are_given_in_the_order_of_arrival():
    first, second = CustomerFactory(), CustomerFactory()
    assert (first.number, second.number) == (f"C{first.pk:07d}", f"C{second.pk:07d}")
    assert first.number < second.number


@pytest.mark.parametrize("n", [1, 2, 3, 999])
def test_made_up_corporate_numbers_are_real_ones(n):
    assert CustomerFactory(corporate_number=corporate_number(n), evidence_seen_on=date(2026, 3, 25)).pk
