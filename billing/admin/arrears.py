"""Arrears: contracts that may be suspended for them, suspensions that payment has cured, what is owed by age."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from billing import arrears
from contracts.admin.shared import of_party
from contracts.models import Contract, Suspension
from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.console.actions import change_url
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on

ANNOUNCE, LIFT = "contracts.announce_suspension", "contracts.lift_suspension"
AGEING: Any = reverse_lazy("admin:billing_reminder_ageing")


def contract_rows(contracts: Sequence[Contract], today: date) -> list[Row]:
    """Contracts with charges that are long overdue."""
    found = arrears.of_contracts(contracts)
    return [
        Row(
            str(contract), change_url(contract), contract, contract.customer,
            found[contract.pk][0].invoice.due_on if found[contract.pk] else None,
            note=yen(sum(arrear.amount for arrear in found[contract.pk])), next="suspend",
        )
        for contract in contracts
    ]  # fmt: skip


def cured_row(measure: Suspension, today: date) -> Row:
    """A suspension whose cause is gone: the use is given back."""
    return Row(
        str(measure), change_url(measure), measure, measure.contract.customer, measure.cured_on,
        clause=Clause("G26.1"), note=measure.get_cause_display(), next="lift",
    )  # fmt: skip


def of_contract(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    """What is overdue for a contract."""
    return {"arrears": arrears.of_contract(contract)}


show_on("contracts.contract", Panel(_("Arrears"), "console/panel_arrears.html", of_contract, "arrears", 58))
show_at_home(
    Queue(
        "arrears",
        _("Contracts in arrears"),
        Clause("G26.1.1"),
        ANNOUNCE,
        AGEING,
        waiting=lambda day: arrears.to_suspend(day).with_list_data(),
        row=lambda contract, today: contract_rows([contract], today)[0],
        rows=contract_rows,
        of_customer=of_party,
        empty=_("No contract has been in arrears for long."),
        place=61,
    )
)
show_at_home(
    Queue(
        "suspensions-cured",
        _("Suspensions to lift"),
        Clause("G26.1"),
        LIFT,
        listed("contracts_suspension", "cured"),
        waiting=lambda day: Suspension.objects.cured().with_list_data(),
        row=cured_row,
        of_customer=of_party,
        empty=_("No suspension is to be lifted."),
        due=F("cured_on"),
        place=60,
    )
)
