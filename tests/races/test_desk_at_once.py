"""Two clerks take the same piece of work, or one puts back what another takes over."""

import pytest
from django.test import Client

from iijiot import assigning, roles
from iijiot.actors import Actor
from iijiot.assigning import Assignment
from tests.factories import ApplicationFactory, UserFactory
from tests.house.console import logged_in, page
from tests.races.together import ROUNDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_take_the_same_one_has_it_and_the_other_is_told():
    browsers = [logged_in(UserFactory(groups=[roles.DESK])) for _n in range(2)]
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
        codes = {answer.status_code for answer in answers}
        assert 302 in codes
        assert codes <= {200, 302, 409}
        assert Assignment.objects.held_of(application).count() == 1
        told = next((answer for answer in answers if answer.status_code != 302), None)
        if told is not None:
            assert "同時に" in told.content.decode() or "変更されました" in told.content.decode()


def test_putting_back_does_not_undo_taking_over():
    for _round in range(ROUNDS):
        first, second = (UserFactory(groups=[roles.DESK]) for _n in range(2))
        application = ApplicationFactory()
        assigning.take(application, actor=Actor.staff(first))
        at_once(
            lambda: assigning.put_back(application, actor=Actor.staff(first)),  # noqa: B023 - within the round
            lambda: assigning.take(application, actor=Actor.staff(second)),  # noqa: B023
        )
        held = Assignment.objects.held_of(application).get()
        assert held.user == second
