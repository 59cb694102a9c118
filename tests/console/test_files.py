"""Files at the console: sent, looked at, confirmed, loaded by a worker, corrected; nothing lost on the way (U16, M05)."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from iijiot import roles
from iijiot.models import AccessEvent
from iijiot.tables import reading
from sims import importing
from sims.models import Difference, FileImport, SimCard
from tests.acts import again
from tests.console.test_export import TEXTS
from tests.console.test_export import body as all_of
from tests.factories import DifferenceFactory, FileImportFactory, UserFactory
from tests.factories.sims import docomo, iccid
from tests.house.console import as_superuser, logged_in, page, with_all_but
from tests.sims.test_importing import GOOD, csv_of, silent

pytestmark = pytest.mark.django_db
SEND = "/console/sims/fileimport/send/cards/"


@pytest.fixture
def stock():
    """The browser of somebody of the stock."""
    return logged_in(UserFactory(name="蔵田 くら", groups=[roles.STOCK]))


def upload(body, name="delivery.csv"):
    return SimpleUploadedFile(name, body)


def send(browser, body=None, **more):
    given = {"product": docomo().pk, "form_factor": "4ff", "received_on": "2026-11-25", "delivery": "D-1"}
    sent = {"file": upload(csv_of([GOOD], header=["ICCID"]) if body is None else body), **given, **more}
    return browser.post(SEND, sent)


def by_the_worker(record):
    importing.check(again(record), told=silent)
    importing.carry_out(again(record), told=silent)
    return again(record)


def do(browser, record, slug, **data):
    address = page(record, "do", slug)
    shown = browser.post(address, {"step": "preview", **data})
    context = shown.context
    plan, outcome = context["plan"], context["outcome"]
    as_shown = {"fingerprint": plan.fingerprint} if plan else {"outcome": outcome.fingerprint}
    return browser.post(address, {"step": "confirm", "version": context["version"], **as_shown, **data})


def test_a_delivery_goes_from_the_file_to_the_stock(stock):
    answer = send(stock)
    record = FileImport.objects.get()
    assert answer.url == page(record, "change")
    assert "内容を確かめています" in stock.get(answer.url).content.decode()
    record = by_the_worker(record)
    assert "すべての行に問題がありません" in stock.get(answer.url).content.decode()
    assert do(stock, record, "load-file", mode="all").status_code == 302
    assert again(record).state == "loading"
    record = by_the_worker(record)
    assert (record.state, SimCard.objects.get().iccid) == ("done", GOOD)
    history = stock.get(page(record, "history")).content.decode()
    assert "蔵田 くら" in history


def test_u16_wrong_rows_are_shown_with_line_column_and_cause_and_come_as_a_file(stock):
    send(stock, csv_of([GOOD], ["8981"], header=["ICCID"]))
    record = by_the_worker(FileImport.objects.get())
    shown = stock.get(page(record, "change")).content.decode()
    assert "19桁または20桁" in shown
    answer = stock.get(page(record, "corrections"))
    assert b"".join(answer.streaming_content).endswith(b",8981\r\n")
    assert "delivery_%E8%A6%81%E4%BF%AE%E6%AD%A3.csv" in answer["Content-Disposition"]
    assert AccessEvent.objects.filter(kind="exported").count() == 1
    refused = stock.post(page(record, "do", "load-file"), {"step": "preview", "mode": "all"})
    assert "「正しい行だけ」" in refused.content.decode()
    do(stock, record, "load-file", mode="good")
    assert by_the_worker(record).loaded == 1


def test_what_is_wrong_with_the_file_itself_stands_at_the_field_and_the_rest_stays_typed(stock):
    answer = send(stock, "電話番号\r\n020\r\n".encode())
    assert answer.status_code == 200
    assert "ICCID" in answer.context["form"].errors["file"][0]
    assert 'value="D-1"' in answer.content.decode()
    assert not FileImport.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [({"received_on": "2026-11-26"}, "received_on"), ({"file": ""}, "file"), ({"file": upload(b"x", "x.pdf")}, "file")],
)
def test_each_error_stands_at_its_field(stock, more, field):
    assert field in send(stock, **more).context["form"].errors


def test_a_form_sent_twice_takes_the_file_in_once(stock):
    key = str(stock.get(SEND).context["form_key"])
    assert send(stock, form_key=key).url == send(stock, form_key=key).url
    assert FileImport.objects.count() == 1


def test_the_very_same_file_loaded_before_is_told(stock):
    body = csv_of([GOOD], header=["ICCID"])
    FileImportFactory(done=True, sha256=importing.file_store.digest(body), name="gestern.csv")
    answer = stock.post(SEND, {"file": upload(body), "received_on": "2026-11-25"}, follow=True)
    assert "gestern.csv" in answer.content.decode()


def test_m05_the_page_is_told_how_far_it_is_and_that_it_is_over(stock):
    under_way, over = FileImportFactory(checking=True), FileImportFactory()
    assert stock.get(page(under_way, "progress")).json() == {"over": False, "percent": None, "done": 0}
    assert stock.get(page(over, "progress")).json()["over"] is True


def test_m05_it_is_called_off(stock):
    record = FileImportFactory()
    assert do(stock, record, "cancel-file").status_code == 302
    assert again(record).state == "cancelled"


def test_the_empty_table_has_the_columns(stock):
    answer = stock.get(reverse("admin:sims_fileimport_template", args=["cards"]))
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]["A1"].value == "ICCID"


def test_who_may_not_load_files_of_a_kind_neither_sends_nor_confirms_them(stock):
    for browser in (with_all_but("sims.load_file"), with_all_but("sims.receive_simcard")):
        assert browser.get(SEND).status_code == 403
        assert send(browser).status_code == 403
    record = FileImportFactory()
    shown = with_all_but("sims.receive_simcard").get(page(record, "do", "load-file"))
    assert "取り込む権限がありません" in shown.content.decode()
    assert with_all_but("sims.load_file").get(page(record, "sent")).status_code == 403
    assert stock.get("/console/sims/fileimport/send/poems/").status_code == 404


def test_the_file_comes_back_as_it_was_sent_and_a_lost_one_is_told(stock):
    record = FileImportFactory()
    assert b"".join(stock.get(page(record, "sent")).streaming_content).startswith(b"ICCID")
    importing.file_store.drop(record.stored_as)
    assert "失われたか、壊れています" in stock.get(page(record, "sent"), follow=True).content.decode()


def test_files_that_wait_stand_on_the_home_page(stock):
    record = FileImportFactory()
    assert record.name in stock.get("/console/").content.decode()


@pytest.mark.clause("MA1")
def test_the_carriers_list_is_compared_and_what_differs_is_settled(stock):
    body = csv_of([iccid(9), "貸与中"], [iccid(8), "貸与中"], header=["ICCID", "状態"])
    stock.post(SEND.replace("cards", "lender"), {"file": upload(body), "lender": docomo().lender, "grace": "7"})
    record = by_the_worker(FileImport.objects.get())
    do(stock, record, "load-file", mode="all")
    record = by_the_worker(record)
    assert page(record.reconciliation, "change") in stock.get(page(record, "change")).content.decode()
    shown = stock.get(page(record.reconciliation, "change")).content.decode()
    assert iccid(9) in shown
    one = Difference.objects.get(iccid=iccid(9))
    assert do(stock, one, "settle-difference", note="届いた箱の中にあった").status_code == 302
    assert do(stock, record.reconciliation, "settle-differences", kind="theirs", note="同上").status_code == 302
    assert not Difference.objects.open().exists()
    assert again(one).settled_on == date(2026, 11, 25)
    again_ = stock.post(
        page(record.reconciliation, "do", "settle-differences"), {"step": "preview", "kind": "theirs", "note": "三度"}
    )
    assert "未解消の差異はありません" in again_.content.decode()


def test_differences_are_found_by_iccid(stock):
    difference = DifferenceFactory()
    DifferenceFactory()
    cl = stock.get(f"/console/sims/difference/?q={difference.iccid}").context["cl"]
    assert [row.pk for row in cl.result_list] == [difference.pk]


@pytest.mark.parametrize("form", ["csv", "cp932", "xlsx"])
def test_x39_what_the_list_wrote_is_read_back_as_it_was(form):
    texts = [text.strip() for text in TEXTS if not set(text) & set("\t\r\n")]
    kept = {FileImportFactory(delivery=text).number: text for text in texts}
    answer = as_superuser().post("/console/sims/fileimport/export/?columns=number,delivery", {"form": form})
    body = all_of(answer)
    read = {row.cells[0]: row.cells[1] for row in reading.opened(io.BytesIO(body)).rows if len(row.cells) > 1}
    lost = {number for number, text in kept.items() if set(text) & {"𠮷", "😀"}} if form == "cp932" else set()
    assert {number: read[number] for number in kept if number not in lost} == {
        number: text for number, text in kept.items() if number not in lost
    }
    if lost:
        assert any("U+20BB7" in cell for row in reading.opened(io.BytesIO(body)).rows for cell in row.cells)


@pytest.mark.parametrize("form", ["csv", "cp932", "xlsx"])
def test_x39_an_iccid_of_nineteen_digits_stays_one(form):
    difference = DifferenceFactory(iccid="8981100000123450000")
    answer = as_superuser().post("/console/sims/difference/export/?columns=iccid,kind", {"form": form})
    body = all_of(answer)
    (row,) = reading.opened(io.BytesIO(body)).rows
    assert row.cells[0] == difference.iccid
