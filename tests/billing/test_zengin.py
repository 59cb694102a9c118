"""The banks' files, against the sample files and against what banks and people do to them."""

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.zengin import checking
from billing.zengin.credits import credits_in
from billing.zengin.days import Years, day_of, era_day, month_day_of
from billing.zengin.debits import Account, Debit, debit_day, outcomes, request
from billing.zengin.kana import account_name, comparable, half_width
from billing.zengin.layouts import CREDITS, DIRECT_DEBIT, STATEMENT
from billing.zengin.reading import BankFile, Unreadable, read
from billing.zengin.transfers import Transfer, transfers
from billing.zengin.writing import LineEnd
from tests.vectors import cases, group

FILES = "legal.payment_files"
CAME_ON = date(2027, 1, 5)
SAMPLES = ("debit_request", "debit_result", "deposit_notice_01", "statement_03")

US = Account("9999", "999", "1", "1234567", "ｻﾝﾌﾟﾙﾂｳｼﾝ(ｶ", "ﾃｽﾄ", "ﾎﾝﾃﾝ")
AOI = Account("9999", "001", "1", "0000001", "ｶ)ｱｵｲｾｲｻｸｼﾞﾖ", "ﾃｽﾄ", "ﾋｶﾞｼ")
MIDORI = Account("9999", "002", "2", "0000022", "ﾐﾄﾞﾘﾌﾞﾂﾘﾕｳ(ﾕ", "ﾃｽﾄ", "ﾆｼ")


def sample(name: str, end: str = "\r\n") -> bytes:
    """A sample file as the bank sends it."""
    return "".join(line + end for line in group(f"{FILES}.{name}")["lines"]).encode("cp932")


def read_sample(name: str) -> BankFile:
    file = read(sample(name), came_on=CAME_ON)
    checking.check(file)
    return file


def changed(name: str, line: int, at: int, to: str) -> bytes:
    """A sample file with other signs in one line, from a byte on, counted from 1."""
    lines = [line.encode("cp932") for line in group(f"{FILES}.{name}")["lines"]]
    told = to.encode("cp932")
    lines[line - 1] = lines[line - 1][: at - 1] + told + lines[line - 1][at - 1 + len(told) :]
    return b"".join(line + b"\r\n" for line in lines)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_the_files_that_their_digests_name(name):
    assert len(sample(name)) == group(f"{FILES}.{name}")["bytes"]
    assert hashlib.sha256(sample(name)).hexdigest() == group(f"{FILES}.{name}")["sha256"]


@pytest.mark.parametrize(
    ("layout", "name"),
    [(DIRECT_DEBIT, "direct_debit_91"), (CREDITS, "deposit_notice_01"), (STATEMENT, "statement_03")],
    ids=lambda x: str(x) if isinstance(x, str) else "",
)
def test_each_field_has_the_name_form_and_length_of_the_banks_table(layout, name):
    ours = [layout.header, layout.data, layout.trailer, layout.end]
    theirs = group(f"{FILES}.layouts.{name}")
    assert [[[f.title, f.form, f.length] for f in record.fields] for record in ours] == [r["fields"] for r in theirs]
    assert [record.length for record in ours] == [record["bytes"] for record in theirs]


@pytest.mark.clause("G33")
def test_the_request_is_the_sample_to_the_byte():
    asked = [Debit(AOI, 33000, "00000000202612000001", "1"), Debit(MIDORI, 11711, "00000000202612000002")]
    assert request(US, "1234567890", date(2026, 12, 28), asked, line_end=LineEnd.CRLF) == sample("debit_request")


def test_the_request_can_be_written_without_line_ends():
    asked = [Debit(AOI, 33000, "00000000202612000001", "1"), Debit(MIDORI, 11711, "00000000202612000002")]
    written = request(US, "1234567890", date(2026, 12, 28), asked, line_end=LineEnd.NONE)
    assert written == sample("debit_request", end="")


@pytest.mark.clause("G33")
def test_a_request_is_read_with_its_count_sum_and_day():
    expected = group(f"{FILES}.debit_request")["expected"]
    (batch,) = read_sample("debit_request").batches
    assert (batch.trailer.number("count"), batch.trailer.number("amount")) == (expected["count"], expected["total"])
    assert debit_day(batch, CAME_ON).isoformat() == expected["debit_day"]
    assert list(outcomes(read_sample("debit_request"), CAME_ON)) == []


