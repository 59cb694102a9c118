"""The customer's contracts: the list, and the page of each with what it rests on and how it ends."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Measure, Termination, TermsVersion
from contracts.models.contract_state import TONES
from contracts.models.customer import Customer
from iijiot.portal.forms import TextField
from iijiot.portal.lists import ListFilter, ListPage
from iijiot.portal.panels import Entry, navigate, sections
from iijiot.portal.views import OwnView
from iijiot.words import Words

GENERAL = "G"
DEPENDENTS = 50
"""Contracts that rest on one, as far as its page shows them."""


def contracts_of(customer: Customer) -> Any:
    """The customer's contracts."""
    return Contract.objects.of_customer(customer).with_list_data()


def terms_of(contract: Contract, day: date) -> list[TermsVersion]:
    """The versions of the general provisions and of its own that apply to a contract on a day (G1, G2.1)."""
    found = TermsVersion.objects.all_in_force(day).of_provisions([GENERAL, contract.service.provision])
    return sorted(found, key=lambda version: version.provision != GENERAL)


class ContractFilter(ListFilter):
    """What is looked for among contracts."""

    q = TextField(
        label=_("Search"), required=False, max_length=100, help_text=_("Contract, service, or management unit")
    )
    ended = forms.ChoiceField(
        label=_("Which contracts"), required=False, choices=[("", _("In life")), ("1", _("Ended ones"))]
    )

    def narrowed(self, rows: Any) -> Any:
        """The contracts that are looked for."""
        rows = rows.ended() if "ended" in self.asked else rows.in_life()
        return rows.sought(self.asked["q"]) if "q" in self.asked else rows


class ContractList(ListPage):
    """Contracts in life, or those that are over."""

    template, part, title = "portal/contracts.html", "portal:contracts", _("Contracts")
    search, order, search_label = ContractFilter, ("number",), _("Search contracts")

    def rows(self) -> Any:
        """All of them."""
        return contracts_of(self.customer)

    def about(self) -> dict[str, Any]:
        """The colours of their states."""
        return {"tones": TONES}


class ContractPage(OwnView):
    """One contract."""

    template, part = "portal/contract.html", "portal:contracts"
    own = staticmethod(contracts_of)

    def heading(self) -> Words:
        """Its service and number."""
        return str(self.record.name_for_letters)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Everything that the customer can know of it."""
        contract = self.record
        dependents = list(contract.dependents.standing_with_contract().order_by("pk")[: DEPENDENTS + 1])
        return self.render(
            contract=contract,
            tone=TONES[contract.state],
            end=Termination.objects.deciding([contract.pk]).first() if contract.ends_on else None,
            conditions=contract.conditions.with_contract(),
            rests_on=contract.dependencies.standing(),
            dependents=dependents[:DEPENDENTS],
            more_dependents=len(dependents) > DEPENDENTS,
            suspensions=contract.suspensions.pending(),
            measures=Measure.objects.touching(contract),
            terms=terms_of(contract, self.today),
            notices=contract.notices.newest()[:5],
            sections=sections("contracts.contract", self.member, contract, self.today),
        )


navigate(Entry("portal:contracts", _("Contracts"), 10))
