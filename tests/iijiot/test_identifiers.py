"""Corporate and invoice numbers, and the number that must never be taken."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from iijiot.identifiers import (
    clean_corporate_number,
    clean_invoice_number,
    is_corporate_number,
    is_invoice_number,
    refuse_my_number,
)
from tests.vectors import cases, group

valid = cases("corporate_number.valid") + cases("legal.id_numbers.corporate_number.valid")
invalid = cases("corporate_number.invalid") + cases("legal.id_numbers.corporate_number.invalid")


def code_of(refusal: pytest.ExceptionInfo[ValidationError]) -> str | None:
    return refusal.value.code


@pytest.mark.clause("G8")
@pytest.mark.parametrize("number", valid)
def test_a_corporate_number_is_kept_as_it_is(number):
    assert is_corporate_number(number)
    assert clean_corporate_number(number) == number


@pytest.mark.clause("G8")
@pytest.mark.parametrize("number", invalid)
def test_what_is_not_exactly_a_corporate_number_is_not_stored(number):
    assert not is_corporate_number(number)


@pytest.mark.clause("G8")
@pytest.mark.parametrize(
    "typed",
    [
        "７００００１２０５０００２",
        "７000012050002",
        "700 0012050002",
        " 7000012050002　",
        "7-0000-1205-0002",
        "7−0000−1205−0002",
    ],
    ids=["full width", "half and half", "blank inside", "padded", "hyphens", "minus signs"],
)
def test_full_width_blanks_and_hyphens_are_forgiven(typed):
    assert clean_corporate_number(typed) == "7000012050002"


@pytest.mark.clause("G8")
@pytest.mark.parametrize(
    "typed",
    [
        "7000012050003",
        "0000012050002",
        "700001205000",
        "70000120500021",
        "T7000012050002",
        "",
        "株式会社",
        "7.00001E+12",
    ],
    ids=["check digit", "zero first", "12 digits", "14 digits", "T", "empty", "a name", "spreadsheet damage"],
)
def test_what_is_no_corporate_number_is_refused_under_its_clause(typed):
    with pytest.raises(ValidationError) as refusal:
        clean_corporate_number(typed)
    assert code_of(refusal) == "G8"


@pytest.mark.clause("G8")
def test_the_check_digit_is_the_one_of_the_worked_example():
    example = group("legal.id_numbers.worked_example")
    assert is_corporate_number(example["number"])
    assert example["number"][0] == str(example["check"]) == str(9 - example["mod9"])


@pytest.mark.clause("G8")
@pytest.mark.parametrize("slip", cases("legal.id_numbers.corporate_number.undetected"))
def test_nought_and_nine_confused_is_not_seen_so_the_name_must_be_compared(slip):
    assert is_corporate_number(slip["right"])
    assert is_corporate_number(slip["typo"])


@given(base=st.text("0123456789", min_size=12, max_size=12))
def test_of_ten_first_digits_exactly_one_fits(base):
    assert [first for first in "0123456789" if is_corporate_number(first + base)] == [
        str(9 - sum(int(digit) * (1, 2)[i % 2] for i, digit in enumerate(reversed(base))) % 9)
    ]


@pytest.mark.clause("G37")
@pytest.mark.parametrize("number", cases("legal.id_numbers.invoice_number.valid_corporation"))
def test_a_corporations_invoice_number_is_t_and_its_corporate_number(number):
    assert is_invoice_number(number)
    assert clean_invoice_number(number, corporate_number=number[1:]) == number


@pytest.mark.clause("G37")
@pytest.mark.parametrize("number", cases("legal.id_numbers.invoice_number.invalid"))
def test_what_is_not_exactly_an_invoice_number_is_not_stored(number):
    assert not is_invoice_number(number)


@pytest.mark.clause("G37")
@pytest.mark.parametrize(
    "typed", ["t7000012050002", "Ｔ７００００１２０５０００２", " T7000012050002 ", "T-7000-0120-5000-2"]
)
def test_an_invoice_number_is_read_from_what_was_typed(typed):
    assert clean_invoice_number(typed) == "T7000012050002"


@pytest.mark.clause("G37")
def test_another_corporations_invoice_number_is_refused():
    with pytest.raises(ValidationError) as refusal:
        clean_invoice_number("T1010001034730", corporate_number="7000012050002")
    assert code_of(refusal) == "G37"


@pytest.mark.clause("G37")
def test_a_sole_proprietors_invoice_number_has_no_known_check_digit():
    assert is_invoice_number("T7000012050003", of_corporation=False)
    assert clean_invoice_number("T7000012050003") == "T7000012050003"


@pytest.mark.parametrize("take", [clean_corporate_number, clean_invoice_number, refuse_my_number])
@pytest.mark.parametrize(
    "written", [str, lambda number: f"{number[:4]} {number[4:8]} {number[8:]}"], ids=["plain", "blanks"]
)
def test_a_my_number_is_refused_and_not_repeated(take, written):
    my_number = group("legal.id_numbers.my_number_refused")["input"]
    with pytest.raises(ValidationError) as refusal:
        take(written(my_number))
    assert code_of(refusal) == "G40.1"
    assert my_number not in str(refusal.value)
