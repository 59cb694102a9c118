"""Whose a payment is, and what it pays."""

from datetime import date

import pytest

from billing.matching import By, Incoming, Known, Match, Payable, allot, fitting, match
from billing.zengin.kana import comparable
from tests.vectors import cases

AOI, MIDORI, NAMESAKE = 1, 2, 3
A = Payable(10, "O0000010", AOI, 110_000, date(2026, 11, 30))
B = Payable(11, "O0000011", AOI, 110_000, date(2026, 12, 28))
C = Payable(12, "O0000012", MIDORI, 55_000, date(2026, 12, 28))
NAMES = {comparable("ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"): [AOI], comparable("ﾐﾄﾞﾘﾌﾞﾂﾘﾕｳ(ﾕ"): [MIDORI]}
DAY = date(2026, 12, 28)


def known(*payables: Payable, **told) -> Known:
    return Known(payables, **{"names": NAMES, **told})


@pytest.mark.clause("G33")
@pytest.mark.parametrize("case", cases("legal.payment_files.reconcile"))
def test_money_goes_to_the_invoice_that_is_named_else_to_the_oldest_due(case):
    payables = [
        Payable(place, f"INV{invoice['no']}", AOI, invoice["rest"], invoice["due"])
        for place, invoice in enumerate(case["invoices"])
    ]
    note = f"INV{case['edi']}" if case["edi"] else ""
    spread = allot(case["paid"], payables, Known(payables).named(note))
    told = {payables[place].number.removeprefix("INV"): amount for place, amount in spread.items()}
    rest = case["paid"] - sum(spread.values())
    assert told | ({"credit_balance": rest} if rest else {}) == case["expected"]


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("O0000010", [A]),
        ("ｾｲｷﾕｳ O0000010", [A]),
        ("O-0000010", [A]),
        ("ｾｲｷﾕｳ0000010", [A]),
        ("10", []),
        ("o0000010 O0000011", [A, B]),
        ("O00000101", []),
        ("XO0000010", []),
        ("", []),
    ],
)
def test_a_number_is_found_in_what_the_payer_wrote_as_a_whole_one(note, found):
    assert set(Known([A, B]).named(note)) == {payable.id for payable in found}


@pytest.mark.clause("G33")
@pytest.mark.parametrize(
    ("payment", "by", "pays"),
    [
        (Incoming(110_000, DAY, virtual="7000001", name="ﾀﾞﾚｶ"), By.VIRTUAL, {10: 110_000}),
        (Incoming(50_000, DAY, virtual="7000001"), By.VIRTUAL, {10: 50_000}),
        (Incoming(110_000, DAY, edi="O0000011"), By.INVOICE, {11: 110_000}),
        (Incoming(120_000, DAY, edi="O0000011"), By.INVOICE, {11: 110_000, 10: 10_000}),
        (Incoming(110_000, DAY, code="0000012345"), By.CODE, {10: 110_000}),
        (Incoming(110_000, DAY, name="ｱｵｲ ｾｲｻｸｼﾞﾖ(ｶ"), By.NAME, {10: 110_000}),
        (Incoming(220_000, DAY, name="ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"), By.NAME, {10: 110_000, 11: 110_000}),
    ],
    ids=["virtual account", "virtual account, less", "invoice named", "invoice named, more", "code", "name and one",
         "name and all"],
)  # fmt: skip
def test_a_payment_is_matched_by_the_surest_sign(payment, by, pays):
    found = match(payment, known(A, B, C, virtual={"7000001": AOI}, codes={"0000012345": AOI}))
    assert found == Match(AOI, by, pays)


@pytest.mark.parametrize(
    "payment",
    [
        Incoming(109_560, DAY, name="ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"),
        Incoming(110_000, DAY, name="ｶ)ｱｶｲｾｲｻｸｼﾞﾖ"),
        Incoming(110_000, DAY),
        Incoming(165_000, DAY, edi="O0000010 O0000012", name="ﾀﾞﾚｶ"),
    ],
    ids=["short", "unknown name", "no name", "invoices of two customers"],
)
def test_what_does_not_fit_exactly_one_customer_and_sum_waits_for_a_person(payment):
    assert match(payment, known(A, B, C)) is None


