"""Banks' files taken in and booked: whole or not at all, each once, the rest for people (G33)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from billing import banking, booking, collecting, knowing, ledger, refunding
from billing.models import BankFile, Receipt
from billing.models.allocation import Allocation
from iijiot.plans import Stale
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.billing.bank_files import DAY, credit, notification, statement
from tests.billing.owing import GEN, again, owe, pay, settled
from tests.billing.test_zengin import sample
from tests.factories import CustomerFactory, ManagementUnitFactory
from tests.factories.payments import BankAccountFactory, PayerSignFactory, ReceiptFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

TODAY = date(2026, 12, 29)
DUE = date(2026, 12, 28)
AOI, MIDORI = "ｶ)ｱｵｲｾｲｻｸｼﾖ", "ﾐﾄﾞﾘﾌﾞﾂﾘﾕｳ(ﾕ"


@pytest.fixture(autouse=True)
def account():
    """Our account; and afterwards the ledger must add up (X05)."""
    yield BankAccountFactory()
    assert list(ledger.check()) == []
    assert ledger.statement().difference == 0


@pytest.fixture
def aoi(aois_company):
    return aois_company


@pytest.fixture
def midori():
    company = CustomerFactory(name="緑物流有限会社", name_kana="ミドリブツリュウ")
    ManagementUnitFactory(customer=company)
    return company


def take_in(body: bytes, today: date = TODAY) -> BankFile:
    return banking.take_in("furikomi.txt", body, today=today, actor=GEN)


def book(body: bytes, today: date = TODAY) -> BankFile:
    """Take a file in and book it as it is shown."""
    return booking.book(booking.plan_booking(take_in(body, today), today=today), actor=GEN)


@pytest.mark.clause("G33")
def test_a_name_and_an_exact_amount_pay_the_invoice(aoi, midori):
    one, other = owe(aoi, 110_000, DUE), owe(midori, 55_000, DUE)
    file = book(notification(credit(110_000, AOI), credit(55_000, MIDORI)))
    assert settled(one, other) == [("paid", 110_000), ("paid", 55_000)]
    assert (file.state, file.booked, file.to_match, file.amount) == ("booked", 2, 0, 165_000)
    receipt = Receipt.objects.get(customer=aoi)
    assert (receipt.source, receipt.value_on, receipt.entered_on, receipt.file) == ("transfer", DAY, TODAY, file)
    assert set(Allocation.objects.values_list("how", flat=True)) == {"exact"}


@pytest.mark.clause("G33")
def test_the_sample_file_is_booked_with_what_nobody_knows_left_to_people(aoi):
    """Its 109,560 of 110,000 lack the bank's fee, which is the payer's cost (Civil Code 485)."""
    paid = owe(aoi, 1_000_000, DUE, number="O2026120")
    file = book(sample("deposit_notice_01"))
    assert settled(paid) == [("issued", 0)], "another kana of the name, and no number of ours"
    assert (file.booked, file.to_match, len(file.left_out)) == (2, 2, 1)
    assert file.left_out[0]["amount"] == 5_000
    assert list(Receipt.objects.order_by("pk").values_list("amount", "state")) == [
        (1_000_000, "unmatched"),
        (109_560, "unmatched"),
    ]


@pytest.mark.clause("G33")
def test_the_invoice_that_the_payer_names_is_paid_whatever_the_name(aoi):
    old, new = owe(aoi, 110_000, date(2026, 11, 30)), owe(aoi, 110_000, DUE, number="O0000017")
    book(notification(credit(110_000, "ﾎｶﾉﾅﾏｴ", edi="O-0000017")))
    assert settled(old, new) == [("issued", 0), ("paid", 110_000)]
    assert Allocation.objects.get().how == "named"


@pytest.mark.clause("G33")
def test_an_invoice_that_is_paid_twice_makes_a_credit_of_its_payer(aoi):
    owe(aoi, 110_000, DUE, number="O0000017")
    pay(aoi, 110_000, DUE)
    book(notification(credit(110_000, "ﾎｶﾉﾅﾏｴ", edi="O0000017")))
    assert Receipt.objects.with_credit().get().customer == aoi


@pytest.mark.clause("G33")
@pytest.mark.parametrize(
    ("where", "row"),
    [
        ("payer-code", {"payer_code": "7000001", "payer": "ﾀﾞﾚｶ"}),
        ("payer-head", {"payer": "7000001 ﾀﾞﾚｶ"}),
        ("edi", {"payer": "ﾀﾞﾚｶ", "edi": "7000001"}),
    ],
)
def test_a_virtual_account_stands_where_each_bank_writes_it(aoi, account, where, row):
    configure(account, virtual_in=where)
    PayerSignFactory(customer=aoi, value="7000001")
    invoice = owe(aoi, 110_000, DUE)
    book(notification(credit(50_000, **row)))
    assert settled(invoice) == [("partly-paid", 50_000)]
    assert Allocation.objects.get().how == "payer"


def configure(account, **values):
    with chapter(actor=GEN):
        for name, value in values.items():
            setattr(account, name, value)
        account.save()


@pytest.mark.clause("G33")
def test_a_statement_books_what_came_in_and_leaves_out_what_went_out(aoi, account):
    configure(account, credits_from="03")
    invoice = owe(aoi, 110_000, DUE)
    file = book(statement(credit(110_000, AOI, remark="ﾌﾘｺﾐ"), credit(3_000, way="2", remark="ﾃｽｳﾘﾖｳ")))
    assert settled(invoice) == [("paid", 110_000)]
    assert (file.count, file.amount, file.booked) == (1, 110_000, 1)


@pytest.mark.clause("G33")
def test_the_same_file_twice_changes_nothing(aoi):
    owe(aoi, 110_000, DUE)
    body = notification(credit(110_000, AOI))
    first = book(body)
    with pytest.raises(ValidationError, match=first.number):
        take_in(body)
    with pytest.raises(RuleViolation):
        booking.plan_booking(first, today=TODAY)
    assert Receipt.objects.count() == 1


@pytest.mark.clause("G33")
def test_an_entry_in_two_files_is_booked_once(aoi):
    owe(aoi, 110_000, DUE)
    book(notification(credit(110_000, AOI)))
    file = book(notification(credit(110_000, AOI), credit(1_000, "ﾍﾞﾂﾉﾋﾄ")))
    assert (file.booked, file.there_before, Receipt.objects.count()) == (1, 1, 2)


@pytest.mark.clause("G33")
def test_equal_entries_without_references_are_told_apart_by_their_turn(aoi):
    first, second = owe(aoi, 110_000, DUE), owe(aoi, 110_000, date(2027, 1, 4))
    rows = [credit(110_000, AOI, reference="000000"), credit(110_000, AOI, reference="000000")]
    assert book(notification(*rows)).booked == 2
    assert settled(first, second) == [("paid", 110_000), ("paid", 110_000)]
    again_with_one_more = notification(*rows, credit(5, "ﾀﾞﾚｶ", reference="000000"))
    assert book(again_with_one_more).booked == 1


@pytest.mark.clause("G33", "G35.1")
def test_a_reversal_takes_the_payment_back_and_is_never_a_negative_one(aoi):
    invoice = owe(aoi, 110_000, DUE)
    book(notification(credit(110_000, AOI)))
    file = book(notification(credit(110_000, AOI, reversal="1"), first=9), today=date(2026, 12, 30))
    assert settled(invoice) == [("overdue", 0)]
    assert (Receipt.objects.get().state, file.booked, file.left_out) == ("reversed", 0, [])
    assert book(notification(credit(110_000, AOI, reversal="1"), credit(1, "ﾀﾞﾚｶ"), first=9)).there_before == 1


@pytest.mark.clause("G33")
def test_a_reversal_is_known_from_its_credit_although_it_bears_the_same_reference(aoi):
    invoice = owe(aoi, 110_000, DUE)
    book(notification(credit(110_000, AOI)))
    file = book(notification(credit(110_000, AOI, reversal="1")), today=date(2026, 12, 30))
    assert settled(invoice) == [("overdue", 0)]
    assert (Receipt.objects.get().state, file.there_before, file.left_out) == ("reversed", 0, [])
    both = notification(
        credit(110_000, AOI, reference="000001"), credit(110_000, AOI, reference="000001", reversal="1")
    )
    assert book(both).there_before == 2


@pytest.mark.clause("G33")
def test_a_reversal_of_what_was_paid_back_is_left_to_people_and_the_rest_is_booked(aoi):
    owe(aoi, 110_000, DUE)
    book(notification(credit(110_000, AOI)))
    collecting.undo(Receipt.objects.get(), because="過入金", today=TODAY, actor=GEN)
    refunding.order(
        aoi, amount=10_000, reason="過入金", today=TODAY, actor=GEN, bank="9999", bank_name="ﾃｽﾄ", branch="001",
        branch_name="ﾎﾝﾃﾝ", account_kind="1", account="1234567", holder="ｱｵｲ",
    )  # fmt: skip
    file = book(notification(credit(110_000, AOI, reversal="1"), credit(77, "ﾀﾞﾚｶ"), first=5), today=date(2026, 12, 30))
    assert (file.state, file.booked, [left["amount"] for left in file.left_out]) == ("booked", 1, [110_000])
    assert list(Receipt.objects.order_by("pk").values_list("amount", "state")) == [
        (110_000, "matched"),
        (77, "unmatched"),
    ]


@pytest.mark.clause("G33")
def test_a_file_takes_back_what_paid_an_invoice_that_was_written_off_since(aoi):
    invoice = owe(aoi, 160_000, DUE, number="O0000017")
    book(notification(credit(110_000, AOI, edi="O0000017")))
    collecting.write_off(again(invoice), because="破産手続の終了", actor=GEN)
    file = book(notification(credit(110_000, AOI, reversal="1"), first=5), today=date(2026, 12, 30))
    assert (settled(invoice), file.left_out) == ([("written-off", 0)], [])


@pytest.mark.clause("G33")
def test_a_reversal_in_the_same_file_cancels_its_entry(aoi):
    invoice = owe(aoi, 110_000, DUE)
    file = book(notification(credit(110_000, AOI), credit(110_000, AOI, reversal="1")))
    assert (settled(invoice), file.booked, file.to_match, file.left_out) == ([("issued", 0)], 1, 0, [])
    assert Receipt.objects.get().state == "reversed"


@pytest.mark.clause("G33")
def test_a_payment_short_by_more_than_nothing_waits_for_people_with_suggestions(aoi, midori):
    owe(midori, 110_000, DUE)
    owe(aoi, 7, DUE)
    book(notification(credit(109_560, MIDORI)))
    (suggested,) = knowing.suggestions(Receipt.objects.get())
    assert (suggested.customer, suggested.owed, suggested.rest) == (midori, 440, 0)
    assert "bank's fee" in str(suggested.why)


def test_suggestions_name_who_owes_exactly_so_much_and_who_has_a_like_name(aoi, midori):
    owe(aoi, 110_000, DUE)
    owe(midori, 5, DUE)
    found = knowing.suggestions(ReceiptFactory(payer="ﾐﾄﾞﾘﾌﾞﾂﾘﾕｳﾎｸﾘｸ", amount=110_000))
    assert [(s.customer, s.rest, s.owed) for s in found] == [(aoi, 0, 0), (midori, 109_995, 0)]
    assert "exactly this amount" in str(found[0].why)
    assert "begins in the same way" in str(found[1].why)


@pytest.mark.clause("G33")
def test_a_payment_for_what_was_written_off_says_so(aoi, midori):
    lost = owe(aoi, 110_000, DUE)
    owe(midori, 5, DUE)
    collecting.write_off(again(lost), because="破産手続の終了", actor=GEN)
    (_of_the_name, exact) = knowing.suggestions(ReceiptFactory(payer=MIDORI, amount=110_000))
    (named,) = knowing.suggestions(ReceiptFactory(payer="ﾀﾞﾚｶ", amount=3, edi=lost.number))
    assert [exact.customer, named.customer] == [aoi, aoi]
    assert all(f"{lost.number}, which was written off" in str(found.why) for found in (exact, named))
    receipt = ReceiptFactory(payer="ﾀﾞﾚｶ", amount=3)
    assert knowing.given_up(receipt) == []
    collecting.match(receipt, aoi, today=TODAY, actor=GEN)
    assert knowing.given_up(again(receipt)) == [lost]
    collecting.take_up_again(again(lost), because="配当", today=TODAY, actor=GEN)
    collecting.use(again(receipt), today=TODAY, actor=GEN)
    assert settled(lost) == [("overdue", 3)]
    assert knowing.given_up(again(receipt)) == []


def test_a_payment_of_a_stranger_has_no_suggestions(aoi):
    assert knowing.suggestions(ReceiptFactory(payer="", amount=3)) == []


@pytest.mark.clause("G33")
def test_two_customers_of_one_name_who_owe_the_same_are_left_to_people(aoi):
    namesake = CustomerFactory()
    invoices = [owe(aoi, 110_000, DUE), owe(namesake, 110_000, DUE)]
    assert book(notification(credit(110_000, AOI))).to_match == 1
    assert settled(*invoices) == [("issued", 0), ("issued", 0)]
    assert [s.customer for s in knowing.suggestions(Receipt.objects.get())] == [aoi, namesake]


@pytest.mark.clause("G33")
def test_what_was_learned_from_a_person_matches_the_next_time(aoi):
    first, second = owe(aoi, 110_000, DUE), owe(aoi, 110_000, date(2027, 1, 29))
    book(notification(credit(110_000, "ｱｵｲｼﾖｳｼﾞ(ｶ")))
    collecting.match(Receipt.objects.get(), aoi, today=TODAY, actor=GEN, learns=True)
    book(notification(credit(110_000, "ｱｵｲｼﾖｳｼﾞ(ｶ"), first=2))
    assert settled(first, second) == [("paid", 110_000), ("paid", 110_000)]


@pytest.mark.clause("G33")
def test_what_is_booked_is_what_was_shown(aoi):
    owe(aoi, 110_000, DUE)
    plan = booking.plan_booking(take_in(notification(credit(110_000, AOI))), today=TODAY)
    assert (len(plan.matched), len(plan.to_match), plan.amount) == (1, 0, 110_000)
    pay(aoi, 110_000, DUE)
    with pytest.raises(Stale) as moved:
        booking.book(plan, actor=GEN)
    assert len(moved.value.now.to_match) == 1
    assert again(plan.file).state == "checked"


@pytest.mark.clause("G33")
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no file of the banks' kinds"),
        (notification(credit(1, "A"))[:-202], "cut off"),
        (notification(credit(1, "A"), account="7654321"), "not on record"),
        (statement(credit(1, "A")), "files of the other kind"),
        (sample("debit_request"), "request for debits"),
    ],
    ids=["nothing", "cut off", "another account", "statement", "request"],
)
def test_what_cannot_be_booked_is_not_taken_in(body, says):
    with pytest.raises(ValidationError, match=says):
        take_in(body)
    assert not BankFile.objects.exists()


def test_a_file_is_called_off_and_can_be_taken_in_again(aoi):
    body = notification(credit(110_000, AOI))
    file = take_in(body)
    banking.call_off(file, because="別の月のファイル", actor=GEN)
    assert again(file).state == "called-off"
    assert take_in(body).state == "checked"


@pytest.mark.clause("G33")
def test_a_western_year_is_read_where_the_bank_writes_one(aoi, account):
    configure(account, years="western")
    owe(aoi, 110_000, DUE)
    body = notification(credit(110_000, AOI)).replace(b"081228", b"261228")
    book(body)
    assert Receipt.objects.get().value_on == DAY


def test_a_file_of_many_entries_is_booked_in_as_many_statements_as_one(django_assert_max_num_queries):
    rows = []
    for place in range(8):
        company = CustomerFactory(name_kana=f"カイシャ{'アイウエオカキク'[place]}")
        owe(company, 1_000 + place, DUE)
        rows.append(credit(1_000 + place, f"ｶ)ｶｲｼﾔ{'ｱｲｳｴｵｶｷｸ'[place]}"))
    file = take_in(notification(*rows))
    plan = booking.plan_booking(file, today=TODAY)
    assert len(plan.matched) == 8
    with django_assert_max_num_queries(75):
        booking.book(plan, actor=GEN)
