"""Who plays which part in the stories of the money, and how all the others pay."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from billing.issuing import due_day
from billing.models import BankAccount, Invoice
from billing.months import Month
from contracts.models import Contract, Customer
from iijiot.bank_days import working_day_from

LATE = 28
"""So many days after the due day the late payer pays."""
MANY = 1_000
"""From this customer on they are so many that they pay as customers do."""
IN_TIME, LATE_PAYER, PARTLY, NEVER = range(4)
WORTH = 5_000
"""What an invoice comes to at least on which a late charge can be seen."""
PARTS = (
    "debited", "refused", "stopped", "asked", "returned", "twice", "unnamed", "exempt", "evades", "damages", "breaks",
    "mistaken", "twice later", "twice again",
)  # fmt: skip
"""The parts that are played by customers who would pay in time."""


def how(invoice: Invoice) -> int:
    """How a customer pays: most in time; of ten one late, one in part, and one not at all; of many, of a hundred."""
    of_many = 10 if invoice.customer_id < MANY else 100
    return {3: LATE_PAYER, 5: PARTLY, 8: NEVER}.get(invoice.customer_id % of_many, IN_TIME)


def pays_on(invoice: Invoice, first: Month) -> date:
    """The day on which money comes for an invoice; the late ones are late with the first month alone."""
    assert invoice.due_on is not None  # noqa: S101 - an issued invoice has its day
    late = LATE if how(invoice) == LATE_PAYER and Month.of(invoice.month) == first else -2
    return working_day_from(invoice.due_on + timedelta(late))


@dataclass(frozen=True)
class Cast:
    """The customers of the stories by their parts; where there are few, some parts are not played."""

    parts: dict[str, Customer]
    owing: dict[int, list[Invoice]]
    """The first month's invoices of those who pay in part or not at all, by how they pay."""

    def plays(self, part: str, customer: int) -> bool:
        """Whether a customer has this part."""
        return part in self.parts and self.parts[part].pk == customer

    def among(self, *parts: str) -> list[Customer]:
        """Those who have these parts."""
        return [self.parts[part] for part in parts if part in self.parts]


def cast(invoices: Iterable[Invoice]) -> Cast:
    """Give out the parts by the first month's invoices, to customers who go on and have one each."""
    by_customer: dict[int, list[Invoice]] = {}
    for invoice in invoices:
        by_customer.setdefault(invoice.customer_id, []).append(invoice)
    going_on = set(Contract.objects.in_life().filter(ends_on=None).values_list("customer", flat=True))
    owing: dict[int, list[Invoice]] = {LATE_PAYER: [], PARTLY: [], NEVER: []}
    free: list[Customer] = []
    for customer, (invoice, *more) in sorted(by_customer.items()):
        if more or customer not in going_on or invoice.total < WORTH:
            continue
        if how(invoice) == IN_TIME:
            free.append(invoice.customer)
        else:
            owing[how(invoice)].append(invoice)
    return Cast(dict(zip(PARTS, free, strict=False)), owing)


@dataclass(frozen=True)
class Days:
    """On which days the three months were closed, and on which their invoices are due."""

    closed: tuple[date, date, date]
    due: tuple[date, date, date]

    @classmethod
    def since(cls, first: Month) -> "Days":
        """Those of a month and the two after it."""
        months = (first, first.next, first.next.next)
        closed = [working_day_from(month.next.first) for month in months]
        due = [due_day(month, day) for month, day in zip(months, closed, strict=True)]
        return cls((closed[0], closed[1], closed[2]), (due[0], due[1], due[2]))


@dataclass(frozen=True)
class Scene:
    """Where a story stands: our account, who plays, and the days."""

    account: BankAccount
    cast: Cast
    days: Days
    first: Month


Story = tuple[date, Callable[[date], None]]
"""What happens on a day."""
