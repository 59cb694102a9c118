"""Payments and what is around them: one account of ours, customers who pay, a mandate, banks' files."""

from datetime import date
from typing import Any

import factory

from billing.models import (
    Allocation,
    BankAccount,
    BankFile,
    Debit,
    DebitPart,
    ExtraItem,
    LateCharge,
    Mandate,
    PayerSign,
    PaymentPolicy,
    PaymentTerms,
    Receipt,
    Refund,
    Reminded,
    Reminder,
)
from iijiot import file_store
from tests.factories.base import Recorded
from tests.factories.customers import CustomerFactory
from tests.factories.files import stored
from tests.factories.invoices import InvoiceFactory
from tests.factories.notices import NoticeFactory

BODY = b"9" + b" " * 119


class BankAccountFactory(Recorded):
    """Our account of the sample files, there once: it debits, pays back, and has its credits from notifications."""

    class Meta:
        model = BankAccount

    class Params:
        by_statement = factory.Trait(credits_from="03")

    name = "架空銀行 本店 普通"
    bank = "9999"
    bank_name = "ﾃｽﾄ"
    branch = "999"
    branch_name = "ﾎﾝﾃﾝ"
    account_kind = "1"
    number = "1234567"
    holder = "ｻﾝﾌﾟﾙﾂｳｼﾝ(ｶ"
    creditor_code = "1234567890"
    sender_code = "1234567891"

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Any:
        there = BankAccount.objects.filter(number=kwargs["number"]).first()
        return there or super()._create(model_class, *args, **kwargs)


class PaymentPolicyFactory(Recorded):
    """What is delivered."""

    class Meta:
        model = PaymentPolicy


class PaymentTermsFactory(Recorded):
    """A customer for whom we bear a bank's fee of up to 880 yen."""

    class Meta:
        model = PaymentTerms

    customer = factory.SubFactory(CustomerFactory)
    bank_fee_at_most = 880
    agreed_in = "覚書 2026-03-25"


class PayerSignFactory(Recorded):
    """A customer's virtual account. ``name=True``: a name."""

    class Meta:
        model = PayerSign

    class Params:
        name = factory.Trait(kind="name", value="ｱｵｲｼﾖｳｼﾞ")

    customer = factory.SubFactory(CustomerFactory)
    kind = "virtual"
    value = factory.Sequence(lambda n: f"{7_000_001 + n}")


class MandateFactory(Recorded):
    """A mandate in force since 2026-06-01. ``requested=True``, ``broken=True``, ``stopped=True``."""

    class Meta:
        model = Mandate

    class Params:
        requested = factory.Trait(state="requested", active_from=None)
        broken = factory.Trait(state="broken", over_on=date(2026, 11, 25), why="口座なし")
        stopped = factory.Trait(state="stopped", over_on=date(2026, 11, 25), why="お客様のお申し出")

    customer = factory.SubFactory(CustomerFactory)
    creditor = factory.SubFactory(BankAccountFactory)
    bank = "9999"
    bank_name = "ﾃｽﾄ"
    branch = "001"
    branch_name = "ﾋｶﾞｼ"
    account_kind = "1"
    account = "0000001"
    holder = "ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"
    requested_on = date(2026, 5, 1)
    active_from = date(2026, 6, 1)
    state = "active"


class BankFileFactory(Recorded):
    """A credit notification to be booked. ``request=True``: a request for debits, with the bank; ``result=True``."""

    class Meta:
        model = BankFile

    class Params:
        booked_already = factory.Trait(state="booked", booked=1)
        request = factory.Trait(kind="debit-request", debit_on=date(2026, 12, 28), state="sent")
        result = factory.Trait(kind="debit-result", debit_on=date(2026, 12, 28), state="booked")
        transfers = factory.Trait(kind="transfers", debit_on=date(2026, 12, 28), state="made")

    kind = "credits"
    account = factory.SubFactory(BankAccountFactory)
    name = "furikomi.txt"
    size = len(BODY)
    sha256 = factory.Sequence(lambda n: file_store.digest(str(n).encode()))
    stored_as = factory.LazyFunction(lambda: stored(BODY))
    came_on = date(2026, 12, 29)
    count = 1
    amount = 110_000


class ReceiptFactory(Recorded):
    """A transfer of 110,000 yen of which nobody knows whose it is. ``of=customer``: a customer's."""

    class Meta:
        model = Receipt

    class Params:
        of = None
        dismissed = factory.Trait(state="dismissed", why="利息")
        reversed = factory.Trait(state="reversed", why="銀行による取消し")

    customer = factory.SelfAttribute("of")
    source = "transfer"
    amount = 110_000
    value_on = date(2026, 12, 28)
    booked_on = date(2026, 12, 28)
    entered_on = date(2026, 12, 29)
    account = factory.SubFactory(BankAccountFactory)
    payer = "ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"
    from_bank = "ﾃｽﾄ ﾋｶﾞｼ"
    state = factory.LazyAttribute(lambda receipt: "matched" if receipt.of else "unmatched")


