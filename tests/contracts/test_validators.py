"""Notice addresses and readings of names."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from contracts.validators import MailList, clean_kana, is_refused_domain, validate_kana, validate_notice_address
from tests.vectors import cases, group

REFUSED_AS_MALFORMED = "taro@example"


def refusal_of(address: str, **lists) -> ValidationError | None:
    try:
        validate_notice_address(address, **lists)
    except ValidationError as refusal:
        return refusal
    return None


@pytest.mark.clause("G12.2.1", "G42.2.3")
@pytest.mark.parametrize("case", cases("legal.mail_domains"))
def test_free_carrier_and_throw_away_mail_is_refused_as_notice_address(case):
    listed = is_refused_domain(case["address"].rpartition("@")[2])
    assert (listed is not None) is case["refused"]
    if case["address"] != REFUSED_AS_MALFORMED:
        refusal = refusal_of(case["address"])
        assert (refusal.code if refusal else None) == ("G12.2.1" if case["refused"] else None)


@pytest.mark.clause("G12.2.1")
@pytest.mark.parametrize(
    ("domain", "listed"),
    [
        ("yahoo.co.jp", MailList.FREE),
        ("livedoor.com", MailList.FREE),
        ("docomo.ne.jp", MailList.CARRIER),
        ("i.softbank.jp", MailList.CARRIER),
        ("t.vodafone.ne.jp", MailList.CARRIER),
        ("mailinator.com", MailList.DISPOSABLE),
        ("GMAIL.COM.", MailList.FREE),
        ("gmail.com.example.co.jp", None),
        ("nifty.com", None),
        ("goo.ne.jp", None),
        ("softbank.jp", None),
        ("日本語.jp", None),
    ],
)
def test_the_list_that_refuses_is_told(domain, listed):
    assert is_refused_domain(domain) == listed


@pytest.mark.clause("G12.2.1")
@pytest.mark.parametrize(
    "address",
    [
        "taro@example",
        "taro",
        "",
        "@example.co.jp",
        "taro@",
        "taro@example..jp",
        "ta ro@example.co.jp",
        "taro@" + "a" * 64 + ".jp",
    ],
)
def test_what_is_no_address_is_refused_with_another_sentence(address):
    refusal = refusal_of(address)
    assert refusal is not None
    with override("en"):
        assert (refusal.code, refusal.message) == ("G12.2.1", "Enter an e-mail address such as info@example.co.jp.")


@pytest.mark.clause("G12.2.1")
@pytest.mark.parametrize("address", ["info@example.co.jp", " info@example.co.jp ", "info@例え.jp"])
def test_an_address_of_a_companys_own_domain_is_taken(address):
    assert refusal_of(address) is None


@pytest.mark.clause("G12.2.1")
def test_staff_can_refuse_a_domain_and_what_is_below_it():
    assert is_refused_domain("ocn.ne.jp", refused=["OCN.ne.jp"]) == MailList.STAFF
    assert is_refused_domain("plum.ocn.ne.jp", refused=["ocn.ne.jp"]) == MailList.STAFF
    refusal = refusal_of("taro@ocn.ne.jp", refused=["ocn.ne.jp"])
    assert refusal is not None
    assert "ocn.ne.jp" in refusal.messages[0]


@pytest.mark.clause("G12.2.1")
def test_what_staff_allow_wins_over_every_list():
    assert is_refused_domain("docomo.ne.jp", allowed=["docomo.ne.jp"]) is None
    assert is_refused_domain("sub.gmail.com", refused=["gmail.com"], allowed=["Gmail.com."]) is None
    assert refusal_of("taro@docomo.ne.jp", allowed=["docomo.ne.jp"]) is None


@given(label=st.from_regex(r"[a-z][a-z0-9]{0,20}", fullmatch=True))
def test_only_a_dot_puts_a_domain_below_another(label):
    assert is_refused_domain(f"{label}.docomo.ne.jp") == MailList.CARRIER
    assert is_refused_domain(f"{label}docomo.ne.jp") is None


def test_the_vectors_say_how_domains_are_compared():
    assert "NFKC, lower, IDNA" in group("legal.mail_domains.rule")


@pytest.mark.clause("G12.1")
@pytest.mark.parametrize("reading", ["ヤマダ タロウ", "アイアイジェイ", "サンプル・コウギョウ", "ヴィーナス"])
def test_a_reading_is_written_in_katakana(reading):
    validate_kana(reading)


@pytest.mark.clause("G12.1")
@pytest.mark.parametrize("reading", ["", "山田", "やまだ", "ﾔﾏﾀﾞ", "YAMADA", "ヤマダ  タロウ", " ヤマダ", "ー1"])
def test_any_other_reading_is_refused_under_its_clause(reading):
    with pytest.raises(ValidationError) as refusal:
        validate_kana(reading)
    assert refusal.value.code == "G12.1"


@pytest.mark.clause("G12.1")
@pytest.mark.parametrize(
    "typed", ["やまだ　たろう", "ﾔﾏﾀﾞ ﾀﾛｳ", " ヤマダ　 タロウ "], ids=["hiragana", "half width", "padded"]
)
def test_hiragana_and_half_width_are_turned_into_katakana(typed):
    assert clean_kana(typed) == "ヤマダ タロウ"
