"""What is typed into a dialog: read if it can be, else told with its clause, and it stands there still."""

from datetime import date

import pytest

from tests.acts import again, screened
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    CustomerFactory,
    ExternalSubscriptionFactory,
)

DAYS = {
    "terminate": (ContractFactory, "arrived_on", {"how": "form"}),
    "terminate, the day named": (ContractFactory, "named_on", {"how": "form", "arrived_on": "2026-11-25"}),
    "message": (ContractFactory, "arrived_on", {"note": "電話で解約希望"}),
    "set-start": (lambda: ContractFactory(not_started=True), "billing_from", {}),
    "end": (ExternalSubscriptionFactory, "effective_on", {}),
}
TEXTS = {
    "withdraw": (ApplicationFactory, "reason", {}),
    "ask-documents": (lambda: screened(ApplicationFactory()), "documents", {}),
    "accept": (lambda: screened(ApplicationFactory()), "reason", {}),
    "terminate": (ContractFactory, "reason", {"how": "form", "arrived_on": "2026-11-25"}),
    "message": (ContractFactory, "note", {"arrived_on": "2026-11-25"}),
    "end": (ExternalSubscriptionFactory, "reason", {"effective_on": "2026-12-31"}),
    "ask-channel": (CustomerFactory, "why", {"means": "phone"}),
}


def one(case):
    """The dialog's name, a record, the field, and the rest of what is sent."""
    name, (made, field, rest) = case
    return name.partition(",")[0], made(), field, rest


def no_row(recorder):
    """Whether nothing at all was written."""
    return recorder.entries(side="row") == [] and recorder.entries() == []


@pytest.mark.parametrize("case", DAYS.items(), ids=DAYS)
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-02-30", "のように入力してください"),
        ("1899-01-01", "入力できる範囲外の日付です"),
        ("3026-01-01", "入力できる範囲外の日付です"),
        ("令和8年2月30日", "のように入力してください"),
        ("2026-12-01\x07", "のように入力してください"),
        ("2026-12-01\x00", "のように入力してください"),
    ],
    ids=["no such day", "long ago", "far off", "no such day of the era", "a bell", "a null"],
)
def test_a_day_that_is_none_is_told_at_its_field_and_stands_there_still(press, recorder, case, typed, sentence):
    slug, record, field, rest = one(case)
    recorder.forget()
    answer = press(record, slug, step="confirm", **rest | {field: typed})
    assert answer.status_code == 200
    assert [sentence in error for error in answer.context["form"].errors[field]] == [True]
    assert answer.context["form"][field].value() == typed
    assert sentence in answer.content.decode()
    assert no_row(recorder)


@pytest.mark.clause("G3")
@pytest.mark.parametrize(
    "typed", ["２０２６／１２／０１", "令和8年12月1日", "令和８年１２月１日", "R8-12-1", "2026.12.1"]
)
def test_a_start_is_read_as_people_write_it(press, typed):
    contract = ContractFactory(not_started=True)
    assert press(contract, "set-start", step="confirm", billing_from=typed).status_code == 302
    assert again(contract).billing_starts_on == date(2026, 12, 1)


@pytest.mark.parametrize("case", TEXTS.items(), ids=TEXTS)
@pytest.mark.parametrize("typed", ["お客様\x07", "お\x00客様", "\x1b[31m"], ids=["a bell", "a null", "an escape"])
def test_control_characters_are_told_at_their_field(press, recorder, case, typed):
    slug, record, field, rest = one(case)
    recorder.forget()
    answer = press(record, slug, step="confirm", **rest | {field: typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors[field] == ["使用できない制御文字が含まれています。削除してください。"]
    assert no_row(recorder)


@pytest.mark.clause("G29.1", "G3")
@pytest.mark.parametrize(
    ("made", "slug", "sent", "citation"),
    [
        (ContractFactory, "terminate", {"arrived_on": "2026-11-26", "how": "form"}, "一般規程 第29条第1項"),
        (lambda: ContractFactory(not_started=True), "set-start", {"billing_from": "2026-03-01"}, "一般規程 第3条"),
    ],
    ids=["a notice from tomorrow", "a start before the acceptance"],
)
def test_a_day_that_the_terms_do_not_allow_cites_its_clause(press, recorder, made, slug, sent, citation):
    record = made()
    recorder.forget()
    answer = press(record, slug, step="confirm", **sent)
    assert answer.status_code == 409
    assert citation in " ".join(answer.context["form"].non_field_errors())
    assert citation in answer.content.decode()
    for field, typed in sent.items():
        assert answer.context["form"][field].value() == typed
    assert no_row(recorder)


@pytest.mark.clause("G29.1")
def test_a_message_from_tomorrow_is_told_with_its_clause_at_the_day(press, recorder):
    contract = ContractFactory()
    recorder.forget()
    answer = press(contract, "message", step="confirm", arrived_on="2026-11-26", note="電話")
    assert ["一般規程 第29条第1項" in error for error in answer.context["form"].errors["arrived_on"]] == [True]
    assert no_row(recorder)
