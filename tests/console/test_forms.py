"""Forms: bad input is told with its clause where it was typed, and nothing is saved."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from contracts.models import Application, Customer, ExternalSubscription
from iijiot.models import User
from tests.acts import again
from tests.factories import ContractFactory, CustomerFactory, ManagementUnitFactory
from tests.factories.contracts import of
from tests.factories.users import PASSWORD
from tests.house.console import as_superuser, enter, page, what_the_form_sends

AT = "/console/contracts"
COMPANY = {
    "kind": "corporation",
    "name": "架空産業株式会社",
    "corporate_number": "7000012050002",
    "address": "東京都",
    "notice_email": "info@kakuu.example",
}


def errors(answer):
    """The codes of the form's errors, by field."""
    found = answer.context["adminform"].form.errors.as_data()
    return {field: [error.code for error in problems] for field, problems in found.items()}


@pytest.mark.clause("G8", "G12.2.1")
@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"kind": "consumer"}, "kind", "invalid_choice"),
        ({"kind": "sole-proprietor", "corporate_number": ""}, "evidence", "G8"),
        ({"corporate_number": ""}, "corporate_number", "G8"),
        ({"corporate_number": "7000012050003"}, "corporate_number", "G8"),
        ({"notice_email": "taro@gmail.com"}, "notice_email", "G12.2.1"),
        ({"name_kana": "kakuu"}, "name_kana", "G12.1"),
    ],
    ids=["a consumer", "no evidence", "no number", "a wrong number", "free mail", "kana in letters"],
)
def test_a_customer_who_cannot_be_one_is_refused_at_the_field(desk, typed, field, code):
    answer = desk.post(f"{AT}/customer/add/", COMPANY | typed)
    assert answer.status_code == 200
    assert code in errors(answer)[field] or (code == "G12.1" and field in errors(answer))
    assert not Customer.objects.exists()


@pytest.mark.clause("G8")
def test_a_customer_is_recorded_as_typed_and_only_once(desk, ben):
    typed = COMPANY | {
        "corporate_number": "７０００－０１２０－５０００２",
        "name_kana": " ｶｸｳ ｻﾝｷﾞｮｳ ",
        "change_reason": "新規",
    }
    assert desk.post(f"{AT}/customer/add/", typed).status_code == 302
    customer = Customer.objects.get()
    told = customer.history.get()
    assert (customer.corporate_number, customer.name_kana) == ("7000012050002", "カクウ サンギョウ")
    assert (told.history_actor, told.history_change_reason) == ("弁田 ベン", "新規")
    second = desk.post(f"{AT}/customer/add/", COMPANY)
    assert second.status_code == 200
    assert "この法人番号" in second.content.decode()
    assert Customer.objects.count() == 1


@pytest.mark.clause("PMG3", "IOT3.3")
def test_type_i_asks_whether_the_network_is_closed(desk, aois_company):
    typed = {"customer": aois_company.pk, "service": "mobile-type-i", "reference": "I-1", "starts_on": "2026-11-25"}
    refused = desk.post(f"{AT}/externalsubscription/add/", typed)
    assert errors(refused)["network"] == ["PMG3"]
    assert desk.post(f"{AT}/externalsubscription/add/", typed | {"network": "closed"}).status_code == 302
    assert ExternalSubscription.objects.get().network == "closed"


def applied(customer, **typed):
    """What the form for an application sends."""
    return {
        "received_at_0": "2026-11-25",
        "received_at_1": "09:30:00",
        "channel": "electronic",
        "customer": customer.pk,
        "service_code": "iot",
        "quantity": 1,
        "start_wished_on": "2026-12-01",
        **typed,
    }


@pytest.mark.clause("G9.2", "G12.1")
def test_an_application_takes_the_only_management_unit_and_the_time_of_tokyo(desk, aois_company):
    unit = ManagementUnitFactory(customer=aois_company)
    assert desk.post(f"{AT}/application/add/", applied(aois_company)).status_code == 302
    application = Application.objects.get()
    assert application.management_unit == unit
    assert application.received_at == datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


