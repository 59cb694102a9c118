"""Texts of letters: marks are put in once and literally, what is not known or missing is refused, nothing is carried out."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from contracts import notifying
from contracts.letters import LETTERS
from contracts.letters.frame import framed, parts
from contracts.letters.marks import MARK, check, filled
from contracts.models import Notice
from iijiot.company import Company
from tests.contracts.lettered import KINDS, PAYLOADS, told
from tests.factories import WordingFactory

SENDER = Company(name="株式会社見本通信", desk="見本窓口")
kinds = pytest.mark.parametrize("kind", KINDS)


def faults(kind: str, subject: str = "件名", text: str = "") -> dict[str, list[str]]:
    """What is wrong with a text, by field."""
    with pytest.raises(ValidationError) as refusal:
        check(LETTERS[kind], subject, text)
    return refusal.value.message_dict


def test_every_kind_of_notice_has_its_letter():
    assert set(LETTERS) == set(Notice.Kind.values)


@kinds
def test_the_built_in_text_passes_its_own_check_and_knows_each_of_its_marks(kind):
    letter = LETTERS[kind]
    check(letter, letter.subject, letter.text)
    assert "《" not in "".join(letter.written(letter.subject, letter.text, letter.examples()))


@kinds
def test_each_mark_that_must_be_there_is_missed_when_it_is_left_out(kind):
    letter = LETTERS[kind]
    needed = [mark for mark in letter.marks if mark.needed]
    assert needed
    for mark in needed:
        (told_,) = faults(kind, letter.subject, letter.text.replace(mark.written, ""))["text"]
        assert mark.written in told_


@pytest.mark.clause("G28.2", "IOT4")
@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("end-scheduled", {"終了日", "根拠条項", "契約番号"}),
        ("suspension", {"根拠条項", "開始日時", "期間", "理由", "解除の予告"}),
        ("measure", {"開始日時", "期間", "理由", "根拠条項"}),
        ("refused", {"拒絶の理由", "根拠条項"}),
    ],
)
def test_what_the_terms_want_said_can_not_be_left_out(kind, names):
    assert {mark.name for mark in LETTERS[kind].marks if mark.needed} >= names


def test_an_unknown_mark_is_refused_with_those_that_are_known():
    (told_,) = faults("end-lifted", text="《契約番号》《パスワード》")["text"]
    assert "《パスワード》" in told_
    assert "《契約番号》" in told_
    assert "《サービス》" in told_


@pytest.mark.parametrize(
    "text", ["《契約番号", "契約番号》", "《契約\n番号》", "《契約番号》≪サービス≫", "《契約番号》｛サービス｝"]
)
def test_a_mark_that_is_not_written_right_is_refused(text):
    assert faults("end-lifted", text=text)["text"]


def test_brackets_around_other_words_are_just_brackets():
    check(LETTERS["end-lifted"], "【IIJ IoT】件名", "《契約番号》【重要】（サービス）「サービス」{x.__init__} <b> [1]")


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\x0b", "\x00", "\u2028", "\x85", "\t"])
def test_a_subject_with_a_line_end_or_a_control_character_is_refused(sign):
    assert faults("end-lifted", subject=f"件名{sign}Bcc: all@evil.example", text="《契約番号》")["subject"]


def test_what_can_be_several_lines_stands_in_no_subject():
    (told_,) = faults("documents", subject="《提出書類》", text=LETTERS["documents"].text)["subject"]
    assert "《提出書類》" in told_


def test_a_mark_inside_a_value_is_not_put_in_again():
    assert filled("《甲》と《乙》", {"甲": "《乙》", "乙": "《甲》"}) == "《乙》と《甲》"


def test_a_line_whose_marks_are_all_empty_falls_out_with_one_of_the_blank_lines_around_it():
    text = "一\n\n《案内》\n\n《別の案内》\n\n二\n《案内》\n三"
    assert filled(text, {"案内": "", "別の案内": ""}) == "一\n\n二\n三"
    assert filled(text, {"案内": "案内", "別の案内": ""}) == "一\n\n案内\n\n二\n案内\n三"


@given(st.text(), st.text())
def test_whatever_a_value_says_it_stands_there_once_and_as_it_is(before, value):
    text = MARK.sub("", before).replace("《", "").replace("》", "")
    assert filled(f"始{text}《甲》終", {"甲": value}) == f"始{text}{value}終".strip()


@kinds
@pytest.mark.parametrize("payload", PAYLOADS)
def test_x38_what_staff_and_customers_type_is_written_literally(kind, payload):
    wording = WordingFactory.build(kind=kind, in_force=True)
    wording.subject, wording.text = f"{payload}{wording.subject}", f"{payload}\n{wording.text}\n{payload}"
    wording.clean()
    nested = f"{payload}《契約番号》"
    letter = notifying.written(kind, told(kind, nested), to=nested, on=date(2026, 11, 25), holding={kind: wording})
    assert letter.wording is wording
    assert letter.subject.startswith(payload)
    lines = letter.body.split("\n")
    assert (lines[0], lines[2]) == (nested, payload)
    assert nested in "\n".join(lines[3:]), "what was typed about the customer"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_letter_is_taken_apart_into_what_it_was_made_of(text):
    text = text.strip()
    found = parts(framed("見本株式会社 御中", text, date(2026, 11, 25), SENDER))
    assert (found.addressee, found.text, found.day) == ("見本株式会社 御中", text, "2026年11月25日（水）")
    assert found.sender == ("株式会社見本通信", "見本窓口")


def test_a_day_and_a_title_inside_the_text_do_not_take_it_apart():
    text = "下記の日\n2026年12月1日（火）\n株式会社例示 様"
    assert parts(framed("葵 様", text, date(2026, 11, 25), SENDER)).text == text
    assert parts("お申込みを承諾しました。").text == "お申込みを承諾しました。"
