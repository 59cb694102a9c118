"""Nothing typed is lost when a login is over: the same person finds it again, once, and nobody else does (U09)."""

import time_machine

from tests.factories import StartConditionFactory
from tests.house.console import enter

TYPED = "経路は静的、運用は情報システム部"


def test_what_was_typed_is_there_after_logging_in_again(browser, manager, aois_company):
    condition = StartConditionFactory(contract__customer=aois_company)
    place = f"/portal/contracts/{condition.contract.number}/conditions/{condition.pk}/"
    browser.get(place)
    begin(browser)
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        answer = browser.post(place, {"answer": TYPED})
        assert answer["Location"] == f"/account/login/?next={place}"
        again_in(browser, manager.user)
        assert TYPED in browser.get(place).content.decode()
        assert TYPED not in browser.get(place).content.decode()


def test_somebody_else_at_the_same_browser_sees_nothing_of_it(browser, manager, someone, aois_company):
    condition = StartConditionFactory(contract__customer=aois_company)
    place = f"/portal/contracts/{condition.contract.number}/conditions/{condition.pk}/"
    begin(browser)
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        browser.post(place, {"answer": TYPED})
        again_in(browser, someone("manager").user)
        assert TYPED not in browser.get(place).content.decode()
        again_in(browser, manager.user)
        assert TYPED not in browser.get(place).content.decode()


def begin(browser) -> None:
    """The login begins now."""
    from iijiot import clock

    session = browser.session
    session["login_began_at"] = session["login_seen_at"] = int(clock.now().timestamp())
    session.save()


def again_in(browser, user) -> None:
    """Log in with the same browser, whose session goes on."""
    enter(browser, user)
    begin(browser)
