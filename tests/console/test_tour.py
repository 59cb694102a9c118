"""U21: a tour of five real pages for who is new, which changes nothing; whoever may see less is led to less."""

import re

from django.urls import reverse

from tests.factories import ContractFactory
from tests.house.console import logged_in

NEXT = re.compile(r'href="([^"]+)">次の画面')


def walk(browser):
    """The titles of the stops, page by page, from the first page of help on."""
    titles, address = [], browser.get(reverse("guide")).context["tour"]
    while address:
        shown = browser.get(address)
        assert shown.status_code == 200, address
        html = shown.content.decode()
        titles.append(str(shown.context["stop"].stop.title))
        assert titles[-1] in html
        found = NEXT.search(html)
        address = found.group(1).replace("&amp;", "&") if found else ""
    return titles


def test_the_tour_leads_a_new_clerk_through_five_screens_and_writes_nothing(desk, recorder):
    ContractFactory()
    recorder.forget()
    titles = walk(desk)
    assert len(titles) == 5
    assert "ホーム" in titles[0]
    assert "約款" in titles[-1]
    assert recorder.entries(side="row") == []


def test_the_act_of_the_tour_is_only_shown(desk):
    contract = ContractFactory()
    shown = desk.get(f"/console/contracts/contract/{contract.pk}/do/terminate/?tour=4")
    assert shown.context["plan"] is None
    assert "画面 4／5" in shown.content.decode()


def test_an_empty_system_and_who_may_see_little_have_shorter_tours(desk, hana):
    assert len(walk(desk)) == 3
    ContractFactory()
    assert len(walk(logged_in(hana))) == 3


def test_a_stop_that_there_is_not_shows_none(desk):
    for stop in ("0", "6", "-1", "x", "999999999999999999999"):
        assert desk.get(reverse("admin:index") + f"?tour={stop}").context["stop"] is None
