"""What of contracts stands on the portal's home."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.models import ContactChannel, Contract, DocumentRequest, Notice, StartCondition, Termination
from contracts.models.contract_state import TONES
from contracts.models.customer import Customer
from iijiot.clauses import Clause
from iijiot.portal.members import Member, Right
from iijiot.portal.panels import HOME, Section, Todo, needs_attention, show_on
from iijiot.words import said

SHOWN = 10
SOON = timedelta(days=62)


@needs_attention
def documents(member: Member, day: date) -> Iterable[Todo]:
    """Documents that an application waits for (G42.2.1)."""
    for asked in DocumentRequest.objects.of_customer(member.customer).awaited()[:SHOWN]:
        yield Todo(
            said(_("Send us: {document}"), document=asked.what),
            reverse("portal:hand_in", args=[asked.application.number, asked.pk]),
            said(_("Your application {application} waits for it."), application=asked.application),
            clause=Clause("G42.2.1"),
            tone="warning",
            right=Right.DECIDE,
        )


@needs_attention
def channels(member: Member, day: date) -> Iterable[Todo]:
    """Further ways to be reached that the company has asked for (G12.2.2)."""
    for asked in ContactChannel.objects.of_customer(member.customer).pending()[:SHOWN]:
        yield Todo(
            said(_("Set up: {means}"), means=asked.get_means_display()),
            reverse("portal:notices"),
            asked.why,
            clause=Clause("G12.2.2"),
        )


@needs_attention
def conditions(member: Member, day: date) -> Iterable[Todo]:
    """What must be decided or disclosed before a contract can start (PC4.1, WPC4.1)."""
    for condition in StartCondition.objects.of_customer(member.customer).to_meet()[:SHOWN]:
        yield Todo(
            str(condition),
            reverse("portal:condition", args=[condition.contract.number, condition.pk]),
            said(_("{contract} can start only once this is done."), contract=condition.contract),
            clause=condition.clause_value,
            tone="warning",
            right=Right.DECIDE,
        )


@needs_attention
def unread(member: Member, day: date) -> Iterable[Todo]:
    """Notices that nobody of the company has opened (U23): one thing to do, however many they are."""
    many = next((notice.unread_in_all for notice in latest_notices(member)), 0)
    if many:
        sentence = _("Read {many} new notices") if many > 1 else _("Read a new notice")
        address = f"{reverse('portal:notices')}?unread=1"
        yield Todo(said(sentence, many=many), address, _("What is sent counts as told."), clause=Clause("G12.2.1"))


def contracts(member: Member, customer: Customer, day: date) -> dict[str, Any]:
    """What the customer has."""
    rows = Contract.objects.of_customer(customer).in_life().with_list_data().order_by("number")
    found = list(rows[: SHOWN + 1])
    return {"contracts": found[:SHOWN], "more": len(found) > SHOWN, "tones": TONES}


def changes(member: Member, customer: Customer, day: date) -> dict[str, Any]:
    """What ends and what starts soon, each day with its reason."""
    ends = Termination.objects.of_customer(customer).scheduled().until(day + SOON).with_list_data()
    starts = Contract.objects.of_customer(customer).starting_after(day)
    return {"ends": list(ends[:SHOWN]), "starts": list(starts[:SHOWN])}


def notices(member: Member, customer: Customer, day: date) -> dict[str, Any]:
    """What the customer was told lately."""
    return {"notices": latest_notices(member)}


def latest_notices(member: Member) -> list[Any]:
    """The latest few, and with each how many are unread."""
    if "notices" not in member.looked_up:
        rows = Notice.objects.of_customer(member.customer).newest().with_unread_in_all(member.customer)
        member.looked_up["notices"] = list(rows[:5])
    found: list[Any] = member.looked_up["notices"]
    return found


show_on(HOME, Section(_("Your contracts"), "portal/home_contracts.html", contracts, "contracts", 10))
show_on(HOME, Section(_("What changes soon"), "portal/home_changes.html", changes, "changes", 30))
show_on(HOME, Section(_("Latest notices"), "portal/home_notices.html", notices, "notices", 40))
