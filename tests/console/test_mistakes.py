"""U20: what cannot be taken back is confirmed by typing the record's number; afterwards it is said what comes next."""

from datetime import date
from itertools import chain

import pytest

from tests.acts import again, screened
from tests.console.conftest import what_was_shown
from tests.console.test_dialogs_twice import REFUSED_THEN, opened
from tests.factories import ApplicationFactory, ContractFactory, ExternalSubscriptionFactory
from tests.house.console import admins, as_superuser, page

FINAL = {action.slug for action in chain.from_iterable(admin.dialogs for admin in admins()) if action.final}


def test_what_no_other_act_takes_back_is_known():
    of_contracts = {"refuse", "carry-out-succession", "report-death", "take-over", "refuse-heir", "erase-personal-data"}
    assert {*of_contracts, "close-partner", "reverse-receipt"} == FINAL


@pytest.mark.parametrize("slug", sorted(FINAL))
def test_what_cannot_be_taken_back_wants_the_number_of_its_record(db, recorder, slug):
    made, sent = REFUSED_THEN[slug]
    record, browser = made(), as_superuser()
    address, held = opened(browser, record, slug, sent)
    right = held.pop("typed_number")
    assert right == record.number
    recorder.forget()
    for typed in ("", record.number[:-1], f"{record.number}0"):
        refused = browser.post(address, held | {"typed_number": typed})
        assert refused.context["mistyped"], typed
        assert "typed-error" in refused.content.decode()
    assert recorder.entries(side="row") == []
    wide = right.lower().translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    assert browser.post(address, held | {"typed_number": f" {wide} "}).status_code == 302


@pytest.mark.clause("PC5.2")
@pytest.mark.parametrize(("day", "typed"), [("2026-11-24", True), ("2026-11-25", True), ("2026-11-26", False)])
def test_an_end_that_leaves_no_day_to_lift_it_wants_the_number(desk, day, typed):
    subscription = ExternalSubscriptionFactory()
    shown = desk.post(page(subscription, "do", "end"), {"effective_on": day, "step": "preview"})
    assert shown.context["to_type"] == (subscription.number if typed else "")
    sent = {"effective_on": day, "step": "confirm", "version": shown.context["version"], **what_was_shown(shown)}
    sent.pop("typed_number", None)
    assert desk.post(page(subscription, "do", "end"), sent).status_code == (200 if typed else 302)
    assert again(subscription).ends_on == (None if typed else date.fromisoformat(day))


@pytest.mark.clause("G13.1")
def test_after_an_act_it_is_said_what_comes_next_with_its_button(press, desk):
    application = ApplicationFactory()
    done = press(application, "screen", confirmed=True)
    told = desk.get(done.url).content.decode()
    assert f'次の手続： <a href="{page(application, "do", again(application).next_act())}">' in told


@pytest.mark.clause("G13.1")
def test_after_an_act_that_makes_a_record_the_next_step_is_that_of_the_new_one(press, desk):
    accepted = press(screened(ApplicationFactory()), "accept", confirmed=True)
    assert f'<a href="{accepted.url.removesuffix("change/")}do/set-start/">' in desk.get(accepted.url).content.decode()


def test_after_the_last_act_nothing_comes_next(press, desk):
    done = press(ContractFactory(), "terminate", confirmed=True, arrived_on="2026-11-25", how="form")
    assert "次の手続" not in desk.get(done.url).content.decode()
