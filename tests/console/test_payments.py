"""Money at the console: a file of the bank from its arrival to its booking, the queue of payments, debits, what is owed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing import collecting
from billing.models import Allocation, BankFile, Mandate, PayerSign, Receipt, Refund
from contracts.models import Notice
from iijiot import file_store
from iijiot.models import AccessEvent
from tests.billing.bank_files import credit, notification
from tests.billing.owing import GEN, again, owe, pay
from tests.console.conftest import what_was_shown
from tests.console.payments import (
    ACCOUNT,
    TODAY,
    company,
    debits_to_make,
    file_to_book,
    long_overdue,
    receipt_in_use,
    split_debt,
    split_of,
    with_credit,
)
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.payments import BankAccountFactory, BankFileFactory, ReceiptFactory
from tests.house.console import as_superuser, logged_in, page, with_all_but

pytestmark = pytest.mark.django_db


@pytest.fixture
def billing(gen):
    """Gen's browser."""
    return logged_in(gen)


@pytest.fixture
def lead(emi):
    """Emi's browser."""
    return logged_in(emi)


def upload(body: bytes, name: str = "furikomi.txt") -> dict:
    return {"file": SimpleUploadedFile(name, body), "step": "confirm"}


def test_a_file_goes_from_the_bank_into_the_books(billing, press):
    account, customer = BankAccountFactory(), CustomerFactory()
    invoice = owe(customer, 110_000, TODAY)
    body = notification(credit(110_000, "ｶ)ｱｵｲｾｲｻｸｼﾖ"), credit(1_000, "ﾀﾞﾚｶ"))
    answer = billing.post(page(account, "do", "take-in-file"), upload(body))
    file = BankFile.objects.get()
    assert answer.url == page(file, "change")
    shown = billing.get(answer.url).content.decode()
    assert "111,000円" in shown
    assert "担当者の確認待ち" in shown
    assert press(file, "book-file", browser=billing, confirmed=True).status_code == 302
    assert (again(file).state, again(invoice).state) == ("booked", "paid")
    listed = billing.get("/console/billing/receipt/?queue=to-match").content.decode()
    assert "ﾀﾞﾚｶ" in listed
    home = billing.get("/console/").content.decode()
    assert Receipt.objects.to_match().get().number in home


def test_a_file_is_not_booked_as_nobody_was_shown_it(billing, press):
    """A payment that was entered by hand meanwhile changes what the file pays: it is shown anew."""
    account, customer = BankAccountFactory(), CustomerFactory()
    invoice = owe(customer, 110_000, TODAY)
    billing.post(page(account, "do", "take-in-file"), upload(notification(credit(110_000, "ｶ)ｱｵｲｾｲｻｸｼﾖ"))))
    file = BankFile.objects.get()
    opened = billing.get(page(file, "do", "book-file"))
    shown = what_was_shown(opened)
    pay(customer, 110_000, TODAY)
    moved = billing.post(page(file, "do", "book-file"), {"step": "confirm", **shown})
    assert (moved.status_code, again(file).state) == (200, "checked")
    assert press(file, "book-file", browser=billing, confirmed=True).status_code == 302
    assert (again(file).state, again(file).to_match, again(invoice).settled) == ("booked", 1, 110_000)


def test_what_is_wrong_with_a_file_is_said_and_nothing_kept(billing):
    account = BankAccountFactory()
    body = notification(credit(110_000, "ｱｵｲ"))
    wrong = body.replace(b"0000110000", b"0000110001", 1)
    for sent, says in [(wrong, "振込"), (b"a,b\r\n", "全銀"), (body[:-202], "途中")]:
        told = billing.post(page(account, "do", "take-in-file"), upload(sent)).content.decode()
        assert says in told
    assert not BankFile.objects.exists()


def test_the_same_file_is_refused_with_the_number_of_the_first(billing):
    account = BankAccountFactory()
    body = notification(credit(110_000, "ｱｵｲ"))
    billing.post(page(account, "do", "take-in-file"), upload(body))
    told = billing.post(page(account, "do", "take-in-file"), upload(body)).content.decode()
    assert BankFile.objects.get().number in told


