"""Every kind of console page, each with an address that has something on it: one list for all who look at pages.

Accessibility, screenshots, query budgets and benchmarks take the pages from here. A new admin or dialog is in it by
itself; a page of another kind is one entry in `OTHERS`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.test import RequestFactory
from django.urls import Resolver404, resolve, reverse

from contracts.models import Application, Contract, Customer, ExternalSubscription, Notice, Termination
from iijiot import clock
from iijiot.models import User
from tests.house.console import admins, list_page, page

SHOWN = {"application", "contract", "customer", "externalsubscription", "notice", "termination"}
"""Kinds of objects whose pages and dialogs people work on all day."""


@dataclass(frozen=True)
class Page:
    """A kind of page, its address in the world at hand, and what is posted to it, if anything is."""

    name: str
    address: str
    sent: dict[str, str] = field(default_factory=dict)


def first(rows: Any) -> Any:
    """The first of these rows."""
    return rows.first()


SUBJECTS: dict[type, Callable[[], Any]] = {
    Customer: lambda: first(Customer.objects.annotate(n=Count("contracts")).order_by("-n", "pk")),
    Contract: lambda: first(
        Contract.objects.filter(state="active", ends_on=None).annotate(n=Count("dependents")).order_by("-n", "pk")
    ),
    Application: lambda: first(Application.objects.filter(state="screening").order_by("pk")),
    ExternalSubscription: lambda: first(
        ExternalSubscription.objects.filter(ends_on=None).annotate(n=Count("dependents")).order_by("-n", "pk")
    ),
    Termination: lambda: first(
        Termination.objects.filter(state="scheduled").annotate(n=Count("consequences")).order_by("-n", "pk")
    ),
    Notice: lambda: first(Notice.objects.order_by("pk")),
}
"""Of each kind the one with the most below it, so that a query or a millisecond for each of those shows."""


def subject(model: type) -> Any:
    """An object of a model to look at; None where there is none."""
    found = SUBJECTS[model]() if model in SUBJECTS else None
    return found or model._base_manager.order_by("pk").first()  # type: ignore[attr-defined]


def lists() -> Iterator[Page]:
    """The first page of each list, and a deep one where there are as many rows."""
    for admin in admins():
        name, address = admin.model._meta.model_name, list_page(admin.model)
        yield Page(f"list {name}", address)
        rows = admin.model._base_manager.count()
        deep = min(rows // admin.list_per_page - 1, 400)
        if deep > 1:
            yield Page(f"list {name}, deep", f"{address}?p={deep}")
    for kind, queue in (("application", "open"), ("contract", "to-start"), ("contract", "ending"),
                        ("termination", "to-come"), ("termination", "form-missing"), ("notice", "letters")):  # fmt: skip
        yield Page(f"list {kind}, {queue}", f"{reverse(f'admin:contracts_{kind}_changelist')}?queue={queue}")


def objects() -> Iterator[Page]:
    """The page, the history and the empty form of each kind of object."""
    for admin in admins():
        name, found = admin.model._meta.model_name, subject(admin.model)
        if found is not None:
            yield Page(name, page(found, "change"))
        if found is not None and name in SHOWN:
            yield Page(f"{name}, history", page(found, "history"))
        if admin.has_add_permission(as_somebody()):
            yield Page(f"{name}, new", list_page(admin.model, "add"))


def dialogs() -> Iterator[Page]:
    """Each dialog, on an object on which it can act where there is one."""
    for admin in admins():
        for dialog in admin.dialogs:
            found = acted_on(admin.model, dialog)
            if found is not None:
                yield Page(f"{admin.model._meta.model_name}, {dialog.slug}", page(found, "do", dialog.slug))


def acted_on(model: Any, dialog: Any) -> Any:
    """An object on which the dialog can act now: the one with the most below it, or one of the latest."""
    candidates = [subject(model), *model._base_manager.order_by("-pk")[:60]]
    able = (c for c in candidates if c is not None and not dialog(c, as_somebody()).why_not())
    return next(able, candidates[0])


def previews() -> Iterator[Page]:
    """What ending the thing with the most below it would take along."""
    today = clock.business_day().isoformat()
    contract, external = subject(Contract), subject(ExternalSubscription)
    if contract is not None:
        sent = {"arrived_on": today, "how": "form", "reason": "", "step": "preview"}
        yield Page("contract, terminate, preview", page(contract, "do", "terminate"), sent)
    if external is not None:
        dialog = next(d.slug for a in admins() if a.model is ExternalSubscription for d in a.dialogs)
        sent = {"effective_on": today, "reason": "", "step": "preview"}
        yield Page("externalsubscription, end, preview", page(external, "do", dialog), sent)


def searched() -> str:
    """A number that is there, as somebody would type it."""
    found = subject(Contract)
    return str(found.number) if found else "K0000001"


def ordinary_customer() -> Customer:
    """The one in the middle, by the number of contracts."""
    by_contracts = Customer.objects.annotate(n=Count("contracts")).order_by("n", "pk")
    return by_contracts[by_contracts.count() // 2]


OTHERS: dict[str, Callable[[], str]] = {
    "home": lambda: reverse("admin:index"),
    "search, number": lambda: f"/console/search/?q={searched()}",
    "search, name": lambda: "/console/search/?q=%E8%A6%8B%E6%9C%AC",
    "search, kana": lambda: "/console/search/?q=%E3%83%9F%E3%83%9B%E3%83%B3",
    "terms": lambda: "/console/terms/",
    "jobs": lambda: "/console/jobs/",
    "send a file": lambda: "/console/sims/fileimport/send/cards/",
    "scanner, cards taken in": lambda: "/console/sims/simcard/receive/",
    "scanner, cards taken back": lambda: "/console/sims/simcard/return/",
    "texts of letters": lambda: "/console/contracts/wording/kinds/",
    "customer, an ordinary one": lambda: page(ordinary_customer(), "change"),
}


def others() -> Iterator[Page]:
    """Pages that are neither of a list nor of an object."""
    for name, address in OTHERS.items():
        if is_there(address()):
            yield Page(name, address())


def missing() -> list[str]:
    """Names of the pages in `OTHERS` that no part of the software has."""
    return [name for name, address in OTHERS.items() if not is_there(address())]


def is_there(address: str) -> bool:
    """Whether an address is a page of its own: the console answers everything else by a catch-all."""
    try:
        found = resolve(address.partition("?")[0])
    except Resolver404:
        return False
    of_the_theme = found.url_name == "search" and found.func.__module__.startswith("unfold")
    return not of_the_theme and found.func.__name__ != "catch_all_view"


def everything() -> list[Page]:
    """All pages in the world at hand."""
    return [*others(), *lists(), *objects(), *dialogs(), *previews()]


def as_somebody() -> Any:
    """A request of somebody who may do everything, for asking admins and dialogs."""
    request = RequestFactory().get("/")
    request.user = User(login_id="everybody", name="すべて", is_staff=True, is_superuser=True)
    return request
