"""Reminding of debts: so many days after its due day each invoice is reminded of once, in one letter to the customer (G33)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing.claiming import accruals
from billing.models import Exemption, Invoice, Reminded, Reminder
from billing.models.exemption import ExemptFrom
from billing.models.payment_policy import in_force
from contracts import notifying
from contracts.models import Customer, Notice
from iijiot.actors import Actor
from iijiot.bulk import bulk_add
from iijiot.clauses import Clause
from iijiot.records import chapter, locked

LISTED = 50
"""Invoices that a letter names one by one."""


@dataclass(frozen=True)
class Debt:
    """An overdue invoice as a letter names it."""

    invoice: Invoice

    @property
    def number(self) -> str:
        """The invoice's number."""
        return self.invoice.number

    @property
    def due_on(self) -> date | None:
        """Its effective due day."""
        return self.invoice.due_on

    @property
    def yen(self) -> str:
        """What is open of it."""
        return f"{self.invoice.open_amount:,}"


def to_remind(day: date) -> list[int]:
    """The customers who have an invoice whose next reminder is due on a day, or was due before it; none exempt from it."""
    steps = in_force().steps
    if not steps:
        return []
    rows = Invoice.objects.overdue().due_by(day - timedelta(days=steps[0])).owed_since_by_key()
    latest = Reminded.objects.latest_steps([pk for pk, _debtor, _due in rows])
    due_now = {debtor for pk, debtor, due in rows if step_due(due, day, steps) > latest.get(pk, 0)}
    return sorted(due_now - Exemption.objects.exempted(ExemptFrom.DUNNING, day))


def step_due(due_on: date, day: date, steps: Sequence[int]) -> int:
    """The latest step that has come for an invoice due on a day; 0 where none has."""
    late = (day - due_on).days
    return max((step for step in steps if step <= late), default=0)


def remind(customers: Sequence[int], *, on: date, actor: Actor) -> list[Reminder]:
    """Remind these customers, each of everything overdue, if a reminder of any of it is due (G33).

    Each step of an invoice once. Set-based: ten customers or a thousand cost the same statements.
    """
    rules = in_force()
    with chapter(actor=actor, clause="G33"):
        invoices = list(Invoice.objects.overdue().owed_by(list(customers)).order_by("due_on", "pk"))
        with locked(*invoices) as held:
            overdue: dict[int, list[Invoice]] = defaultdict(list)
            for invoice in held:
                if invoice.state == "overdue":
                    overdue[invoice.passed_to_id or invoice.customer_id].append(invoice)
            latest = Reminded.objects.latest_steps([invoice.pk for invoice in invoices])
            steps = {i.pk: step_due(i.due_on, on, rules.steps) for i in invoices if i.due_on is not None}
            due_now = {pk for pk, step in steps.items() if step > latest.get(pk, 0)}
            reached = {debtor: owed for debtor, owed in overdue.items() if due_now & {invoice.pk for invoice in owed}}
            return _send(reached, {pk: steps[pk] for pk in due_now}, on, rules.suspension_days)


def _send(overdue: Mapping[int, Sequence[Invoice]], steps: Mapping[int, int], on: date, warn_at: int) -> list[Reminder]:
    """Write to each debtor of what is overdue; `steps` has those of the invoices of which a reminder is due."""
    late = {one.invoice.pk: one.new for one in accruals([i for owed in overdue.values() for i in owed], on)}
    customers, paper = Customer.objects.among(overdue).in_bulk(), notifying.stationery()
    reminders, reminded = [], []
    for debtor, owed in sorted(overdue.items()):
        customer, due_now = customers[debtor], [invoice for invoice in owed if invoice.pk in steps]
        accrued = sum(late.get(invoice.pk, 0) for invoice in owed)
        amount = sum(invoice.open_amount for invoice in owed)
        about = {
            "debts": [Debt(invoice) for invoice in owed[:LISTED]],
            "many": len(owed),
            "sum": f"{amount:,}",
            "accrued": f"{accrued:,}" if accrued else "",
            "warns": any(steps[invoice.pk] >= warn_at for invoice in due_now),
        }
        kind = Notice.Kind.PAYMENT_OVERDUE
        notice = notifying.compose(customer, kind, clause=Clause("G33"), context=about, paper=paper)
        reminder = Reminder(customer=customer, notice=notice, on=on, amount=amount)
        reminders.append(reminder)
        reminded += [
            Reminded(reminder=reminder, invoice=invoice, step=steps[invoice.pk], open_amount=invoice.open_amount)
            for invoice in due_now
        ]
    notifying.send_all([reminder.notice for reminder in reminders])
    bulk_add(reminders)
    bulk_add(reminded)
    return reminders
