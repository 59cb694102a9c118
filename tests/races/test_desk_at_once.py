"""Two clerks take the same piece of work, or one puts back what another takes over."""

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from iijiot import assigning, roles
from iijiot.actors import Actor
from iijiot.assigning import Assignment
from tests.factories import ApplicationFactory, UserFactory
from tests.house.console import logged_in, page
from tests.races.together import ROUNDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


TOLD = [
    "Somebody took this at the same moment. Look who has it now.",
    "Something changed since this was shown to you. Look at it once more and confirm again.",
    "Somebody else is working on this at the moment. Try again in a few seconds.",
]
"""What the other one reads: at the same moment, a moment later, or while the first is held up."""


def test_of_two_who_take_the_same_one_has_it_and_the_other_is_told():
    users = [UserFactory(groups=[roles.DESK]) for _n in range(2)]
    browsers = [logged_in(user) for user in users]
    for _round in range(ROUNDS):
        application = ApplicationFactory()
        address = page(application, "do", "take")
        sent = [
            {"step": "confirm", "version": browser.get(address).context["version"], "reason": ""}
            for browser in browsers
        ]

        def taking(browser: Client, form: dict[str, str], address: str = address):
            return lambda: browser.post(address, form)

        answers = [outcome.result for outcome in at_once(*map(taking, browsers, sent))]
        took = [answer.status_code == 302 for answer in answers]
        assert took.count(True) == 1
        assert Assignment.objects.held_of(application).get().user == users[took.index(True)]
        told = answers[took.index(False)]
        assert told.status_code in (200, 409)
        with translation.override("ja"):
            assert any(gettext(sentence) in told.content.decode() for sentence in TOLD)


def test_putting_back_does_not_undo_taking_over():
    for _round in range(ROUNDS):
        first, second = (UserFactory(groups=[roles.DESK]) for _n in range(2))
        application = ApplicationFactory()
        held = assigning.take(application, seen=None, actor=Actor.staff(first))
        at_once(
            lambda: assigning.put_back(application, actor=Actor.staff(first)),  # noqa: B023 - within the round
            lambda: assigning.take(application, seen=held, actor=Actor.staff(second)),  # noqa: B023
        )
        held = Assignment.objects.held_of(application).get()
        assert held.user == second
