"""The tour for new clerks: the queue, a search, a customer, an act before it is confirmed, the terms."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.admin.contract import TakeTerminationNotice
from contracts.models import Contract
from iijiot.console.actions import action_url, change_url
from iijiot.console.tour import Stop, stop_at


def example(request: HttpRequest, permission: str) -> Contract | None:
    """A contract to look at, for who has this permission; read once for a page."""
    if not request.user.has_perm(permission):
        return None
    if "tour_example" not in request.__dict__:
        found = Contract.objects.in_life().with_list_data().order_by("pk").first()
        request.__dict__["tour_example"] = found
    shown: Contract | None = request.__dict__["tour_example"]
    return shown


def a_customer(request: HttpRequest) -> str:
    """The page of a customer."""
    contract = example(request, "contracts.view_customer")
    return change_url(contract.customer) if contract else ""


def an_act(request: HttpRequest) -> str:
    """The dialog that ends a contract."""
    contract = example(request, TakeTerminationNotice.permission)
    return action_url(contract, TakeTerminationNotice) if contract else ""


for stop in (
    Stop(
        _("Home: what must be done"),
        _(
            "Every kind of work in one list, the most urgent first. Each row says by when and under which clause, "
            "and has the button for what comes next. “Take it on” puts a piece of work on your own desk."
        ),
        lambda request: reverse("admin:index"),
        10,
    ),
    Stop(
        _("Search: somebody is on the telephone"),
        _(
            "Press / on any page and type a name, its kana or any number, however it comes to you. Enter opens the "
            "first hit."
        ),
        lambda request: reverse("search"),
        20,
    ),
    Stop(
        _("A customer: everything on one page"),
        _(
            "Open tasks, contracts with what they rest on, coming dates, notices, and at the foot who did what and when. "
            "A button that cannot act says why, and what helps."
        ),
        a_customer,
        30,
    ),
    Stop(
        _("An act: seen before it is done"),
        _(
            "Type a day and press “Show what will happen”: you see everything that ends with it, each day with its clause, "
            "and the letters that would go out. Nothing is done until you confirm."
        ),
        an_act,
        40,
    ),
    Stop(
        _("The terms: why the system does what it does"),
        _(
            "Each clause with what the system does under it and what waits there now. Every clause on every page "
            "leads here; “Help” at the top explains the page that you are on."
        ),
        lambda request: reverse("terms"),
        50,
    ),
):
    stop_at(stop)
