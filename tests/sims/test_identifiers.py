"""ICCID, IMSI, MSISDN, IMEI: what is one, what is forgiven, and what is refused with the right advice."""

import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from sims import identifiers
from sims.identifiers import Profile, clean_iccid, clean_imei, clean_imsi, clean_msisdn, e164, is_iccid, is_msisdn

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "vectors.json").read_text(encoding="utf-8"))
pytestmark = pytest.mark.usefixtures("in_english")

DOCOMO = Profile(("898110",), 19)


@pytest.mark.clause("MA1")
def test_the_vectors_of_iccids_come_out_exactly():
    assert [v for v in VECTORS["iccid"]["valid"] if not is_iccid(v)] == []
    assert [v for v in VECTORS["iccid"]["invalid"] if is_iccid(v)] == []


@pytest.mark.clause("MA1")
def test_the_vectors_of_numbers_come_out_exactly():
    assert [v for v in VECTORS["msisdn"]["valid"] if not is_msisdn(v)] == []
    assert [v for v in VECTORS["msisdn"]["invalid"] if is_msisdn(v)] == []


@pytest.mark.parametrize(
    "typed",
    [
        "8981100000123456784",
        "8981100000123456784F",
        "FF8981100000123456784",
        "8981-1000-0012-3456-784",
        "８９８１１０００００１２３４５６７８４",
        " 8981 1000 0012 3456 784 ",
        "8981100000123456784.0",
        "'8981100000123456784",
    ],
)
@pytest.mark.clause("MA1")
def test_what_is_meant_is_understood(typed):
    assert clean_iccid(typed, DOCOMO) == "8981100000123456784"


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("8981100000123456785", "check digit does not fit"),
        ("898110000012345678", "8981100000123456784"),
        ("8.98110E+18", "spreadsheet"),
        ("8981100000123450000", "spreadsheet"),
        ("8981100000123456784.5", "spreadsheet"),
        ("89450421180216254864", "begins with 8981"),
        ("0000000000000000000", "begins with 8981"),
        ("8981030000000000015", "begin with 898110"),
        ("", "19 or 20 digits"),
    ],
)
@pytest.mark.clause("MA1")
def test_what_is_refused_says_what_to_do(typed, advice):
    with pytest.raises(ValidationError, match=advice):
        clean_iccid(typed, DOCOMO)


@pytest.mark.clause("MA1")
def test_a_product_whose_lists_break_the_check_digit_takes_such_cards():
    assert clean_iccid("8981100000123456785", Profile(("898110",), 19, strict=False)) == "8981100000123456785"


def test_a_rounded_number_whose_check_digit_happens_to_fit_is_seen():
    damaged = next(f"898110{n:09d}0000" for n in range(100) if is_iccid(f"898110{n:09d}0000"))
    assert identifiers.looks_rounded(damaged)
    assert not identifiers.looks_rounded("8981100000123456784")


@pytest.mark.parametrize(
    "typed", ["440101234567890", "440031234567890", "441200123456789", "４４０１０１２３４５６７８９０"]
)
def test_an_imsi_has_exactly_fifteen_digits(typed):
    assert len(clean_imsi(typed)) == 15


@pytest.mark.parametrize("typed", ["44003123456789", "4400312345678901", "450031234567890"])
def test_another_imsi_is_refused(typed):
    with pytest.raises(ValidationError):
        clean_imsi(typed)


@pytest.mark.parametrize(
    ("typed", "stored", "international"),
    [
        ("02012345678", "02012345678", "+812012345678"),
        ("+812012345678", "02012345678", "+812012345678"),
        ("020-1234-5678", "02012345678", "+812012345678"),
        ("02001234567890", "02001234567890", "+812001234567890"),
    ],
)
def test_a_number_for_machines_is_stored_in_its_national_form(typed, stored, international):
    assert clean_msisdn(typed) == stored
    assert e164(stored) == international


@pytest.mark.parametrize("typed", ["02041234567", "02001234567", "0200123456789", "09012345678"])
def test_pagers_and_wrong_lengths_are_refused(typed):
    with pytest.raises(ValidationError):
        clean_msisdn(typed)


def test_a_nought_that_a_spreadsheet_has_eaten_is_named_and_not_put_back():
    with pytest.raises(ValidationError, match="02012345678"):
        clean_msisdn("2012345678")


@pytest.mark.parametrize("typed", ["06012345678", "09012345678"])
def test_voice_numbers_belong_to_products_that_say_so(typed):
    assert clean_msisdn(typed, "voice") == typed


@pytest.mark.clause("MA7")
def test_an_imei_has_its_check_digit():
    assert clean_imei("３５４１７８０３６８５９７８９") == "354178036859789"
    for wrong, advice in [
        ("354178036859781", "no IMEI"),
        ("35417803685978", "354178036859789"),
        ("3541780368597890", "16 digits"),
    ]:
        with pytest.raises(ValidationError, match=advice):
            clean_imei(wrong)
