"""X20, U25: a record's history page shows how it stood at a moment: what it said, since which act, and until when."""

from datetime import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from contracts.models import Contract
from iijiot import clock
from tests.acts import give_notice
from tests.factories import ContractFactory, CustomerFactory
from tests.house.console import as_superuser, logged_in, page

MADE, CHANGED = datetime(2026, 11, 20, 10, 0, tzinfo=clock.TOKYO), datetime(2026, 11, 24, 15, 30, tzinfo=clock.TOKYO)
TODAY = datetime(2026, 11, 25, 9, 0, tzinfo=clock.TOKYO)


def then(record, on, at="23:59"):
    """The history page as it shows the state at a moment."""
    with time_machine.travel(TODAY, tick=False):
        return as_superuser().get(page(record, "history"), {"on": on, "at": at})


def told(shown):
    """What it says, by field."""
    return {str(label): words for label, words in shown.context["then"]["described"]}


@pytest.fixture
def contract(db) -> Contract:
    """A contract made on one day, with a notice on another."""
    with time_machine.travel(MADE, tick=False):
        made = ContractFactory(customer=CustomerFactory(name="株式会社以前"))
    with time_machine.travel(CHANGED, tick=False):
        give_notice(made, CHANGED.date())
    return made


@pytest.mark.parametrize(
    ("on", "at", "last_day"),
    [
        ("2026-11-20", "10:00", "—"),
        ("2026-11-24", "15:29", "—"),
        ("2026-11-24", "15:30", "2026年12月24日（木）"),
        ("２０２６年１１月２５日", "23:59", "2026年12月24日（木）"),
    ],
    ids=["the minute it was made", "the minute before", "the minute of the act", "now"],
)
def test_the_state_at_a_moment_is_the_one_of_that_moment(contract, on, at, last_day):
    with translation.override("ja"):
        shown = then(contract, on, at)
    assert told(shown)["解約日"] == last_day
    assert last_day in shown.content.decode()


def test_it_says_by_which_act_it_came_about_and_until_when_it_stood(contract):
    first, second = contract.history.order_by("history_id")
    shown = then(contract, "2026-11-22")
    assert (shown.context["then"]["version"], shown.context["then"]["until"]) == (first, second)
    assert reverse("act", args=[first.history_chapter]) in shown.content.decode()
    assert then(contract, "2026-11-24").context["then"]["until"] is None


def test_before_it_was_recorded_there_was_nothing(contract):
    shown = then(contract, "2026-11-19")
    assert "described" not in shown.context["then"]
    assert "まだ登録されていません" in shown.content.decode()


@pytest.mark.parametrize(
    ("on", "at"),
    [("2026-11-26", "0:00"), ("2026-02-30", "0:00"), ("", "0:00"), ("2026-11-20", "25:00"), ("2026-11-20", "\x00")],
    ids=["to come", "no day", "nothing", "no time", "no sign"],
)
def test_a_moment_that_cannot_be_is_refused_in_a_sentence(contract, on, at):
    shown = then(contract, on, at)
    assert shown.status_code == 200
    assert shown.context["then"]["form"].errors
    assert "described" not in shown.context["then"]


def test_who_may_not_see_the_record_sees_no_past_of_it(contract, hana):
    assert logged_in(hana).get(page(contract, "history"), {"on": "2026-11-22", "at": "10:00"}).status_code == 403


def test_no_version_tells_a_secret(ben):
    shown = as_superuser().get(page(ben, "history"), {"on": clock.today().isoformat(), "at": "23:59"})
    assert ben.login_id in [words for _label, words in shown.context["then"]["described"]]
    assert ben.password not in shown.content.decode()


def test_the_moment_asked_for_is_still_to_be_changed(contract):
    shown = then(contract, "2026-11-22", "10:15").content.decode()
    assert 'value="10:15"' in shown
    assert 'value="2026-11-22"' in shown
