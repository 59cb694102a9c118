"""Tables that people send: found out how they are written, read row by row, and sent back to correct (M01, M04, X39)."""

import csv
import io
import tracemalloc
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from iijiot import export
from iijiot.tables import columns, reading
from iijiot.tables.columns import Column
from iijiot.tables.correcting import Corrections
from iijiot.tables.reading import Form
from iijiot.tables.templates import template
from tests.console.test_export import TEXTS

pytestmark = pytest.mark.usefixtures("in_english")
NAME = "㈱髙﨑①"
TABLE = f"ICCID,契約者\r\n8981100000123456784,{NAME}\r\n8981100000123456792,{NAME}\r\n"


def read(body: bytes) -> reading.Sheet:
    return reading.opened(io.BytesIO(body))


def rows(body: bytes) -> list[list[str]]:
    return [row.cells for row in read(body).rows]


def book(*lines: list[object], hidden: bool = False) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    for line in lines:
        sheet.append(line)
    if hidden:
        made.create_sheet("見える", 1)
        sheet.sheet_state = "hidden"
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def refused(body: bytes) -> str:
    with pytest.raises(ValidationError) as error:
        list(read(body).rows)
    return " ".join(error.value.messages)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp932", "cp932"), ("utf-16", "utf-16")],
)
def test_m04_the_same_file_in_every_encoding_gives_the_same_rows(encoding, found):
    sheet = read(TABLE.encode(encoding))
    assert sheet.form == Form("csv", found, ",")
    assert sheet.header == ["ICCID", "契約者"]
    assert [(row.line, row.cells[1]) for row in sheet.rows] == [(2, NAME), (3, NAME)]


def test_m04_utf_16_without_its_mark_gets_a_clear_message():
    assert "UTF-16" in refused(TABLE.encode("utf-16-le"))


def test_a_file_in_no_encoding_throughout_is_refused():
    assert "CP932" in refused(TABLE.encode("cp932") + "é".encode() + b"\xff\xfe\x81")


def test_plain_ascii_is_answered_with_a_mark_by_which_excel_knows_it():
    assert read(b"iccid\r\n8981100000123456784\r\n").form.encoding == "utf-8-sig"


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_found_out(separator):
    sheet = read(TABLE.replace(",", separator).encode())
    assert sheet.form.separator == separator
    assert [row.cells[1] for row in sheet.rows] == [NAME, NAME]


def test_lines_are_counted_as_an_editor_counts_them_also_behind_a_quoted_newline_and_empty_rows():
    body = 'ICCID,備考\r\n1,"two\nlines"\r\n\r\n,\r\n2,x\r\n'.encode()
    assert [(row.line, row.cells[0]) for row in read(body).rows] == [(2, "1"), (6, "2")]


def test_a_quotation_mark_that_never_ends_is_told_with_its_line():
    assert "3" in refused(b'ICCID,x\r\n1,a\r\n2,"b\r\n3,c\r\n')


@pytest.mark.parametrize("body", [b"", b"\r\n\r\n", b"\xef\xbb\xbf"])
def test_a_file_with_nothing_in_it_is_refused(body):
    assert refused(body)


@pytest.mark.parametrize("text", TEXTS)
def test_x39_what_our_own_csv_wrote_is_read_back_as_it_was(text):
    body = b"".join(export.as_utf8(export.csv_lines(["列", "後"], [[text, "x"]])))
    assert rows(body) == [[text, "x"]]


@pytest.mark.parametrize("text", ["'=1", "''+2", "'", "''already", "'＝1"])
def test_x39_an_apostrophe_of_ones_own_comes_back_too(text):
    body = b"".join(export.as_utf8(export.csv_lines(["列"], [[text], ["x"]])))
    assert rows(body)[0] == [text]


@pytest.mark.parametrize("text", [text for text in TEXTS if "𠮷" not in text and "😀" not in text])
def test_x39_what_our_own_cp932_wrote_is_read_back_as_it_was(text):
    assert rows(b"".join(export.as_cp932(["列", "後"], [[text, "髙"]]))) == [[text, "髙"]]


@pytest.mark.parametrize("text", TEXTS)
def test_x39_what_our_own_workbook_wrote_is_read_back_as_it_was(text):
    body = export.workbook("表", ["列", "後"], [[text, "x"]], [("登録簿", "表")])
    assert rows(body) == [[text.replace("\r", "\n"), "x"]]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("8981100000123456784", "8981100000123456784"),
        (8981100000123456784, "8.98110E+18"),
        (8.98110000012345e18, "8.98110E+18"),
        (440101234567890, "440101234567890"),
        (2012345678, "2012345678"),
        (1.5, "1.5"),
        (date(2026, 12, 1), "2026-12-01"),
        (True, "TRUE"),
        (None, ""),
    ],
)
def test_m01_a_workbooks_cells_are_read_as_excel_shows_them(value, shown):
    assert rows(book(["列", "後"], [value, "x"])) == [[shown, "x"]]


