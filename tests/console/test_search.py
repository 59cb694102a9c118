"""U06: the search box: names, kana and numbers however they are typed, the right hit first, by index alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts.models import Customer
from iijiot.console.search import searchers
from iijiot.searching import Query
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    CustomerFactory,
    ExternalSubscriptionFactory,
    ManagementUnitFactory,
    NoticeFactory,
    TerminationFactory,
    UserFactory,
)
from tests.house.console import as_superuser, logged_in, page

NAMES = {
    "hanko": ("株式会社はんこ堂", "ハンコドウ", "03-1234-5678"),
    "kita": ("北野電機工業株式会社", "キタノデンキコウギョウ", "011-222-3333"),
    "abc": ("ＡＢＣセンサー合同会社", "エービーシーセンサー", "0120-000-111"),
    "minami": ("(株)南測器", "ミナミソッキ", "098-765-4321"),
}
TYPED = [
    ("株式会社はんこ堂", "hanko"), ("はんこ堂", "hanko"), ("ハンコドウ", "hanko"), ("はんこどう", "hanko"),
    ("ﾊﾝｺﾄﾞｳ", "hanko"), ("はんこ", "hanko"), ("こ堂", "hanko"), ("㈱はんこ堂", "hanko"), ("0312345678", "hanko"),
    ("03-1234-5678", "hanko"), ("０３－１２３４－５６７８", "hanko"), ("北野電機", "kita"), ("北野電機工業", "kita"),
    ("電機工業株式会社", "kita"), ("きたの", "kita"), ("キタノデンキ", "kita"), ("011 222 3333", "kita"), ("abc", "abc"),
    ("ABCセンサー", "abc"), ("ａｂｃ", "abc"), ("ABC センサー", "abc"), ("合同会社ABCセンサー", "abc"), ("南測器", "minami"),
    ("株式会社南測器", "minami"), ("みなみ", "minami"), ("ミナミソッキ", "minami"), ("測器", "minami"),
    ("(098)765-4321", "minami"),
]  # fmt: skip


@pytest.fixture
def found(db):
    """The customers of the table, and a browser."""
    made = {key: CustomerFactory(name=name, name_kana=kana, phone=phone) for key, (name, kana, phone) in NAMES.items()}
    return made, as_superuser()


def first(browser, typed):
    """Where Enter leads: at once, or the first of the results."""
    answer = browser.get(reverse("search"), {"q": typed})
    if answer.status_code == 302:
        return answer.url
    hits = answer.context["hits"]
    return hits[0][1].url if hits else None


def test_what_people_type_finds_the_customer_first(found):
    made, browser = found
    for number, (typed, key) in enumerate(TYPED, 1):
        assert first(browser, typed) == page(made[key], "change"), f"{number}: {typed}"
    for customer in made.values():
        for typed in (customer.number, customer.corporate_number, customer.notice_email.upper()):
            assert first(browser, typed) in (page(customer, "change"), page(made["hanko"], "change"))
    print(f"{len(TYPED) + 12} queries, the right hit first")


@pytest.mark.parametrize(
    "made",
    [
        ContractFactory, ApplicationFactory, ManagementUnitFactory, NoticeFactory, ExternalSubscriptionFactory,
        lambda: TerminationFactory(contract=ContractFactory()),
    ],
)  # fmt: skip
def test_a_number_opens_its_record_at_once_however_it_is_typed(db, made):
    record, browser = made(), as_superuser()
    prefix, tail = record.number[0], record.number[1:].lstrip("0")
    wide = record.number.translate({ord(c): ord(c) + 0xFEE0 for c in "CKAMNXE0123456789"})
    for typed in (
        record.number,
        record.number.lower(),
        f"{prefix}{tail}",
        f"{prefix}-{tail}",
        wide,
        f" {record.number} ",
    ):
        assert first(browser, typed) == page(record, "change"), typed
    assert page(record, "change") in [
        hit.url for _kind, hit in browser.get(reverse("search"), {"q": tail, "part": "1"}).context["hits"]
    ]


def test_a_reference_of_another_contract_is_found_in_any_case(db):
    held = ExternalSubscriptionFactory(reference="PB-00123a")
    assert first(as_superuser(), "pb00123A") is None, "only the whole reference"
    held2 = ExternalSubscriptionFactory(reference="PB00123A")
    assert first(as_superuser(), "pb-00123a") == page(held2, "change")
    assert held != held2


@pytest.mark.parametrize(
    "typed", ["", " ", "　", "\0", "x" * 10_000, "%", "_", "'; --", "名\0", "\ud800", "９" * 500, "K99999999999"]
)
def test_nonsense_finds_nothing_and_breaks_nothing(found, typed):
    _made, browser = found
    answer = browser.get(reverse("search"), {"q": typed.encode("utf-8", "replace")})
    assert answer.status_code == 200
    assert answer.context["hits"] == []


def test_bad_utf_8_breaks_nothing(found):
    assert found[1].get(reverse("search") + "?q=%ff%fe").status_code == 200


def test_only_what_one_may_see_is_found(found, hana):
    made, _browser = found
    assert logged_in(hana).get(reverse("search"), {"q": made["kita"].number}).context["hits"] == []


def test_users_are_found_by_who_manages_them_alone(db, ben):
    user = UserFactory(login_id="yamada01", name="山田 いち")
    assert first(as_superuser(), "yamada") == page(user, "change")
    assert first(logged_in(ben), "yamada") is None


def test_the_list_under_the_box_has_the_same_hits(found):
    made, browser = found
    part = browser.get(reverse("search"), {"q": "北野", "part": "1"}).content.decode()
    assert f'data-url="{page(made["kita"], "change")}"' in part
    assert "<html" not in part


LOOKED_UP_BY = {"contracts.view_customer": 7, "sims.view_line": 2}
"""Registers that are asked more than once: customers by each kind of number and name, lines by how many begin alike."""


@pytest.mark.parametrize("typed", ["北野電機", "K0000123", "123", "0312345678", "pb-1", "a@example.jp"])
def test_every_search_goes_by_index(db, typed):
    """With sequential scans forbidden no plan has one left: there is an index for every look-up."""
    query = Query(typed)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as captured:
        for searcher in searchers():
            before = len(captured)
            list(searcher.find(query))
            assert len(captured) - before <= LOOKED_UP_BY.get(searcher.permission, 1), searcher.kind
    looked_up = [
        told["sql"] for told in captured if told["sql"].startswith("SELECT") and "iijiot_user" not in told["sql"]
    ]
    for sql in looked_up:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
            plan = "\n".join(row[0] for row in cursor.fetchall())
        scanned = [line for line in plan.splitlines() if "Seq Scan on" in line]
        assert not scanned, f"{sql}\n{plan}"


def test_the_forms_for_searching_follow_the_name(db):
    customer = CustomerFactory(name="株式会社 はんこ堂")
    assert Customer.objects.get(pk=customer.pk).search_name == "ハンコ堂"
