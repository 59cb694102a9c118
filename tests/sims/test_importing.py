"""Deliveries of cards as files: all errors told at once, loaded as a whole or not at all (MA1; M01, M04, M05, M06, M22)."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from iijiot.actors import Actor
from iijiot.lookups import history_of
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from sims import importing
from sims.models import FileImport, SimCard, SimProduct
from tests.acts import again
from tests.factories import UserFactory
from tests.factories.sims import SimCardFactory, docomo, iccid, msisdn

WEDNESDAY = date(2026, 11, 25)
CLERK = Actor.command("import_cards")
GOOD = "8981100000123456784"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def given(**more):
    whole = {"kind": "cards", "product": docomo(), "form_factor": "4ff", "received_on": WEDNESDAY, "delivery": "D-1"}
    return {**whole, **more}


def csv_of(*rows, header=("ICCID", "IMSI", "電話番号"), encoding="utf-8-sig"):
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([header, *rows])
    return buffer.getvalue().encode(encoding)


def taken(body, name="delivery.csv", **more):
    record = importing.take_in(name, body, given=given(**more), today=WEDNESDAY, actor=CLERK)
    importing.check(record, told=silent)
    return again(record)


def silent(_done, _total):
    """Nobody looks."""


def load(record, mode="all", *, doubtful=False):
    plan = importing.plan_loading(record, mode=mode, takes_doubtful=doubtful)
    importing.load(plan, actor=CLERK)
    importing.carry_out(again(record), told=silent)
    return again(record)


def counts(record):
    return record.rows, record.good, record.doubtful, record.bad


def whys(record):
    return [(finding["line"], finding["column"], finding["why"]) for finding in record.findings]


def corrections(record):
    with importing.corrections_of(record) as file:
        return file.read()


def a_card(n):
    return iccid(n), f"44010{n:010d}", msisdn(n)


@pytest.mark.clause("MA1")
def test_a_good_file_is_looked_at_first_and_loaded_on_ones_word_with_history():
    record = taken(csv_of(a_card(1), a_card(2)))
    assert (record.state, counts(record)) == ("checked", (2, 2, 0, 0))
    assert not SimCard.objects.exists()
    record = load(record)
    assert (record.state, record.loaded) == ("done", 2)
    card = SimCard.objects.get(iccid=iccid(1))
    assert (card.imsi, card.msisdn, card.form_factor, card.state) == (f"44010{1:010d}", msisdn(1), "4ff", "in-stock")
    assert (card.received_on, card.delivery, card.product) == (WEDNESDAY, "D-1", docomo())
    version = history_of(SimCard).get(id=card.pk)
    assert (version.history_type, version.history_clause, version.history_actor) == ("+", "MA1", "import_cards")
    assert version.history_change_reason == record.number


def test_who_sent_the_file_stands_in_the_history_of_its_cards():
    user = UserFactory(name="蔵田 くら")
    record = importing.take_in(
        "d.csv", csv_of(a_card(1)), given=given(), today=WEDNESDAY, actor=Actor.staff(user), user=user
    )
    importing.check(record, told=silent)
    load(again(record))
    assert history_of(SimCard).get().history_user_id == user.pk


def test_m01_what_excel_has_damaged_is_refused_and_a_point_nought_is_forgiven():
    record = taken(csv_of(["8.98110E+18"], ["8981100000123450000"], ["8981100000123456784.0"], header=["ICCID"]))
    assert counts(record) == (3, 1, 0, 2)
    assert [line for line, _column, _why in whys(record)] == [2, 3]
    assert all("spreadsheet has rounded" in why for _line, _column, why in whys(record))
    with pytest.raises(RuleViolation):
        load(record)
    assert not SimCard.objects.exists()
    load(record, "good")
    assert SimCard.objects.get().iccid == GOOD


def test_m01_a_workbook_whose_column_holds_numbers_is_refused_row_by_row():
    made = openpyxl.Workbook()
    for row in (["ICCID"], [int(GOOD)], [GOOD], [8.98110000012345e18]):
        made.active.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    record = taken(buffer.getvalue(), "d.xlsx")
    assert counts(record) == (3, 1, 0, 2)
    assert record.is_damaged


def rounded_that_fits():
    """A number as a spreadsheet rounds it, whose check digit fits by chance."""
    from stdnum import luhn

    return next(n for n in (f"89811000001{k:04d}0000" for k in range(10_000)) if luhn.is_valid(n))


def test_a_number_that_looks_rounded_though_it_passes_is_loaded_only_after_somebody_compared_it():
    number = rounded_that_fits()
    record = taken(csv_of([number], [GOOD], header=["ICCID"]))
    assert counts(record) == (2, 1, 1, 0)
    with pytest.raises(RuleViolation):
        load(record)
    assert load(record, doubtful=True).loaded == 2
    assert SimCard.objects.count() == 2


def test_beside_numbers_that_are_plainly_damaged_it_is_taken_for_damaged_too():
    record = taken(csv_of([rounded_that_fits()], [GOOD], ["8.98110E+18"], header=["ICCID"]))
    assert counts(record) == (3, 1, 0, 2)
    assert load(record, "good", doubtful=True).loaded == 1
    assert SimCard.objects.get().iccid == GOOD


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_m04_every_encoding_gives_the_same_cards_and_gets_its_errors_back_in_its_own(encoding):
    body = csv_of([GOOD, "㈱髙﨑①"], ["8981", "㈱髙﨑①"], header=["ICCID", "契約者"], encoding=encoding)
    record = taken(body)
    assert counts(record) == (2, 1, 0, 1)
    assert record.unknown == ["契約者"]
    table = list(csv.reader(io.StringIO(corrections(record).decode(encoding), newline="")))
    assert table[1][0] == "3"
    assert table[1][3:] == ["8981", "㈱髙﨑①"]
    load(record, "good")
    assert SimCard.objects.get().iccid == GOOD


def test_m06_one_bad_row_of_a_thousand_saves_none_or_all_others():
    rows = [a_card(n) for n in range(1, 1001)]
    rows[498] = ("898110000012345678", "44003123456789", "2012345678")
    record = taken(csv_of(*rows))
    assert counts(record) == (1000, 999, 0, 1)
    assert [line for line, _column, _why in whys(record)] == [500, 500, 500], "all three cells are told"
    with pytest.raises(RuleViolation):
        load(record)
    assert not SimCard.objects.exists()
    record = load(record, "good")
    assert (record.loaded, SimCard.objects.count(), history_of(SimCard).count()) == (999, 999, 999)
    table = list(csv.reader(io.StringIO(corrections(record).decode("utf-8-sig"), newline="")))
    assert (len(table), table[1][0]) == (2, "500")
    assert "8981100000123456784" in table[1][2]


def test_u16_the_file_to_correct_can_be_sent_again_as_it_is():
    record = load(taken(csv_of(a_card(1), ("8981", "", ""))), "good")
    body = corrections(record).decode("utf-8-sig").replace(",8981,", f",{iccid(2)},")
    assert load(taken(body.encode("utf-8-sig"))).loaded == 1
    assert SimCard.objects.count() == 2


def test_m22_a_text_that_looks_like_a_formula_stays_text_and_comes_out_neutralised():
    record = load(taken(csv_of([GOOD, "=HYPERLINK(1)"], ["8981", "=1"], header=["ICCID", "納品書番号"])), "good")
    assert SimCard.objects.get().delivery == "=HYPERLINK(1)"
    assert ",'=1\r\n" in corrections(record).decode("utf-8-sig")


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ((GOOD[:-1] + "5", "", ""), "ICCID", "check digit"),
        ((GOOD[:-1], "", ""), "ICCID", GOOD),
        (("8981030000000000015", "", ""), "ICCID", "898110"),
        (("0000000000000000000", "", ""), "ICCID", "8981"),
        (("", "", ""), "ICCID", "8981"),
        ((GOOD, "44003123456789", ""), "IMSI", "15 digits"),
        ((GOOD, "4.40101E+14", ""), "IMSI", "spreadsheet"),
        ((GOOD, "", "2012345678"), "telephone number", "02012345678"),
        ((GOOD, "", "09012345678"), "telephone number", "machines"),
    ],
)
def test_each_wrong_cell_is_told_with_its_line_its_column_its_cause_and_what_to_do(row, column, says):
    if not any(row):
        row = ("", "440101234567890", "")
    ((line, told, why),) = whys(taken(csv_of(a_card(7), row)))
    assert (line, told) == (3, column)
    assert says in why


def test_numbers_are_taken_in_full_width_with_hyphens_padded_and_with_an_apostrophe():
    rows = [
        ["８９８１１０００００１２３４５６７８４"],
        ["8981-1000-0012-3456-792"],
        ["8981100000123456800F"],
        ["'8981100000123456818"],
    ]
    record = load(taken(csv_of(*rows, header=["ICCID"])))
    assert record.loaded == 4
    assert all(len(card.iccid) == 19 for card in SimCard.objects.all())


def test_duplicates_within_the_file_and_against_the_stock_are_told():
    SimCardFactory(iccid=iccid(5), imsi=f"44010{5:010d}")
    record = taken(csv_of(a_card(5), a_card(6), a_card(6), ("8981100000009000011", f"44010{6:010d}", "")))
    assert counts(record) == (4, 1, 0, 3)
    told = whys(record)
    assert [line for line, _c, _w in told] == [4, 4, 4, 5, 2, 2]
    assert "line 3" in told[0][2]
    assert "already" in told[-1][2]


def test_a_telephone_number_of_another_card_in_use_is_doubtful_and_of_a_returned_one_is_not():
    SimCardFactory(iccid=iccid(901), imsi="", msisdn=msisdn(1), lent=True)
    over = {"state": "returned", "due_back_on": WEDNESDAY, "over_on": WEDNESDAY}
    SimCardFactory(iccid=iccid(902), imsi="", msisdn=msisdn(2), lent=True, **over)
    assert counts(taken(csv_of(a_card(1), a_card(2)))) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("number", "doubts"),
    [("89811000001234567891", 1), (GOOD, 0)],
    ids=["another length than the product's", "as the product's"],
)
def test_another_length_is_doubtful_and_not_wrong(number, doubts):
    record = taken(csv_of([number], header=["ICCID"]))
    assert (record.doubtful, record.bad) == (doubts, 0)


def test_a_product_whose_issuer_breaks_the_check_digit_only_warns():
    from iijiot.records import chapter

    lax = SimProduct(
        code="lax", name="緩い製品", lender="他社", prefixes=["898110"], iccid_length=19, checks_luhn=False
    )
    with chapter(actor=CLERK):
        lax.save()
    record = taken(csv_of(["8981100000123456785"], header=["ICCID"]), product=lax)
    assert counts(record) == (1, 0, 1, 0)
    assert load(record, doubtful=True).loaded == 1


def test_what_is_given_for_the_whole_file_can_be_said_row_by_row():
    header = ["ICCID", "製品", "形状", "入荷日", "納品書番号"]
    rows = [[iccid(1), "IIJ-M2M", "nano", "2026/11/1", "X"], ["8981030000000000015", "iij-m2m", "チップ", "令和8年11月2日", ""],
            [iccid(3), "", "", "", ""]]  # fmt: skip
    record = taken(csv_of(*rows, header=header))
    assert counts(record) == (3, 2, 0, 1)
    load(record, "good")
    cards = {card.iccid: card for card in SimCard.objects.select_related("product")}
    chip = cards["8981030000000000015"]
    assert (chip.product.code, chip.form_factor, chip.received_on, chip.delivery) == (
        "iij-m2m",
        "mff2",
        date(2026, 11, 2),
        "D-1",
    )
    assert (cards[iccid(3)].product.code, cards[iccid(3)].form_factor) == ("docomo-m2m", "4ff")


def test_what_is_given_nowhere_is_asked_for_in_each_row():
    record = taken(csv_of([GOOD], header=["ICCID"]), product=None, form_factor="", received_on=None)
    assert {column for _line, column, _why in whys(record)} == {"SIM product", "form factor", "received on"}


@pytest.mark.parametrize("day", ["2026-11-26", "2012-01-01", "yesterday"])
def test_a_day_to_come_or_far_back_is_refused(day):
    assert counts(taken(csv_of([GOOD, day], header=["ICCID", "入荷日"]))) == (1, 0, 0, 1)


def test_a_row_with_more_cells_than_the_header_and_a_formula_are_refused():
    assert counts(taken(csv_of([GOOD, "x"], header=["ICCID"]))) == (1, 0, 0, 1)
    made = openpyxl.Workbook()
    for row in (["ICCID"], ["=A3"], [GOOD]):
        made.active.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    record = taken(buffer.getvalue(), "d.xlsx")
    assert counts(record) == (2, 1, 0, 1)
    assert "paste it as values" in record.findings[0]["why"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("d.pdf", b"ICCID\r\n1\r\n"),
        ("d.csv", b"\xff\xfe"),
        ("d.csv", "電話番号\r\n02012345678\r\n".encode()),
        ("d.xlsx", b"PK\x03\x04"),
    ],
    ids=["ending", "no row", "no ICCID", "no workbook"],
)
def test_what_cannot_be_read_at_all_is_refused_before_anything_is_stored(name, body):
    with pytest.raises(ValidationError):
        importing.take_in(name, body, given=given(), today=WEDNESDAY, actor=CLERK)
    assert not FileImport.objects.exists()


def test_a_file_that_breaks_off_in_the_middle_fails_with_its_line():
    record = taken(b'ICCID\r\n8981100000123456784\r\n"898110')
    assert record.state == "failed"
    assert "3" in record.why_failed


def test_what_has_come_into_stock_meanwhile_is_told_anew_and_nothing_is_loaded():
    record = taken(csv_of(a_card(1), a_card(2)))
    plan = importing.plan_loading(record, mode="all", takes_doubtful=False)
    importing.load(plan, actor=CLERK)
    SimCardFactory(iccid=iccid(2))
    importing.carry_out(again(record), told=silent)
    record = again(record)
    assert (record.state, counts(record), SimCard.objects.count()) == ("checked", (2, 1, 0, 1), 1)


def test_what_was_looked_at_anew_is_not_loaded_as_it_was_shown():
    record = taken(csv_of(a_card(1), a_card(2)))
    plan = importing.plan_loading(record, mode="good", takes_doubtful=False)
    importing.load(plan, actor=CLERK)
    SimCardFactory(iccid=iccid(2))
    importing.carry_out(again(record), told=silent)
    assert again(record).loaded == 1
    with pytest.raises(Stale):
        importing.load(plan, actor=CLERK)


def test_m05_called_off_nothing_is_loaded_also_while_it_is_under_way():
    record = taken(csv_of(a_card(1)))
    importing.load(importing.plan_loading(record, mode="all", takes_doubtful=False), actor=CLERK)
    record = again(record)
    importing.cancel(record, actor=CLERK)
    importing.carry_out(record, told=silent)
    assert not SimCard.objects.exists()
    assert again(record).state == "cancelled"
    with pytest.raises(RuleViolation):
        importing.cancel(again(record), actor=CLERK)


def test_m05_loaded_twice_by_two_workers_it_is_loaded_once():
    record = taken(csv_of(a_card(1)))
    importing.load(importing.plan_loading(record, mode="all", takes_doubtful=False), actor=CLERK)
    stale = again(record)
    importing.carry_out(again(record), told=silent)
    importing.carry_out(again(record), told=silent)
    importing.carry_out(stale, told=silent)
    assert SimCard.objects.count() == 1
    assert again(record).state == "done"


def test_a_file_of_more_rows_than_are_taken_at_once_is_refused(monkeypatch):
    from sims.rows.card_rows import CardRows

    monkeypatch.setattr(CardRows, "most", 2)
    record = taken(csv_of(a_card(1), a_card(2), a_card(3)))
    assert record.state == "failed"


def test_the_fast_check_of_the_check_digit_agrees_with_the_library():
    from stdnum import luhn

    from sims.identifiers import all_pass_luhn, passes_luhn

    right = [number for number in (f"89811{n:014d}" for n in range(0, 10**6, 997)) if luhn.is_valid(number)]
    assert all_pass_luhn(right, 19)
    for place in (0, 50, len(right) - 1):
        wrong = right[place][:-1] + str((int(right[place][-1]) + 1) % 10)
        assert not all_pass_luhn([*right[:place], wrong, *right[place + 1 :]], 19)
    for n in range(0, 10**7, 9973):
        assert passes_luhn(f"89811{n:014d}") == luhn.is_valid(f"89811{n:014d}")
        assert passes_luhn(f"89811{n:015d}") == luhn.is_valid(f"89811{n:015d}")
