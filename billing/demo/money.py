"""Three months of the invented world, closed, issued and paid for: in time, late, in part or not at all; and a credit note.

What happens on a day is done by the acts of the back office, with the clock standing on that day.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from billing import closing, crediting, due, issuing
from billing.demo import banks
from billing.demo.cast import NEVER, PARTLY, Cast, Days, Scene, Story, cast, how, pays_on
from billing.demo.debits import Debits
from billing.demo.debts import Debts
from billing.demo.refunds import INTEREST, UNNAMED, Refunds
from billing.models import (
    Allocation,
    BankAccount,
    BillingRun,
    ExtraItem,
    Invoice,
    InvoiceLine,
    LateCharge,
    Method,
    Receipt,
    Reminded,
    TaxTotal,
)
from billing.months import Month
from billing.zengin.fields import Values
from contracts.models import Customer
from iijiot import clock, company, loading, roles
from iijiot.bank_days import working_day_from
from iijiot.daily import Tally
from iijiot.records import chapter
from iijiot.worlds import Told, clerk

MONTHS = 3
NUMBER = "T8999900000001"
"""Invented, with a right check digit: no registry office has the code 9999."""
PAPERS = 8
"""Of so many documents of a month the PDFs are made on their day; of the others the workers make them."""

LEDGER = (Invoice, InvoiceLine, TaxTotal, ExtraItem, LateCharge, Receipt, Allocation, Reminded)


class Months:
    """The months as they go by: what is closed, issued and paid, and the stories around it."""

    def __init__(self, today: date) -> None:
        self.today, self.present = today, Month.of(today)
        self.month = self.first = first_month(today)
        self.days = Days.since(self.first)
        self.account = _open_for_business(self.month.first)
        self.cast = Cast({}, {})
        self.debts: Debts | None = None
        self.payments: dict[date, list[int]] = defaultdict(list)
        self.stories: dict[date, list[Callable[[date], None]]] = defaultdict(list)

    def live(self, day: date) -> None:
        """What happens on a day: what the clock does, then money comes, people act, and last a month is closed."""
        if day > self.first.next.last:
            for step in (due.mark_overdue, due.remind_of_debts):
                step(day, Tally())
        if paid := self.payments.pop(day, None):
            self.pay(Invoice.objects.open().among(paid).select_related("customer").order_by("pk"), day)
        for act in self.stories.pop(day, ()):
            act(day)
        if self.month.last < day == working_day_from(self.month.next.first) and self.month < self.present:
            self.close(day)

    def close(self, day: date) -> None:
        """Close a month, look at what was set aside for its size, close what is left, and issue it."""
        issued = self._issued(day)
        invoices = list(Invoice.objects.among(issued).open().filter(kind="invoice").select_related("customer"))
        if self.month == self.first:
            self.begin_stories(invoices)
        for invoice in invoices:
            self.payments[pays_on(invoice, self.first)].append(invoice.pk)
        self.month = self.month.next
        loading.counted(*LEDGER)

    def begin_stories(self, invoices: Iterable[Invoice]) -> None:
        """Give out the parts, now that there are invoices."""
        self.cast = cast(invoices)
        scene = Scene(self.account, self.cast, self.days, self.first)
        self.debts = Debts(scene)
        stories: list[Story] = [
            *self.debts.stories(), *Debits(scene).stories(), *Refunds(scene).stories(self.today)
        ]  # fmt: skip
        for day, act in stories:
            self.stories[day].append(act)

    def _issued(self, day: date) -> list[int]:
        billing = clerk(roles.BILLING)
        run = closing.begin(self.month, actor=billing)
        closing.work(run)
        debts = self.debts or Debts(Scene(self.account, self.cast, self.days, self.first))
        found = self.month == debts.last and debts.look_at_drafts(run, day)
        if debts.let_through(run) or found:
            closing.work(closing.begin(self.month, actor=billing))
        if not Invoice.objects.drafts().of_run(run).exists():
            return []
        issued = issuing.issue(issuing.plan_issue(BillingRun.objects.get(pk=run.pk), day), actor=billing)
        issuing.make_papers(issued[:PAPERS])
        _use_credit(day)
        return issued

    def pay(self, invoices: Iterable[Invoice], day: date) -> None:
        """The bank's notification of a day, taken in and booked: each customer pays what it owes in one transfer."""
        by_transfer = [one for one in invoices if one.method != Method.DIRECT_DEBIT]
        by_customer: dict[int, list[Invoice]] = defaultdict(list)
        for invoice in by_transfer:
            by_customer[invoice.customer_id].append(invoice)
        rows = [row for owed in by_customer.values() for row in self._credits(owed)]
        if any(self.is_told_of(invoice, "twice") for invoice in by_transfer):
            rows += [{"amount": 87, "payer": INTEREST}, {"amount": 12_000, "payer": "ﾐﾎﾝ ﾊﾅｺ"}]
        if rows:
            banks.book(banks.notify(self.account, rows, day, came_on=day), day)
            loading.counted(*LEDGER)

    def _credits(self, invoices: Sequence[Invoice]) -> Iterator[Values]:
        """What comes for a customer's invoices: nothing, a part or all, once or twice, with a number or without a name."""
        invoice, amount = invoices[0], sum(one.open_amount for one in invoices)
        if (pays := how(invoice)) == NEVER:
            return
        if self.is_told_of(invoice, "unnamed"):
            yield {"amount": amount, "payer": UNNAMED}
            return
        part = sum(min(one.open_amount, one.total // 2) for one in invoices)
        yield banks.credit(invoice, part if pays == PARTLY else amount)
        if self.is_told_of(invoice, "twice"):
            yield banks.credit(invoice, amount)

    def is_told_of(self, invoice: Invoice, part: str) -> bool:
        """Whether it is the first month's invoice of who has a part."""
        return Month.of(invoice.month) == self.first and self.cast.plays(part, invoice.customer_id)


def first_month(today: date) -> Month:
    """The first month that is closed here."""
    month = Month.of(today)
    for _n in range(MONTHS):
        month = month.previous
    return month


def live_through(today: date, told: Told) -> None:
    """The month ends before a day: each is closed and issued on the first working day after it, and then paid."""
    months = Months(today)
    day = begun = months.first.first
    while day <= today:
        with standing_on(day, today):
            months.live(day)
        told((day - begun) / (today - begun))
        day += timedelta(1)


def _use_credit(day: date) -> None:
    """What is credited is used for what was issued, as the workers do at once."""
    having = [
        *Invoice.objects.unused_credit().debtors(),
        *Receipt.objects.with_credit().values_list("customer", flat=True),
    ]
    for customer in Customer.objects.among(having).order_by("pk"):
        crediting.use_credit(customer, today=day, actor=clerk(roles.BILLING))


@contextmanager
def standing_on(day: date, today: date) -> Iterator[None]:
    """The clock stands on a day in the afternoon; today it stands where it does."""
    if day >= today:
        yield
        return
    with clock.working_on(day), clock.standing_still(datetime.combine(day, time(16), clock.TOKYO)):
        yield


def _open_for_business(day: date) -> BankAccount:
    """What invoices say of the company, and the account to which they are paid."""
    values = {
        "name": "株式会社インターネットイニシアティブ",
        "desk": "IIJ IoT サポート窓口",
        "postal_code": "000-0000",
        "address": "見本県架空市例町1-1（見本）",
        "phone": "00-0000-0000",
        "invoice_number": NUMBER,
        "registered_on": date(2023, 10, 1),
        "bank_account": "見本銀行 本店 普通 1234567 カ）ミホンツウシン",
    }
    with clock.working_on(day), clock.standing_still(datetime.combine(day, time(10), clock.TOKYO)):
        company.record(values, actor=clerk(roles.OPERATOR), reason="請求書の発行準備")
        account = BankAccount(
            name="見本銀行 本店 普通", bank="9999", bank_name="ﾐﾎﾝ", branch="999", branch_name="ﾎﾝﾃﾝ", account_kind="1",
            number="1234567", holder="ｶ)ﾐﾎﾝﾂｳｼﾝ", creditor_code="9999999999", sender_code="9999999998",
        )  # fmt: skip
        with chapter(actor=clerk(roles.OPERATOR), reason="入金口座の登録", clause="G33"):
            account.save()
    return account