@pytest.mark.clause("G33")
def test_a_result_says_what_became_of_each_debit():
    told = [(o.payer, o.amount, o.code, o.is_paid) for o in outcomes(read_sample("debit_result"), CAME_ON)]
    expected = group(f"{FILES}.debit_result")["expected"]
    assert told == [(e["customer"], e["amount"], e["code"], e["code"] == "0") for e in expected]
    assert {o.debit_on.isoformat() for o in outcomes(read_sample("debit_result"), CAME_ON)} == {expected[0]["paid"]}


@pytest.mark.clause("G33")
def test_a_credit_notification_gives_credits_with_value_dates_and_reversals_apart():
    expected = group(f"{FILES}.deposit_notice_01")["expected"]
    found = list(credits_in(read_sample("deposit_notice_01")))
    told = [
        {"ref": c.reference, "value_date": c.value_on.isoformat(), "amount": c.amount, "name": c.payer, "edi": c.edi}
        for c in found
        if not c.is_reversal
    ]
    assert told == [{"edi": "", **receipt} for receipt in expected["receipts"]]
    assert [{"ref": c.reference, "amount": c.amount} for c in found if c.is_reversal] == expected["cancelled"]
    assert {c.account for c in found} == {("9999", "999", "1234567")}


@pytest.mark.clause("G33")
def test_a_statement_gives_what_came_in_and_its_balances_fit():
    expected = group(f"{FILES}.statement_03")["expected"]
    file = read_sample("statement_03")
    (batch,) = file.batches
    assert (checking.opening(batch), checking.closing(batch)) == (expected["opening"], expected["closing"])
    assert [(c.amount, c.edi, c.remark) for c in credits_in(file)] == [
        (expected["credits"], "INV-2026-12-000017", "ﾌﾘｺﾐ")
    ]
    assert batch.trailer.number("out_amount") == expected["debits"]
    assert {c.account for c in credits_in(file)} == {("9999", "999", "1234567")}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    "sent",
    [
        lambda name: sample(name, end=""),
        lambda name: sample(name, end="\n"),
        lambda name: sample(name, end="\r"),
        lambda name: sample(name) + b"\x1a",
        lambda name: sample(name, end="") + b"\x1a\r\n",
        lambda name: sample(name).rstrip(b"\r\n"),
        lambda name: sample(name) + b"\r\n\r\n",
        lambda name: b"\r\n".join(line.rstrip() for line in sample(name).split(b"\r\n")),
        lambda name: b"\r\n".join(line + b"  " for line in sample(name).split(b"\r\n") if line),
    ],
    ids=["no line ends", "LF", "CR", "mark of the end", "mark and no line ends", "no last line end", "blank lines",
         "blanks cut off", "blanks added"],
)  # fmt: skip
def test_line_ends_and_marks_of_the_end_make_no_difference(name, sent):
    plain, other = read_sample(name), read(sent(name), came_on=CAME_ON)
    checking.check(other)
    assert other == plain


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no file of the banks' kinds"),
        ("契約者番号,金額\r\n".encode(), "no file of the banks' kinds"),
        (b"\xf1\xf9\xf1", "EBCDIC"),
        (changed("debit_request", 1, 4, "1"), "コード区分"),
        (changed("debit_request", 2, 81, "00000X3000"), "Record 2, “引落金額” (bytes 81 to 90)"),
        (changed("debit_request", 2, 81, " " * 10), "引落金額"),
        (sample("debit_request")[:-122], "cut off"),
        (sample("debit_request") + sample("debit_request"), "after the end"),
        (sample("debit_request", end="")[:-200], "not 120"),
        (sample("debit_request").replace(b"\r\n2", b"\r\n7", 1), "of no known kind"),
        (sample("debit_request").replace(b"\r\n8", b"\r\n1", 1), "cannot stand there"),
        (sample("debit_request").decode("cp932").encode("utf-8"), "JIS X 0201"),
        (changed("deposit_notice_01", 2, 8, "081331"), "勘定日"),
    ],
    ids=["empty", "a table", "EBCDIC", "marked EBCDIC", "letters in yen", "no yen", "no end", "sent twice in one",
         "cut record", "unknown kind", "header for trailer", "UTF-8", "no such day"],
)  # fmt: skip
def test_what_is_no_such_file_is_refused_with_the_place(body, says):
    with pytest.raises(Unreadable) as refused:
        read(body, came_on=CAME_ON)
    assert says in str(refused.value)


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (changed("debit_request", 2, 81, "0000033001"), "debits, sum: 44,711 in the trailer, 44,712 in the data"),
        (changed("debit_request", 4, 2, "000003"), "debits, count"),
        (changed("debit_result", 2, 112, "1"), "paid debits, count"),
        (changed("debit_result", 2, 112, "7"), "no result code 7"),
        (changed("deposit_notice_01", 2, 20, "0001000001"), "credits, sum"),
        (changed("deposit_notice_01", 4, 128, " "), "reversals, count"),
        (changed("statement_03", 2, 25, "000001000001"), "entries in, sum"),
        (changed("statement_03", 1, 117, "00000000600000"[1:]), "balance after"),
        (changed("statement_03", 2, 22, "3"), "neither in (1) nor out (2)"),
        (changed("statement_03", 5, 2, "0000000009"), "records of the file: 9 told, 5 found"),
        (changed("statement_03", 5, 12, "00002"), "accounts of the file: 2 told, 1 found"),
    ],
    ids=["sum", "count", "result", "unknown result", "credits", "reversals", "in", "balance", "way", "records", "accounts"],
)  # fmt: skip
def test_a_file_that_does_not_add_up_is_refused_whole(body, says):
    file = read(body, came_on=CAME_ON)
    with pytest.raises(Unreadable) as refused:
        checking.check(file)
    assert says in str(refused.value)