@pytest.mark.clause("G9.2", "G12.1", "MA2", "MA4", "VPN.S", "G.S", "IOT3.2")
@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"management_unit": "foreign"}, "management_unit", "G9.2"),
        ({"received_at_1": "10:00:01"}, "received_at", "G12.1"),
        ({"received_at_0": "2016-11-29", "start_wished_on": "2016-12-01"}, "received_at", "G.S"),
        ({"service_code": "vpn-gateway", "start_wished_on": "2023-06-30"}, "start_wished_on", "VPN.S"),
        ({"start_wished_on": "2026-11-24"}, "start_wished_on", "G12.1"),
        ({"service_code": "mobile-access"}, "item", "MA2"),
        ({"service_code": "mobile-access", "item": "TypeD"}, "service_code", "MA4"),
        ({"service_code": "data-storage", "with_option": "on"}, "with_option", "IOT3.2"),
        ({"customer": ""}, "customer", "required"),
        ({"quantity": "0"}, "__all__", "MA8.1"),
    ],
    ids=[
        "another customer's unit",
        "not received yet",
        "before the terms",
        "before its service",
        "start before receipt",
        "no item",
        "a second contract",
        "an option of another service",
        "no customer",
        "no line",
    ],
)
def test_an_application_that_cannot_be_is_told_at_the_field(desk, aois_company, carols_company, typed, field, code):
    ContractFactory(**of(aois_company), mobile_access=True)
    foreign = ManagementUnitFactory(customer=carols_company)
    sent = applied(aois_company) | {k: foreign.pk if v == "foreign" else v for k, v in typed.items()}
    answer = desk.post(f"{AT}/application/add/", sent)
    assert answer.status_code == 200
    assert code in errors(answer).get(field, []), errors(answer)
    assert not Application.objects.exists()


def test_z04_a_new_form_holds_the_day_on_which_it_is_opened(desk, ben):
    for moment, day in (("2026-11-25 14:59", date(2026, 11, 25)), ("2026-11-25 15:01", date(2026, 11, 26))):
        with time_machine.travel(moment + "+00:00", tick=False):
            enter(desk, ben)
            form = desk.get(f"{AT}/application/add/").context["adminform"].form
        assert form["start_wished_on"].value() == day


@pytest.mark.clause("G5.5", "G3")
def test_a_login_id_is_letters_and_digits_and_stays(db):
    browser = as_superuser()
    at = "/console/iijiot/user/add/"
    typed = {"name": "新任", "is_staff": "on", "is_active": "on", "new_password": "kaisen-ichiran-7"}
    assert "login_id" in errors(browser.post(at, typed | {"login_id": "new@example.jp"}))
    assert "new_password" in errors(browser.post(at, typed | {"login_id": "newcomer", "new_password": "short"}))
    assert browser.post(at, typed | {"login_id": "newcomer"}).status_code == 302
    user = User.objects.get(login_id="newcomer")
    assert user.check_password("kaisen-ichiran-7")
    page = f"/console/iijiot/user/{user.pk}/change/"
    browser.post(page, what_the_form_sends(browser, page) | {"login_id": "other", "change_reason": "改姓"})
    assert User.objects.get(pk=user.pk).login_id == "newcomer"


def test_a_change_of_ones_own_password_is_ones_own_act(desk, ben):
    sent = {"oldpassword": PASSWORD, "password1": "umi-to-yama-no-0925", "password2": "umi-to-yama-no-0925"}
    assert desk.post(reverse("account_change_password"), sent).status_code == 302
    told = ben.history.order_by("history_id").last()
    assert (told.history_actor, told.history_user_id) == ("弁田 ベン", ben.pk)


@pytest.mark.clause("G10")
def test_f11_deleting_says_what_stands_in_the_way_and_deletes_nothing(desk):
    customer = CustomerFactory()
    ContractFactory(**of(customer))
    answer = desk.post(f"{AT}/customer/{customer.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 403
    assert "削除できません" in answer.content.decode()
    assert Customer.objects.count() == 1


@pytest.mark.clause("G16")
def test_staff_correct_particulars_themselves_only_with_the_reason(desk, aois_company):
    address = page(aois_company, "change")
    sent = what_the_form_sends(desk, address) | {"address": "東京都港区見本9-9-9"}
    refused = desk.post(address, sent)
    assert "change_reason" in refused.context["adminform"].form.errors
    assert again(aois_company).address != "東京都港区見本9-9-9"
    assert desk.post(address, sent | {"change_reason": "番地の誤記"}).status_code == 302
    assert again(aois_company).address == "東京都港区見本9-9-9"
    noted = what_the_form_sends(desk, address) | {"note": "来社は午前を希望"}
    assert desk.post(address, noted).status_code == 302, "a note is no particular"


def test_what_a_form_carries_unseen_has_no_label(desk, aois_company):
    shown = desk.get(page(aois_company, "change")).content.decode()
    assert shown.count('name="opened_at"') == 1
    assert 'for="id_opened_at"' not in shown