def test_a_number_shown_with_noughts_in_front_keeps_them():
    made = openpyxl.Workbook()
    made.active.append(["番号"])
    made.active.append([2012345678])
    made.active["A2"].number_format = "00000000000"
    buffer = io.BytesIO()
    made.save(buffer)
    assert rows(buffer.getvalue()) == [["02012345678"]]


def test_a_formula_is_passed_on_as_one_and_never_reckoned():
    (row,) = read(book(["列", "後"], ["=1+1", "x"])).rows
    assert row.formulas == (0,)


def test_the_first_sheet_that_is_shown_is_read():
    assert refused(book(["列"], ["x"], hidden=True))


def packed(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/"), body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (packed(xl__sheet=b"0" * 50_000_000), "CSV"),
        (packed(**{f"xl__p{n}": b"" for n in range(600)}), "CSV"),
        (packed(**{"xl__vbaProject.bin": b"x"}), "macros"),
        (packed(**{"xl__x.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "xlsx"),
        (b"PK\x03\x04 no archive", "xlsx"),
        (book(["列"], ["x"])[:-200], "xlsx"),
        (packed(), "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "xls"),
    ],
    ids=["bomb", "many parts", "macros", "entities", "no archive", "cut off", "hollow", "xls"],
)
def test_a_workbook_that_could_harm_or_is_none_is_refused(body, says):
    assert says in refused(body)


COLUMNS = (
    Column("iccid", "ICCID", ("SIM番号",), needed=True),
    Column("msisdn", "電話番号", ("MSISDN",)),
)


@pytest.mark.parametrize("header", [["ＩＣＣＩＤ", "電話番号"], ["SIM番号（19桁）", "msisdn"], ["icc-id", "MSISDN "]])
def test_columns_are_known_by_many_names(header):
    assert columns.find(header, COLUMNS).places == {"iccid": 0, "msisdn": 1}


def test_unknown_columns_are_named_and_ours_of_the_file_to_correct_are_not():
    found = columns.find(["元の行番号", "判定", "直すところ", "ICCID", "色", ""], COLUMNS)
    assert found.places == {"iccid": 3}
    assert found.unknown == ("色",)


def test_everything_wrong_with_a_header_is_told_at_once():
    with pytest.raises(ValidationError) as error:
        columns.find(["電話番号", "MSISDN"], COLUMNS)
    assert len(error.value.messages) == 2


def test_a_table_without_a_header_is_told_so():
    with pytest.raises(ValidationError, match="template"):
        columns.find(["8981100000123456784", "02012345678"], COLUMNS)


@pytest.mark.parametrize(
    "form",
    [Form("csv", "cp932", "\t"), Form("csv", "utf-16", ","), Form("csv", "utf-8", ";"), Form("xlsx", "", "")],
    ids=str,
)
def test_u16_rows_to_correct_come_back_as_they_were_written_and_can_be_sent_again(form):
    corrections = Corrections(form, ["ICCID", "契約者"])
    corrections.add(500, "誤り", "ICCID: 桁が違います。", ["8981", NAME])
    corrections.add(501, "要確認", "ICCID", ["=1+1", 'a "b"\nc'])
    sheet = read(corrections.body())
    assert sheet.form == form
    assert sheet.header == ["元の行番号", "判定", "直すところ", "ICCID", "契約者"]
    assert [row.cells[:1] + row.cells[3:] for row in sheet.rows] == [["500", "8981", NAME], ["501", "=1+1", 'a "b"\nc']]


def test_the_file_to_correct_says_what_cp932_cannot_hold_instead_of_failing():
    corrections = Corrections(Form("csv", "cp932", ","), ["x"])
    corrections.add(2, "誤り", "𠮷", ["y"])
    assert "〓" in corrections.body().decode("cp932")


def test_the_form_of_a_file_is_told_in_words_and_read_back():
    for form in (Form("csv", "cp932", "\t"), Form("csv", "utf-16", ";"), Form("xlsx", "", "")):
        assert Form.of(str(form)) == form


def test_the_template_has_the_columns_as_text_and_says_what_belongs_there():
    made = openpyxl.load_workbook(io.BytesIO(template(COLUMNS)))
    assert [cell.value for cell in made.worksheets[0][1]] == ["ICCID", "電話番号"]
    assert made.worksheets[0].column_dimensions["A"].number_format == "@"
    assert made.worksheets[1].max_row == 3
    assert read(template(COLUMNS)).header == ["ICCID", "電話番号"]


def test_a_long_file_is_read_in_constant_memory():
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["ICCID", "備考"])
    writer.writerows([str(8981100000000000000 + n), "x" * 20] for n in range(50_000))
    body = io.BytesIO(buffer.getvalue().encode())
    tracemalloc.start()
    assert sum(1 for _row in reading.opened(body).rows) == 50_000
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024**2, "a decoder's parts, not the rows"
