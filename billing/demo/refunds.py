"""Money that came otherwise than it should: twice, without a name, by mistake; and how it goes back, or finds its invoice."""

from collections.abc import Iterator
from datetime import date, timedelta

from billing import banking, collecting, crediting, refunding
from billing.demo import banks
from billing.demo.banks import next_working_day
from billing.demo.cast import Scene, Story
from billing.models import Invoice, Receipt, Refund
from billing.models.receipt import Source
from billing.zengin.fields import Values
from contracts.models import Customer
from iijiot import roles
from iijiot.actors import Actor
from iijiot.bank_days import working_day_from, working_days_before
from iijiot.worlds import clerk

INTEREST = "ﾐﾎﾝｷﾞﾝｺｳ ﾘｿｸ"
NOBODY = "ﾐﾎﾝ ﾀﾛｳ"
UNNAMED = "ﾐﾎﾝ ｹｲﾘｼﾞﾑｼﾖ"
"""In whose name a customer's money comes once: nobody knows then whose it is."""


class Refunds:
    """Payments that people have to look at."""

    def __init__(self, scene: Scene) -> None:
        self.cast, self.account, self.days = scene.cast, scene.account, scene.days
        self.last = scene.first.next.next.first
        self.refunds: list[Refund] = []

    def stories(self, today: date) -> Iterator[Story]:
        """What happens, with the days."""
        paid_on, closed = working_day_from(self.days.due[0] - timedelta(2)), self.days.closed[2]
        early_on = next_working_day(closed)
        yield paid_on, self.pay_back_what_came_twice
        yield next_working_day(next_working_day(paid_on)), self.hear_of_transfers
        yield closed + timedelta(1), self.enter_for_the_wrong_customer
        yield closed + timedelta(2), self.take_the_mistake_back
        yield early_on, self.pay_early
        yield next_working_day(early_on), self.prepare_transfers
        if today > closed:
            yield today, self.take_in_what_waits

    def pay_back_what_came_twice(self, day: date) -> None:
        """A payment that came twice is the customer's credit, and is paid back: first to the wrong account, on paper."""
        for receipt in Receipt.objects.to_match().filter(payer=INTEREST):
            collecting.dismiss([receipt], because="預金利息（見本）", actor=_billing())
        for customer in self.cast.among("twice"):
            self._find_second_payment(customer, day)
            if wrong := self._order(customer, day):
                refunding.call_off(wrong, because="返金先口座の誤り（見本）", today=day, actor=_billing())
                self.refunds = [refund for refund in [self._order(customer, day)] if refund]
                self._make_transfers(day, send=True)

    def hear_of_transfers(self, day: date) -> None:
        """What was transferred has left our account."""
        with_bank = list(Refund.objects.among([refund.pk for refund in self.refunds]))
        if with_bank:
            on = working_days_before(day, 1)
            refunding.were_paid(with_bank, on=on, today=day, actor=_billing(), reason="銀行の通知（見本）")

    def enter_for_the_wrong_customer(self, day: date) -> None:
        """A payment in cash is entered for the wrong customer,"""
        for invoice in self._owed_now("mistaken"):
            collecting.enter(
                invoice.customer, amount=invoice.open_amount, value_on=day, source=Source.OTHER, payer=NOBODY,
                remark="窓口での入金（見本）", today=day, actor=_billing(), invoices=[invoice],
            )  # fmt: skip

    def take_the_mistake_back(self, day: date) -> None:
        """and taken back on the next day: the invoice is open again."""
        for receipt in Receipt.objects.of_customer(self.cast.among("mistaken")).filter(source=Source.OTHER):
            collecting.reverse(receipt, because="別のお客さまの入金を誤って登録（見本）", today=day, actor=_billing())

    def pay_early(self, day: date) -> None:
        """One whose mandate is with the bank pays a part before the due day, and two pay twice."""
        rows: list[Values] = [banks.credit(i, i.open_amount // 3) for i in self._owed_now("asked")]
        for invoice in self._owed_now("twice later", "twice again"):
            rows += [banks.credit(invoice, invoice.open_amount)] * 2
        if rows:
            banks.book(banks.notify(self.account, rows, day, came_on=day), day)

    def prepare_transfers(self, day: date) -> None:
        """One refund lies in a file that has not gone to the bank; another waits for the next file."""
        for part in ("twice later", "twice again"):
            for customer in self.cast.among(part):
                self._find_second_payment(customer, day)
                if self._order(customer, day) and part == "twice later":
                    self._make_transfers(day, send=False)

    def take_in_what_waits(self, day: date) -> None:
        """This morning's notification is checked and waits to be booked."""
        before = working_days_before(day, 1)
        rows = [banks.credit(i, i.open_amount) for i in self._owed_now("mistaken", "returned")]
        rows.append({"amount": 33_000, "payer": NOBODY})
        banks.notify(self.account, rows, before, came_on=day)

    def _owed_now(self, *parts: str) -> list[Invoice]:
        """The open invoices of the last month of those who have these parts."""
        owed = Invoice.objects.open().owed_by([customer.pk for customer in self.cast.among(*parts)])
        return list(owed.filter(month=self.last, kind="invoice").select_related("customer").order_by("pk"))

    def _find_second_payment(self, customer: Customer, day: date) -> None:
        """Nothing is owed for which it could be: people say whose it is."""
        for receipt in Receipt.objects.to_match().filter(payer=banks.payer(customer)):
            collecting.match(receipt, customer, today=day, actor=_billing(), reason="二重のお振込み（見本）")

    def _order(self, customer: Customer, day: date) -> Refund | None:
        """Pay a customer's credit back."""
        if not (amount := crediting.credit_of(customer)):
            return None
        return refunding.order(
            customer, amount=amount, reason="二重のお振込みのため返金（見本）", today=day, actor=_billing(), bank="9999",
            bank_name="ﾐﾎﾝ", branch="001", branch_name="ﾋｶﾞｼ", account_kind="1", account="7654321",
            holder=banks.payer(customer)[:30],
        )  # fmt: skip

    def _make_transfers(self, day: date, *, send: bool) -> None:
        plan = refunding.plan_transfers(self.account, next_working_day(day), today=day)
        file = refunding.make_transfers(plan, actor=_billing())
        if send:
            banking.was_sent(file, actor=_billing())


def _billing() -> Actor:
    return clerk(roles.BILLING)