class RefundFactory(Recorded):
    """10,000 yen to be paid back."""

    class Meta:
        model = Refund

    class Params:
        with_bank = factory.Trait(state="with-bank", file=factory.SubFactory(BankFileFactory, transfers=True))
        paid = factory.Trait(state="paid", paid_on=date(2026, 12, 28))
        called_off = factory.Trait(state="called-off", why="お客様のお申し出")

    customer = factory.SubFactory(CustomerFactory)
    amount = 10_000
    bank = "9999"
    bank_name = "ﾃｽﾄ"
    branch = "001"
    branch_name = "ﾋｶﾞｼ"
    account_kind = "1"
    account = "0000001"
    holder = "ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"
    ordered_on = date(2026, 12, 28)
    reason = "過払い"


class AllocationFactory(Recorded):
    """1,000 yen of a payment for an invoice, without the sums that payment and invoice carry. ``undone=True``."""

    class Meta:
        model = Allocation

    class Params:
        undone = factory.Trait(state="undone", undone_on=date(2026, 12, 30), undone_because="誤り")

    invoice = factory.SubFactory(InvoiceFactory)
    receipt = factory.LazyAttribute(lambda told: ReceiptFactory(of=told.invoice.customer))
    amount = 1_000
    value_on = date(2026, 12, 28)
    made_on = date(2026, 12, 29)
    how = "staff"


class DebitFactory(Recorded):
    """A debit that the bank has not answered. ``failed=True``: insufficient funds."""

    class Meta:
        model = Debit

    class Params:
        failed = factory.Trait(state="failed", result="1", answer=factory.SubFactory(BankFileFactory, result=True))
        paid = factory.Trait(
            state="paid",
            result="0",
            answer=factory.SubFactory(BankFileFactory, result=True),
            receipt=factory.LazyAttribute(lambda told: ReceiptFactory(of=told.mandate.customer)),
        )

    mandate = factory.SubFactory(MandateFactory)
    request = factory.SubFactory(BankFileFactory, request=True)
    amount = 5_500
    debit_on = date(2026, 12, 28)
    newness = "1"


class DebitPartFactory(Recorded):
    """The invoice of a debit."""

    class Meta:
        model = DebitPart

    debit = factory.SubFactory(DebitFactory)
    invoice = factory.LazyAttribute(lambda told: InvoiceFactory(customer=told.debit.mandate.customer))
    amount = 5_500


class ExtraLateChargeFactory(Recorded):
    """A late charge as an item of the next invoice."""

    class Meta:
        model = ExtraItem

    management_unit = factory.SubFactory("tests.factories.customers.ManagementUnitFactory")
    customer = factory.SelfAttribute("management_unit.customer")
    kind = "late-charge"
    month = date(2027, 1, 1)
    arose_on = date(2027, 1, 31)
    amount = 110
    clause = "G35.2"
    text = "遅延損害金"
    reason = "5,500円×27日"


class LateChargeFactory(Recorded):
    """What accrued on an invoice of 5,500 yen by the end of January, claimed. ``waived=True``."""

    class Meta:
        model = LateCharge

    class Params:
        waived = factory.Trait(state="waived", because="当社の案内の誤りのため")

    invoice = factory.SubFactory(InvoiceFactory, overdue=True)
    up_to = date(2027, 1, 31)
    base = 5_500
    days = 27
    accrued = 110
    amount = 110
    extra_item = factory.LazyAttribute(
        lambda told: ExtraLateChargeFactory(management_unit=told.invoice.management_unit)
    )


class ReminderFactory(Recorded):
    """A reminder of 5,500 yen."""

    class Meta:
        model = Reminder

    customer = factory.SubFactory(CustomerFactory)
    notice = factory.LazyAttribute(lambda told: NoticeFactory(customer=told.customer, kind="payment-overdue"))
    on = date(2027, 1, 7)
    amount = 5_500


class RemindedFactory(Recorded):
    """An overdue invoice in a reminder, three days after its due day."""

    class Meta:
        model = Reminded

    reminder = factory.SubFactory(ReminderFactory)
    invoice = factory.LazyAttribute(lambda told: InvoiceFactory(customer=told.reminder.customer, overdue=True))
    step = 3
    open_amount = 5_500