@pytest.mark.clause("G33")
@pytest.mark.parametrize(
    ("payment", "pays"),
    [
        (Incoming(3_000, DAY, name="ﾀﾞﾚｶ", edi="0000012"), None),
        (Incoming(55_000, DAY, name="ﾀﾞﾚｶ", edi="0000012"), {12: 55_000}),
        (Incoming(3_000, DAY, name="ﾐﾄﾞﾘﾌﾞﾂﾘﾕｳ", edi="0000012"), {12: 3_000}),
        (Incoming(3_000, DAY, code="0000012345", edi="0000012"), {10: 3_000}),
        (Incoming(110_000, DAY, name="ｶ)ｱｵｲｾｲｻｸｼﾞﾖ", edi="0000012"), {10: 110_000}),
        (Incoming(55_000, DAY, name="ｶ)ｱｵｲｾｲｻｸｼﾞﾖ", edi="0000012"), None),
        (Incoming(55_000, DAY, name="ｶ)ｱｵｲｾｲｻｸｼﾞﾖ", edi="O0000012"), None),
        (Incoming(55_000, DAY, code="0000012345", edi="O0000012"), None),
        (Incoming(3_000, DAY, name="ﾀﾞﾚｶ", edi="O0000012"), {12: 3_000}),
    ],
    ids=[
        "digits alone", "digits and amount", "digits and name", "digits, another's code", "digits, another's name",
        "digits and amount, another's name", "number, another's name", "number, another's code", "number alone",
    ],
)  # fmt: skip
def test_digits_count_as_a_number_only_with_a_second_sign_and_no_number_against_a_known_payer(payment, pays):
    found = match(payment, known(A, B, C, codes={"0000012345": AOI}))
    assert (found.pays if found else None) == pays


def test_two_customers_of_one_name_are_told_apart_by_the_sum_alone():
    names = {comparable("ｱｵｲ"): [AOI, NAMESAKE]}
    other = Payable(13, "O0000013", NAMESAKE, 70_000, DAY)
    same = Payable(14, "O0000014", NAMESAKE, 110_000, DAY)
    payment = Incoming(110_000, DAY, name="ｱｵｲ")
    assert match(payment, known(A, other, names=names)) == Match(AOI, By.NAME, {10: 110_000})
    assert match(payment, known(A, same, names=names)) is None


@pytest.mark.clause("G33")
def test_a_payment_short_by_the_banks_fee_pays_the_whole_where_we_bear_it():
    payment = Incoming(109_560, DAY, name="ｶ)ｱｵｲｾｲｻｸｼﾞﾖ")
    found = match(payment, known(A, bears={AOI: 880}))
    assert found == Match(AOI, By.NAME, {10: 109_560}, {10: 440})
    assert match(payment, known(A, bears={AOI: 400})) is None


def test_a_payment_short_by_more_than_the_fee_leaves_the_rest_open():
    payment = Incoming(100_000, DAY, virtual="7000001")
    found = match(payment, known(A, virtual={"7000001": AOI}, bears={AOI: 880}))
    assert found == Match(AOI, By.VIRTUAL, {10: 100_000})


def test_all_that_is_due_is_a_likely_sum():
    later = Payable(15, "O0000015", AOI, 1, date(2027, 1, 31))
    assert fitting(220_000, [A, B, later], DAY) == [frozenset({10, 11})]
    assert fitting(220_001, [A, B, later], DAY) == [frozenset({10, 11, 15})]


def test_what_one_payment_pays_is_not_owed_to_the_next():
    book = known(A, B)
    first = match(Incoming(110_000, DAY, name="ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"), book)
    assert first
    book.pay(first)
    second = match(Incoming(110_000, DAY, name="ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"), book)
    assert second
    book.pay(second)
    assert (first.pays, second.pays) == ({10: 110_000}, {11: 110_000})
    assert match(Incoming(110_000, DAY, name="ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"), book) is None
