"""Reminding of debts: so many days after its due day each invoice is reminded of once, in one letter to the customer (G33)."""

from collections.abc import Sequence
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


def remind(customer: Customer, *, on: date, actor: Actor) -> Reminder | None:
    """Remind a customer of everything overdue, if a reminder of any of it is due (G33). Each step of an invoice once."""
    rules = in_force()
    with chapter(actor=actor, clause="G33"):
        invoices = list(Invoice.objects.overdue().owed_by(customer).order_by("due_on", "pk"))
        with locked(*invoices) as held:
            overdue: list[Invoice] = [invoice for invoice in held if invoice.state == "overdue"]
            latest = Reminded.objects.latest_steps([invoice.pk for invoice in overdue])
            steps = {i.pk: step_due(i.due_on, on, rules.steps) for i in overdue if i.due_on is not None}
            due = [invoice for invoice in overdue if steps[invoice.pk] > latest.get(invoice.pk, 0)]
            if not due:
                return None
            return _send(customer, overdue, {i.pk: steps[i.pk] for i in due}, on, rules.suspension_days)


def _send(customer: Customer, overdue: Sequence[Invoice], steps: dict[int, int], on: date, warn_at: int) -> Reminder:
    owed = sum(invoice.open_amount for invoice in overdue)
    late = sum(accrual.new for accrual in accruals(overdue, on))
    about = {
        "debts": [Debt(invoice) for invoice in overdue[:LISTED]],
        "many": len(overdue),
        "sum": f"{owed:,}",
        "accrued": f"{late:,}" if late else "",
        "warns": any(step >= warn_at for step in steps.values()),
    }
    notice = notifying.tell(customer, Notice.Kind.PAYMENT_OVERDUE, clause=Clause("G33"), context=about)
    reminder = Reminder(customer=customer, notice=notice, on=on, amount=owed)
    reminder.save()
    by_key = {invoice.pk: invoice for invoice in overdue}
    bulk_add(
        [
            Reminded(reminder=reminder, invoice=by_key[pk], step=step, open_amount=by_key[pk].open_amount)
            for pk, step in steps.items()
        ]
    )
    return reminder
