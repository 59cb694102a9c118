"""U15, X39: what is on the screen as a file; text stays text, numbers numbers, and nothing is lost."""

import csv
import io
import resource
from datetime import date, datetime

import openpyxl
import pytest
from django.urls import reverse

from contracts.models import Customer
from iijiot import export
from iijiot.bulk import bulk_add
from iijiot.models import AccessEvent
from iijiot.records import chapter
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.base import MAKER
from tests.house.console import admins, as_superuser, ids, list_page, logged_in, made, with_all_but

TEXTS = [
    "=1+1", "+81-3-1234", "-1200", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", 'a "quoted" word', "two\nlines",
    "000123", "8981100022152967705", "①髙㈱", "𠮷野家", "😀", "a,b;c", "  kept  ", "'already",
]  # fmt: skip
MOMENT = datetime(2026, 12, 31, 9, 5)  # noqa: DTZ001 - a workbook knows no time zone
TYPED = [0, -1200, 12_500, 1.5, date(2026, 12, 31), MOMENT, None]


def take_out(browser, admin, form="csv", query=""):
    meta = admin.model._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_export")
    return browser.post(f"{address}{query}", {"form": form})


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def read_csv(data, signs="utf-8-sig"):
    return list(csv.reader(io.StringIO(data.decode(signs), newline="")))


def plain(text):
    """A cell as it was before the apostrophe that keeps it from being a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(export.FORMULA_STARTS) else text


@pytest.mark.parametrize("text", TEXTS)
def test_x39_text_comes_back_as_it_was_and_is_no_formula(text):
    data = b"".join(export.as_utf8(export.csv_lines(["列"], [[text]])))
    assert data.startswith(b"\xef\xbb\xbf")
    cell = read_csv(data)[1][0]
    assert plain(cell) == text
    assert not cell.startswith(export.FORMULA_STARTS)
    sheet = openpyxl.load_workbook(io.BytesIO(export.workbook("表", ["列"], [[text]], []))).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == text.replace("\r", "\n"), "a workbook knows one kind of line end"


@pytest.mark.parametrize("value", TYPED, ids=str)
def test_x39_numbers_and_days_keep_their_type(value):
    sheet = openpyxl.load_workbook(io.BytesIO(export.workbook("表", ["列", "後"], [[value, "x"]], []))).active
    kept = sheet["A2"].value
    assert (kept.date() if type(value) is date else kept) == value
    cell = read_csv(b"".join(export.as_utf8(export.csv_lines(["列"], [[value]]))))[1]
    assert "".join(cell) == export.csv_text(value)
    assert not "".join(cell).startswith("'")


def test_what_cp932_cannot_hold_is_listed_with_its_place():
    rows = [["①髙㈱", "ok"], ["𠮷野家", "😀"]]
    table = read_csv(b"".join(export.as_cp932(["名称", "備考"], rows)), "cp932")
    assert table[1] == ["①髙㈱", "ok"]
    assert table[2] == ["〓野家", "〓"]
    assert table[4:] == [["〓", "3", "名称", "U+20BB7"], ["〓", "3", "備考", "U+1F600"]]
    assert len(read_csv(b"".join(export.as_cp932(["名称"], [["髙"]])), "cp932")) == 2


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_every_list_comes_out_in_every_form_as_it_stands_on_the_screen(db, admin):
    for _n in range(2):
        made(admin.model)
    browser = as_superuser()
    cl = browser.get(list_page(admin.model)).context["cl"]
    header = [str(told["text"]) for told in cl.headers]
    table = read_csv(body(take_out(browser, admin)))
    assert table[0] == header
    assert len(table) - 1 == admin.model._base_manager.count()
    assert len(read_csv(body(take_out(browser, admin, "cp932")), "cp932")) >= len(table)
    book = openpyxl.load_workbook(io.BytesIO(body(take_out(browser, admin, "xlsx"))))
    assert [cell.value for cell in book.worksheets[0][1]] == header
    assert book.worksheets[0].freeze_panes == "A2"
    assert book.worksheets[0].max_row == len(table)
    assert not any("<" in cell for row in table for cell in row), "no markup"


def test_x39_what_customers_are_called_comes_back_as_it_was(db):
    names = [text.strip() for text in TEXTS if not set(text) & set("\t\r\n")]
    for name in names:
        CustomerFactory(name=name)
    admin = next(admin for admin in admins() if admin.model is Customer)
    table = read_csv(body(take_out(as_superuser(), admin, query="?columns=name")))
    assert {plain(row[0]) for row in table[1:]} == set(names)


def test_the_same_filter_columns_and_order_as_on_the_screen(desk):
    admin = next(admin for admin in admins() if admin.model.__name__ == "Contract")
    for_all = [ContractFactory(), ContractFactory(ended=True), ContractFactory(ended=True)]
    query = "?state__exact=ended&columns=ends_on,number&o=-2&after=xyz"
    table = read_csv(body(take_out(desk, admin, query=query)))
    assert [row[1] for row in table[1:]] == sorted((c.number for c in for_all[1:]), reverse=True)
    assert table[1][0] == "2026-10-31"
    book = openpyxl.load_workbook(io.BytesIO(body(take_out(desk, admin, "xlsx", query))))
    told = [row[1].value for row in book.worksheets[1].iter_rows()]
    assert "終了" in told[1]
    assert (told[3], told[5]) == (2, "弁田 ベン")
    assert isinstance(book.worksheets[0]["A2"].value, datetime)


def test_every_file_is_in_the_access_log_and_named_for_people(desk, ben):
    CustomerFactory()
    admin = next(admin for admin in admins() if admin.model is Customer)
    answer = take_out(desk, admin)
    body(answer)
    assert "filename*=UTF-8''%E5%A5%91%E7%B4%84%E8%80%85_20261125.csv" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    event = AccessEvent.objects.get(kind="exported")
    assert (event.user_id, event.detail) == (ben.pk, "契約者 1 csv ")


def test_nobody_takes_out_what_he_may_not(db, ben, hana):
    admin = next(admin for admin in admins() if admin.model is Customer)
    for browser in (
        with_all_but("iijiot.export_data"),
        with_all_but("contracts.view_customer", "contracts.change_customer"),
        logged_in(hana),
    ):
        assert take_out(browser, admin).status_code == 403
    browser = logged_in(ben)
    assert browser.get(reverse("admin:contracts_customer_export")).status_code == 405
    assert take_out(browser, admin, "pdf").status_code == 400
    assert not AccessEvent.objects.filter(kind="exported").exists()


def test_a_long_list_comes_out_in_constant_memory(db):
    count = 20_000
    with chapter(actor=MAKER):
        bulk_add(
            [
                Customer(
                    kind="body", name=f"見本 {n}", evidence="登記", address="見本県", notice_email=f"k{n}@mihon.example"
                )
                for n in range(count)
            ]
        )
    admin = next(admin for admin in admins() if admin.model is Customer)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(len(part) for part in take_out(as_superuser(), admin).streaming_content)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{count} rows, {size:,} bytes, {grown:.0f} MiB more")
    assert size > count * 20
    assert grown < 60