def test_a_payment_is_matched_by_following_a_suggestion(billing, press):
    customer = company()
    invoice = owe(customer, 110_000, TODAY)
    receipt = ReceiptFactory(payer="ﾍﾞﾂﾉﾅﾏｴ", amount=110_000, value_on=TODAY, booked_on=TODAY, entered_on=TODAY)
    shown = billing.get(page(receipt, "change"))
    link = f"{page(receipt, 'do', 'match-receipt')}?customer={customer.number}"
    assert link in shown.content.decode()
    assert customer.number in billing.get(link).content.decode()
    press(receipt, "match-receipt", browser=billing, confirmed=True, customer=customer.number, learns="on")
    assert (again(receipt).state, again(invoice).state) == ("matched", "paid")
    assert PayerSign.objects.get().value == "ﾍﾞﾂﾉﾅﾏｴ"
    assert invoice.number in billing.get(page(receipt, "change")).content.decode()


def test_money_left_over_leads_to_what_was_written_off(billing):
    customer = company()
    lost = owe(customer, 110_000, TODAY)
    collecting.write_off(again(lost), because="破産手続の終了", actor=GEN)
    receipt = pay(customer, 1_000, TODAY)
    shown = billing.get(page(receipt, "change")).content.decode()
    assert page(lost, "change") in shown
    assert "貸倒処理済み" in shown


def test_the_invoice_named_is_paid_and_an_unknown_number_is_refused(billing, press):
    customer = company()
    _old, new = owe(customer, 110_000, TODAY), owe(customer, 110_000, TODAY)
    receipt = ReceiptFactory(value_on=TODAY, booked_on=TODAY, entered_on=TODAY)
    refused = press(receipt, "match-receipt", browser=billing, customer=customer.number, invoices="O9999999")
    assert "O9999999" in str(refused.context["form"].errors["invoices"])
    press(receipt, "match-receipt", browser=billing, confirmed=True, customer=customer.number, invoices=new.number)
    assert Allocation.objects.get().invoice == new


def test_a_customers_page_shows_credit_payments_and_what_follows(billing, lead, press):
    customer = with_credit()
    assert "10,000円" in lead.get(page(customer, "change")).content.decode()
    answer = press(customer, "order-refund", browser=lead, confirmed=True, amount="4000", reason="過払い", **ACCOUNT)
    assert answer.status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount, refund.holder, refund.bank_name) == (4_000, "ｶ)ｱｵｲ", "ﾃｽﾄ")
    assert refund.number in lead.get("/console/").content.decode()
    refused = press(customer, "order-refund", browser=lead, amount="6001", reason="過払い", **ACCOUNT)
    assert "6,000" in str(refused.context["form"].non_field_errors())
    press(
        customer, "request-mandate", browser=billing, confirmed=True, creditor=BankAccountFactory().pk,
        requested_on="2026-11-24", **ACCOUNT,
    )  # fmt: skip
    assert Mandate.objects.get().state == "requested"
    wrong = press(
        customer, "request-mandate", browser=billing, creditor=BankAccountFactory().pk, requested_on="2026-11-24",
        **{**ACCOUNT, "holder": "青井", "bank": "12"},
    )  # fmt: skip
    assert {"holder", "bank"} <= set(wrong.context["form"].errors)


def test_who_may_not_pay_back_sees_no_button(billing):
    customer = with_credit()
    assert billing.get(page(customer, "do", "order-refund")).status_code == 403


def test_debits_are_asked_for_as_shown_and_the_file_goes_to_the_bank(billing, press):
    account = debits_to_make()
    shown = press(account, "make-debits", browser=billing, on="2026-12-28")
    assert "3,000円" in shown.content.decode()
    press(account, "make-debits", browser=billing, confirmed=True, on="2026-12-28")
    file = BankFile.objects.get()
    assert (file.state, file.amount) == ("made", 3_000)
    body = b"".join(billing.get(page(file, "bytes")).streaming_content)
    assert body.startswith(b"1910")
    assert AccessEvent.objects.filter(kind="exported").count() == 1
    press(file, "send-file", browser=billing, confirmed=True)
    assert again(file).state == "sent"


def test_the_dialog_proposes_the_first_day_that_the_bank_still_takes(billing):
    account = debits_to_make()
    assert str(billing.get(page(account, "do", "make-debits")).context["form"]["on"].value()) == "2026-12-04"


def test_the_bytes_are_for_whoever_may_book_and_a_lost_file_is_told(billing):
    file = file_to_book()
    assert with_all_but("billing.book_bankfile").get(page(file, "bytes")).status_code == 403
    assert billing.post(page(file, "bytes")).status_code == 405
    file_store.drop(file.stored_as)
    assert billing.get(page(file, "bytes")).status_code == 302
    assert billing.get(page(file, "change")).status_code == 200
    assert "バックアップ" in billing.get(page(file, "do", "book-file")).content.decode()


def test_the_bytes_of_no_file_are_not_found(billing):
    assert billing.get(reverse("admin:billing_bankfile_bytes", args=[999_999])).status_code == 404


