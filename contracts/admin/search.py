"""How contracts, customers and what belongs to them are found in the search box."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import Application, Contract, Customer, ExternalSubscription, ManagementUnit, Notice, Termination
from iijiot.console.actions import change_url
from iijiot.console.search import MOST, Hit, Searcher, search_for
from iijiot.searching import Query
from iijiot.words import Words


def customers(query: Query) -> Iterable[Hit]:
    """By number, corporate number, telephone, notice address, or the beginning or end of name or kana."""
    number = query.numbered("C")
    for customer in Customer.objects.found(query, MOST):
        exact = customer.number == number or customer.corporate_number == query.compact
        yield Hit(customer.name, change_url(customer), f"{customer.number} {customer.name_kana}", exact)


def by_number(model: Any, note: Callable[[Any], Words]) -> Callable[[Query], Iterable[Hit]]:
    """Records of a kind by their number."""

    def find(query: Query) -> Iterable[Hit]:
        number = query.numbered(model.NUMBER_PREFIX)
        for record in model.objects.numbered(number) if number else ():
            yield Hit(
                str(record), change_url(record), note(record), exact=query.compact.startswith(model.NUMBER_PREFIX)
            )

    return find


def subscriptions(query: Query) -> Iterable[Hit]:
    """By number, or by the reference of the other contract."""
    number = query.numbered("X")
    for record in ExternalSubscription.objects.found(number, query.compact, MOST):
        exact = record.number == number or record.reference.upper() == query.compact
        yield Hit(str(record), change_url(record), f"{record.reference} {record.customer}", exact)


def whose(record: Any) -> Words:
    """Whose it is."""
    return str(record.customer)


search_for(Searcher(_("customer"), "contracts.view_customer", customers))
for kind, words, told in [
    (Contract, _("contract"), whose),
    (Application, _("application"), whose),
    (Termination, _("termination"), lambda termination: str(termination.subject.customer)),
    (Notice, _("notice"), whose),
    (ManagementUnit, _("management unit"), whose),
]:
    search_for(Searcher(words, f"contracts.view_{kind._meta.model_name}", by_number(kind, told)))
search_for(Searcher(_("external subscription"), "contracts.view_externalsubscription", subscriptions))
