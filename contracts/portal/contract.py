"""The customer's contracts: the list, and the page of each with what it rests on and how it ends."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Measure, Termination, TermsVersion
from contracts.models.contract_state import TONES
from contracts.models.customer import Customer
from iijiot.portal.paging import paged
from iijiot.portal.panels import Entry, navigate, sections
from iijiot.portal.views import OwnView, PortalView
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


class ContractList(PortalView):
    """Contracts in life, or those that are over."""

    template, part, title = "portal/contracts.html", "portal:contracts", _("Contracts")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page of them."""
        over = request.GET.get("ended") == "1"
        rows = contracts_of(self.customer)
        page = paged(request, rows.ended() if over else rows.in_life(), "number")
        return self.render(page=page, over=over, tones=TONES)


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