def test_what_is_owed_is_shown_by_age(billing):
    invoice = long_overdue()
    owe(invoice.customer, 7, TODAY)
    shown = billing.get(reverse("admin:billing_reminder_ageing"))
    text = shown.content.decode()
    assert "1,000,000円" in text
    assert "1,000,007円" in text
    blind = with_all_but("billing.view_reminder", "billing.change_reminder")
    assert blind.get(reverse("admin:billing_reminder_ageing")).status_code == 403
    assert billing.post(reverse("admin:billing_reminder_ageing")).status_code == 405


@pytest.mark.clause("G26.1.1")
def test_f06_home_proposes_the_contract_in_arrears_and_its_page_says_what_is_overdue(lead, press):
    contract = ContractFactory()
    owe(contract.customer, 110_000, TODAY.replace(day=1), contract=contract, state="overdue")
    other = ContractFactory(data_storage=True, customer=contract.customer, management_unit=contract.management_unit)
    home = lead.get("/console/?kind=arrears").content.decode()
    assert contract.number in home
    assert other.number not in home
    assert "110,000円" in lead.get(page(contract, "change")).content.decode()
    answer = press(
        contract, "suspend", browser=lead, confirmed=True, extent="stop", cause="G26.1.1", begins_on="2026-12-01",
        begins_time="00:00", reason="未払い", period="お支払いの確認まで",
    )  # fmt: skip
    assert answer.status_code == 302
    refused = press(
        other, "suspend", browser=lead, extent="stop", cause="G26.1.1", begins_on="2026-12-01",
        begins_time="00:00", reason="未払い", period="お支払いの確認まで",
    )  # fmt: skip
    assert "おそれ" in str(refused.context["form"].non_field_errors())


@pytest.mark.clause("G26.2")
def test_matching_a_payment_shows_the_letter_by_which_the_suspension_is_withdrawn(lead, press):
    contract = ContractFactory()
    owe(contract.customer, 110_000, TODAY.replace(day=1), contract=contract, state="overdue")
    press(
        contract, "suspend", browser=lead, confirmed=True, extent="stop", cause="G26.1.1", begins_on="2026-12-01",
        begins_time="00:00", reason="未払い", period="お支払いの確認まで",
    )  # fmt: skip
    receipt = ReceiptFactory(value_on=TODAY, booked_on=TODAY, entered_on=TODAY)
    shown = press(receipt, "match-receipt", browser=lead, customer=contract.customer.number)
    assert [letter.kind for letter in shown.context["outcome"].letters] == ["suspension-withdrawn"]
    press(receipt, "match-receipt", browser=lead, confirmed=True, customer=contract.customer.number)
    assert Notice.objects.filter(kind="suspension-withdrawn").count() == 1


def test_the_page_of_an_invoice_shows_payments_and_what_accrues(lead):
    invoice = long_overdue()
    text = lead.get(page(invoice, "change")).content.decode()
    assert "20,000円" in text
    paid = receipt_in_use()
    assert paid.number in lead.get(page(paid.allocations.get().invoice, "change")).content.decode()


def test_a_payment_is_reversed_only_with_its_number_typed(lead, press):
    receipt = receipt_in_use()
    address = page(receipt, "do", "reverse-receipt")
    shown = press(receipt, "reverse-receipt", browser=lead, because="取消し")
    held = {"step": "confirm", "outcome": shown.context["outcome"].fingerprint, "because": "取消し"}
    assert lead.post(address, {**held, "typed_number": "RC1"}).context["mistyped"]
    assert lead.post(address, {**held, "typed_number": receipt.number}).status_code == 302
    assert again(receipt).state == "reversed"


def test_a_debt_passes_by_the_split_that_is_named(lead, press):
    invoice = split_debt()
    press(invoice, "pass-debt", browser=lead, confirmed=True, **split_of(invoice))
    assert again(invoice).debtor != invoice.customer
    refused = press(invoice, "pass-debt", browser=lead, succession="J9999999", reason="計画書")
    assert "succession" in refused.context["form"].errors


def test_lists_find_by_number_customer_and_sign():
    browser = as_superuser()
    receipt, file = ReceiptFactory(of=company()), BankFileFactory()
    assert receipt.number in browser.get(f"/console/billing/receipt/?q={receipt.number}").content.decode()
    assert receipt.number in browser.get(f"/console/billing/receipt/?q={receipt.customer.number}").content.decode()
    assert file.number in browser.get(f"/console/billing/bankfile/?q={file.number.lower()}").content.decode()