def test_a_notification_may_count_the_reversals_among_the_credits():
    body = changed("deposit_notice_01", 5, 2, "000003" + "000001114560")
    file = read(body, came_on=CAME_ON)
    checking.check(file)
    assert checking.counts_reversals(file.batches[0])
    assert not checking.counts_reversals(read_sample("deposit_notice_01").batches[0])


def test_the_end_of_a_statement_may_count_itself_or_not():
    file = read(changed("statement_03", 5, 2, "0000000004"), came_on=CAME_ON)
    checking.check(file)


def test_an_overdrawn_account_has_a_balance_below_nothing():
    body = changed("statement_03", 1, 114, "2" + "1" + "00000000500000")
    (batch,) = read(body, came_on=CAME_ON).batches
    assert checking.opening(batch) == -500000


def test_a_credit_without_a_reference_is_known_by_its_turn_within_the_day():
    found = list(credits_in(read(changed("deposit_notice_01", 3, 2, "000000"), came_on=CAME_ON)))
    assert [":".join(credit.key.split(":")[4:]) for credit in found] == ["000001", "#2", "000003:R"]


@pytest.mark.parametrize("case", cases(f"{FILES}.wareki6"))
def test_a_day_has_the_year_of_its_era(case):
    assert era_day(case["day"]) == case["expected"]
    assert day_of(case["expected"], near=case["day"]) == case["day"]


def test_a_day_can_have_a_western_year():
    assert era_day(date(2026, 11, 25), Years.WESTERN) == "261125"
    assert day_of("261125", near=CAME_ON, years=Years.WESTERN) == date(2026, 11, 25)


@given(st.dates(date(2016, 11, 30), date(2050, 12, 31)), st.integers(0, 3650))
def test_an_era_day_is_read_back_within_ten_years(day, later):
    near = date.fromordinal(day.toordinal() + later)
    assert day_of(era_day(day), near=near) == day


@pytest.mark.parametrize("case", cases(f"{FILES}.debit_day_year"))
def test_a_debit_day_has_the_year_nearest_to_the_file(case):
    assert month_day_of(case["mmdd"], case["file_day"]) == case["expected"]


def test_a_leap_day_that_no_near_year_has_is_refused():
    with pytest.raises(ValueError, match="no such day"):
        month_day_of("0229", date(2026, 2, 10))


