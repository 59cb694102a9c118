"""Letters as PDF: what is read back from them, how they flow, and what happens where one can't be made."""

import io
import logging
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pypdf
import pytest
from django.template.loader import render_to_string
from django.utils.html import escape

from contracts import notifying, printing
from contracts.models import Notice
from contracts.printing import NotPrinted, Sheet
from iijiot import typesetting
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.clock import TOKYO
from iijiot.records import chapter
from tests.acts import again
from tests.contracts.lettered import KINDS, PAYLOADS, squeezed
from tests.factories import ContractFactory, CustomerFactory, NoticeFactory, WordingFactory

pytestmark = pytest.mark.django_db

ACTOR = Actor.command("test")
MOMENT = datetime(2026, 11, 25, 9, 30, tzinfo=TOKYO)
MM = 72 / 25.4
A4_HEIGHT = 297
WINDOW = {"left": 20, "right": 110, "top": 12, "bottom": 57}
"""The window of an envelope 長形3号 over a letter folded in three, in millimetres from the corner of the paper."""


@pytest.fixture
def sheet() -> Sheet:
    """A letter about an end, to an invented company."""
    return printing.example_of(WordingFactory.build(kind="end-scheduled", in_force=True), MOMENT)


def read(pdf: bytes) -> pypdf.PdfReader:
    """A PDF as a reader sees it."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """All its text."""
    return "\n".join(page.extract_text() for page in read(pdf).pages)


def places(pdf: bytes) -> list[tuple[str, float, float]]:
    """Each piece of text of the first page, with its place in millimetres from the top left."""
    found: list[tuple[str, float, float]] = []

    def seen(text: str, cm: list[float], tm: list[float], *_font: object) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            found.append((text.strip(), x / MM, A4_HEIGHT - y / MM))

    read(pdf).pages[0].extract_text(visitor_text=seen)
    return found


@pytest.mark.clause("G12.2.1")
def test_a_letter_says_to_whom_by_which_number_when_and_under_which_clause():
    contract = ContractFactory(
        customer=CustomerFactory(
            name="株式会社葵工業",
            postal_code="102-0071",
            address="東京都千代田区富士見2-10-2",
            contact_person="青木 花子",
        )
    )
    contract.ends_on = date(2026, 12, 25)
    with chapter(actor=ACTOR):
        notice = notifying.send(
            notifying.compose(
                contract.customer, Notice.Kind.END_SCHEDULED, clause=Clause("IOT4"), context={}, contract=contract
            )
        )
    text = text_of(printing.pdf(printing.sheet_of(notice)))
    for said in (
        "〒102-0071", "東京都千代田区富士見2-10-2", "株式会社葵工業", "青木 花子 様", notice.number, contract.number,
        Clause("IOT4").citation, "株式会社インターネットイニシアティブ", "契約終了日のお知らせ",
    ):  # fmt: skip
        assert squeezed(said) in squeezed(text)
    assert "御中" not in text, "a person is addressed"
    assert squeezed(text).count("株式会社インターネットイニシアティブ") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_letter_is_one_page_and_the_same_bytes_twice(kind):
    sheet = printing.example_of(WordingFactory.build(kind=kind, in_force=True), MOMENT)
    made = printing.pdf(sheet)
    assert made == printing.pdf(sheet)
    assert len(read(made).pages) == 1
    for line in sheet.lines:
        assert squeezed(line) in squeezed(text_of(made))


def test_it_is_a_pdf_for_keeping_that_says_its_title_and_its_language(sheet):
    made = read(printing.pdf(sheet))
    assert made.metadata.title == sheet.subject
    root: Any = made.trailer["/Root"]
    assert root["/Lang"] == "ja-JP"
    assert b"pdfaid:part" in root["/Metadata"].get_data()


@pytest.mark.parametrize(
    "name",
    ["株式会社葵", "株式会社" + "髙﨑情報通信機器製造販売" * 5, "株式会社" + "情報通信機器製造販売" * 19, "A" * 200],
    ids=["short", "60 characters", "as long as it can be", "without a place to break"],
)
def test_the_window_shows_the_whole_address_however_long_it_is(sheet, name):
    address = "東京都千代田区富士見" + "2-10-2飯田橋グラン・ブルーム" * 4
    made = printing.pdf(replace(sheet, addressee=(name, "総務部　髙﨑 邉 様"), address=address))
    assert squeezed(name) in squeezed(text_of(made))
    lines = places(made)
    last = next(place for place, (text, _x, _y) in enumerate(lines) if text.endswith("邉 様"))
    for _text, x, y in lines[: last + 1]:
        assert WINDOW["left"] < x < WINDOW["right"]
        assert WINDOW["top"] < y < WINDOW["bottom"]


@pytest.mark.parametrize("name", ["髙﨑", "𠮷野家", "葛\U000e0100城", "渡邉齋藤", "①㈱ｶﾅ", "Ñandú Œuvre"])
def test_old_and_variant_forms_of_characters_are_printed(sheet, name):
    made = printing.pdf(replace(sheet, addressee=(name,)))
    assert name.replace("\U000e0100", "") in text_of(made).replace("\U000e0100", "")


def test_a_long_letter_flows_over_pages_that_say_which_they_are(sheet):
    made = printing.pdf(replace(sheet, text="「長い文面」です。句読点、括弧（かっこ）が、多い。" * 150))
    pages = read(made).pages
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert squeezed(f"{sheet.number} {number} / 3") in squeezed(page.extract_text())


def test_no_line_begins_with_what_may_begin_none(sheet):
    text = "".join("あ" * n + "。「い」、（う）ー々" for n in range(1, 60))
    lines = [line.strip() for line in text_of(printing.pdf(replace(sheet, text=text))).split("\n")]
    assert len(lines) > 40
    assert [line for line in lines if line.startswith(("。", "、", "」", "）", "ー", "々"))] == []
    assert [line for line in lines if line.endswith(("「", "（")) and len(line) > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_x38_paper_and_page_say_literally_what_was_typed(kind):
    wording = WordingFactory.build(kind=kind, in_force=True)
    one = PAYLOADS[list(KINDS).index(kind) % len(PAYLOADS)]
    wording.subject, wording.text = f"{one}{wording.subject}", "\n".join([*PAYLOADS, wording.text])
    sheet = replace(printing.example_of(wording, MOMENT), addressee=tuple(PAYLOADS), address=one)
    text = squeezed(text_of(printing.pdf(sheet)))
    page = render_to_string("letters/print.html", {"sheet": sheet})
    for payload in PAYLOADS:
        least = 4 if payload == one else 2
        assert text.count(squeezed(payload)) >= least, payload
        assert page.count(escape(payload)) >= least, payload
        assert payload == escape(payload) or payload not in page


def test_what_was_written_is_addressed_as_the_customer_was_then():
    notice = NoticeFactory(letter=True, customer=CustomerFactory(name="株式会社旧名", address="旧住所"))
    customer = notice.customer
    customer.name, customer.address = "株式会社新名", "新住所"
    with chapter(actor=ACTOR):
        customer.save()
    sheet = printing.sheet_of(again(notice))
    assert (sheet.addressee, sheet.address) == (("株式会社旧名", "葵 あおい 様"), "旧住所")


@pytest.mark.parametrize("sign", ["😀", "\ue000", "ש"])
def test_a_sign_that_no_font_has_is_named_and_stands_in_the_log(sheet, sign, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(NotPrinted) as failure:
        printing.pdf(replace(sheet, text=f"見本{sign}"))
    assert sheet.number in str(failure.value)
    assert sign in str(failure.value) or f"{ord(sign):x}" in str(failure.value)
    (line,) = caplog.records
    assert sheet.number in line.message


def test_without_its_fonts_no_letter_is_made(sheet, monkeypatch):
    monkeypatch.setattr(typesetting, "FONTS", [])
    typesetting.fonts.cache_clear()
    with pytest.raises(NotPrinted):
        printing.pdf(sheet)
    typesetting.fonts.cache_clear()
