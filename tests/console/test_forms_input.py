"""Forms read what people type, cite the clause of what is wrong, and keep what was typed."""

from datetime import UTC, date, datetime

import pytest

from contracts.models import Application, Customer
from tests.acts import again
from tests.console.test_forms import AT, COMPANY, applied, errors
from tests.factories import ApplicationFactory, ContractFactory, CustomerFactory, ManagementUnitFactory
from tests.factories.contracts import of
from tests.house.console import page, what_the_form_sends


@pytest.mark.clause("G8", "G12.2.1", "G12.1")
@pytest.mark.parametrize(
    ("typed", "field", "citation"),
    [
        ({"kind": "sole-proprietor", "corporate_number": ""}, "evidence", "一般規程 第8条"),
        ({"corporate_number": "7000012050003"}, "corporate_number", "一般規程 第8条"),
        ({"notice_email": "taro@gmail.com"}, "notice_email", "一般規程 第12条第2項第1号"),
        ({"name_kana": "kakuu"}, "name_kana", "一般規程 第12条第1項"),
    ],
    ids=["no evidence", "a wrong number", "free mail", "kana in letters"],
)
def test_an_error_of_a_form_cites_its_clause_once_and_keeps_what_was_typed(desk, recorder, typed, field, citation):
    sent = COMPANY | typed
    answer = desk.post(f"{AT}/customer/add/", sent)
    form = answer.context["adminform"].form
    assert [error.count(citation) for error in form.errors[field]] == [1]
    assert citation in answer.content.decode()
    assert {name: form[name].value() for name in sent} == sent
    assert recorder.entries(side="row", table="contracts_customer") == []


@pytest.mark.parametrize("field", ["name", "name_kana", "address", "note", "evidence", "change_reason"])
@pytest.mark.parametrize("typed", ["架空\x07", "架\x00空"], ids=["a bell", "a null"])
def test_control_characters_are_refused_in_a_form(desk, field, typed):
    answer = desk.post(f"{AT}/customer/add/", COMPANY | {field: typed})
    assert answer.context["adminform"].form.errors[field] == [
        "使用できない制御文字が含まれています。削除してください。"
    ]
    assert not Customer.objects.exists()


@pytest.mark.clause("G8")
def test_s05_a_customer_is_edited_with_a_reason_and_keeps_the_rest(desk):
    customer = CustomerFactory()
    address = page(customer, "change")
    sent = what_the_form_sends(desk, address) | {"address": "大阪府大阪市", "change_reason": "本店移転の届出"}
    assert desk.post(address, sent).status_code == 302
    told = customer.history.order_by("history_id").last()
    assert (told.address, told.history_actor, told.history_change_reason) == (
        "大阪府大阪市",
        "弁田 ベン",
        "本店移転の届出",
    )
    assert again(customer).corporate_number == customer.corporate_number
    assert again(customer).name == customer.name


@pytest.mark.clause("G12.1")
@pytest.mark.parametrize(
    ("day", "time"),
    [("２０２６／１１／２５", "０９：３０"), ("令和8年11月25日", "9:30"), ("R8.11.25", "09:30:00")],
    ids=["full width", "the era", "the era in short"],
)
def test_a_moment_of_receipt_is_read_as_people_write_it(desk, aois_company, day, time):
    ManagementUnitFactory(customer=aois_company)
    sent = applied(aois_company, received_at_0=day, received_at_1=time, start_wished_on="令和8年12月1日")
    assert desk.post(f"{AT}/application/add/", sent).status_code == 302
    application = Application.objects.get()
    assert application.received_at == datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
    assert application.start_wished_on == date(2026, 12, 1)


@pytest.mark.clause("G12.1", "G13.2")
def test_z02_what_arrives_after_midnight_in_tokyo_arrives_on_the_new_day(desk, aois_company):
    ManagementUnitFactory(customer=aois_company)
    sent = applied(aois_company, received_at_0="2026-11-02", received_at_1="00:30")
    desk.post(f"{AT}/application/add/", sent)
    application = Application.objects.get()
    assert application.received_at == datetime(2026, 11, 1, 15, 30, tzinfo=UTC)
    assert application.received_on == date(2026, 11, 2)
    assert "2026年11月2日" in desk.get(page(application, "change")).content.decode()


@pytest.mark.clause("G12.1")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"received_at_0": "2026-02-30"}, "のように入力してください"),
        ({"received_at_0": "1899-01-01"}, "入力できる範囲外の日付です"),
        ({"received_at_0": "3026-01-01"}, "入力できる範囲外の日付です"),
        ({"received_at_0": ""}, ""),
        ({"received_at_1": "25:00"}, "時間を正しく入力してください"),
        ({"received_at_1": "10:00:01"}, "一般規程 第12条第1項"),
    ],
    ids=["no such day", "long ago", "far off", "no day", "no such time", "in a second"],
)
def test_a_moment_of_receipt_that_cannot_be_is_told(desk, aois_company, typed, sentence):
    ManagementUnitFactory(customer=aois_company)
    answer = desk.post(f"{AT}/application/add/", applied(aois_company, **typed))
    assert answer.status_code == 200
    assert sentence in " ".join(answer.context["adminform"].form.errors["received_at"])
    assert not Application.objects.exists()


@pytest.mark.clause("G9.2")
@pytest.mark.parametrize(
    ("units", "sentence"), [(2, "選んでください"), (0, "先に管理単位を登録")], ids=["two to choose from", "none yet"]
)
def test_a_management_unit_is_asked_for_where_it_is_not_clear(desk, aois_company, units, sentence):
    for _n in range(units):
        ManagementUnitFactory(customer=aois_company)
    answer = desk.post(f"{AT}/application/add/", applied(aois_company))
    assert errors(answer)["management_unit"] == ["G9.2"]
    told = " ".join(answer.context["adminform"].form.errors["management_unit"])
    assert "一般規程 第9条第2項" in told
    assert sentence in told
    assert not Application.objects.exists()


@pytest.mark.clause("MA4", "MA8.1")
def test_a_second_mobile_access_contract_is_refused_until_the_first_has_ended(desk, aois_company):
    first = ContractFactory(**of(aois_company), mobile_access=True, ending=True)
    wanted = {"service_code": "mobile-access", "item": "TypeD", "quantity": "１０"}
    before = desk.post(f"{AT}/application/add/", applied(aois_company, **wanted, start_wished_on="2026-12-25"))
    assert errors(before)["service_code"] == ["MA4"]
    after = desk.post(f"{AT}/application/add/", applied(aois_company, **wanted, start_wished_on="2026-12-26"))
    assert after.status_code == 302
    assert (Application.objects.get().quantity, again(first).ends_on) == (10, date(2026, 12, 25))


@pytest.mark.clause("G12.1")
def test_what_was_applied_for_is_fixed_once_it_is_recorded(desk):
    application = ApplicationFactory()
    address = page(application, "change")
    sent = what_the_form_sends(desk, address) | {"quantity": 9, "service_code": "mobile-access", "note": "電話で確認"}
    assert desk.post(address, sent | {"received_at_0": "2026-11-01", "received_at_1": "09:00"}).status_code == 302
    assert again(application).received_at == application.received_at
    assert (again(application).service_code, again(application).quantity) == ("iot", 1)