@pytest.mark.parametrize("case", cases(f"{FILES}.kana"))
def test_names_are_written_half_width_with_large_kana(case):
    assert half_width(case["in"]) == case["expected"]


@pytest.mark.parametrize("text", ["青い製作所", "A&B", "Ω"])
def test_what_banks_do_not_take_is_refused(text):
    with pytest.raises(ValueError):
        half_width(text)


@pytest.mark.parametrize(
    ("name", "kana", "expected"),
    [
        ("株式会社アオイ製作所", "アオイセイサクジョ", "ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"),
        ("緑物流有限会社", "ミドリブツリュウ", "ﾐﾄﾞﾘﾌﾞﾂﾘﾕｳ(ﾕ"),
        ("株式会社アオイ", "カブシキガイシャアオイ", "ｶ)ｱｵｲ"),
        ("一般社団法人みどり", "ミドリ", "ｼﾔ)ﾐﾄﾞﾘ"),
        ("みどり屋", "ミドリヤ", "ﾐﾄﾞﾘﾔ"),
    ],
)
def test_an_account_is_named_with_the_mark_of_the_legal_form(name, kana, expected):
    assert account_name(name, kana) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ｶ)ｱｵｲｾｲｻｸｼﾞﾖ", "アオイセイサクジョ"),
        ("ｱｵｲ ｾｲｻｸｼﾞﾖ(ｶ", "株式会社アオイセイサクジョ".removeprefix("株式会社")),
        ("ｶﾌﾞｼｷｶﾞｲｼﾔｱｵｲ", "ｶ)ｱｵｲ"),
        ("ｻﾝﾌﾟﾙ(ｶ)ﾄｳｷﾖｳ", "サンプルトウキョウ"),
        ("ﾌｸ)ﾐﾄﾞﾘｶｲ", "ミドリカイ"),
        ("ｴ-ﾋﾞ-ｼ-", "エービーシー"),
    ],
)
def test_names_of_holders_are_compared_without_form_blanks_and_ways_of_writing(one, other):
    assert comparable(one) == comparable(other)


def test_a_name_that_is_only_a_mark_stays_what_it_is():
    assert comparable("(ｶ)") == comparable("(ｶ)") != ""


@pytest.mark.parametrize(
    ("debit", "says"),
    [
        (Debit(AOI, 10_000_000_000, "1"), "引落金額"),
        (Debit(AOI, 1, "K0000001"), "顧客番号"),
        (Debit(Account("9999", "001", "1", "1", "青い"), 1, "1"), "預金者名"),
    ],
)
def test_what_does_not_fit_its_field_is_not_written(debit, says):
    with pytest.raises(ValueError, match=says):
        request(US, "1234567890", date(2026, 12, 28), [debit], line_end=LineEnd.CRLF)


@given(
    st.lists(st.tuples(st.integers(1, 9_999_999_999), st.text("0123456789", min_size=1, max_size=20)), max_size=20),
    st.sampled_from(list(LineEnd)),
    st.dates(date(2020, 1, 1), date(2040, 12, 31)),
)
def test_what_is_written_is_read_back(asked, line_end, on):
    debits = [Debit(AOI, amount, payer) for amount, payer in asked]
    file = read(request(US, "1", on, debits, line_end=line_end), came_on=on)
    checking.check(file)
    (batch,) = file.batches
    assert [(row.number("amount"), row.text("payer")) for row in batch.rows] == [(a, p.zfill(20)) for a, p in asked]
    assert debit_day(batch, on) == on


def test_money_is_paid_back_by_a_file_of_transfers():
    body = transfers(US, "1", date(2026, 12, 28), [Transfer(AOI, 10000, "RF0000001")], line_end=LineEnd.CRLF)
    file = read(body, came_on=CAME_ON)
    checking.check(file)
    (batch,) = file.batches
    assert [(r.text("holder"), r.number("amount"), r.text("customer")) for r in batch.rows] == [
        ("ｶ)ｱｵｲｾｲｻｸｼﾞﾖ", 10000, "RF0000001")
    ]
    assert batch.header.text("transfer_on") == "1228"
    assert len(body) == 4 * 122
