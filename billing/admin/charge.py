"""What contracts owe for a month, on their pages and on the customer's: each yen with its fee, days, clause and price."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing import charging
from billing.charging import Charges
from billing.models import AgreedPrice, LineKind, Price
from billing.models.price_key import Cause, Unit, labels
from billing.months import ChargeLine, Item, Kind, Month
from billing.showing import fees_shown
from contracts.models import Application, Contract, Customer
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.panels import Panel, show_on
from iijiot.words import Words

ASKED = "charges"
MOST = 20


def asked_month(request: HttpRequest) -> Month:
    """The month that is to be shown; by default the one that has begun."""
    try:
        return Month.parse(request.GET.get(ASKED, ""))
    except ValueError:
        return Month.of(clock.business_day())


def what(line: ChargeLine) -> Words:
    """What a line is for, in words."""
    return said_of(line.item)


def said_of(item: Item) -> Words:
    """What an item of a month is for, in words."""
    words = str(LineKind(item.kind.value).label)
    return f"{words}（{labels(Cause, item.cause)}）" if item.cause and item.kind == Kind.ONE_TIME else words


def explained(charges: Charges) -> list[dict[str, Any]]:
    """Each line with what explains it, the price or agreement as a record to look at."""
    lines = charges.all_lines()
    prices = Price.objects.with_list_data().in_bulk({line.price_id for line in lines if line.price_id})
    agreed = AgreedPrice.objects.in_bulk({line.agreed_id for line in lines if line.agreed_id})
    return [
        {
            "line": line,
            "what": what(line),
            "unit": Unit(line.unit.value).label,
            "clause": Clause(line.clause),
            "price": prices.get(line.price_id or 0),
            "agreed": agreed.get(line.agreed_id or 0),
        }
        for line in lines
    ]


def around(month: Month) -> dict[str, Any]:
    """The month shown, and those before and after it."""
    return {"month": str(month), "before": str(month.previous), "after": str(month.next), "asked": ASKED}


def of_contract(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    """The charges of one contract for the month asked for."""
    month = asked_month(request)
    charges = charging.of_contracts(month, [contract.pk])
    return {
        **around(month),
        "rows": explained(charges),
        "total": sum(line.amount for line in charges.all_lines()),
        "unpriced": charges.unpriced.get(contract.pk),
    }


def of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """What each contract of a customer owes for the month asked for, the most first, and all together."""
    month = asked_month(request)
    charges = charging.of_customers(month, customer.pk, customer.pk)
    sums = {pk: sum(line.amount for line in lines) for pk, lines in charges.lines.items()}
    largest = sorted(sums, key=lambda pk: (-sums[pk], pk))[:MOST]
    shown = Contract.objects.in_bulk([*largest, *list(charges.unpriced)[:MOST]])
    return {
        **around(month),
        "sums": [(shown[pk], sums[pk]) for pk in largest],
        "further": len(sums) - len(largest),
        "total": sum(sums.values()),
        "unpriced": [(shown[pk], why) for pk, why in list(charges.unpriced.items())[:MOST]],
    }


def shown(request: HttpRequest, application: Application) -> dict[str, Any]:
    """The fees that an application shows, each with where it stands."""
    rows = fees_shown(application)
    prices = Price.objects.with_list_data().in_bulk({row.fee.price_id for row in rows if row.fee.price_id})
    agreed = AgreedPrice.objects.in_bulk({row.fee.agreed_id for row in rows if row.fee.agreed_id})
    return {
        "rows": [
            {"fee": row.fee.fee, "of": prices.get(row.fee.price_id or 0) or agreed[row.fee.agreed_id or 0]}
            for row in rows
        ]
    }


show_on("contracts.application", Panel(_("Fees shown"), "console/panel_fees_shown.html", shown, "fees", 60))
show_on("contracts.contract", Panel(_("Charges"), "console/panel_charges.html", of_contract, "charges", 60))
show_on("contracts.customer", Panel(_("Charges"), "console/panel_sums.html", of_customer, "charges", 60))
