"""U04: a button that cannot act says why, under which clause, and leads to what helps: every state, every act."""

import re

import pytest
from django.test import RequestFactory
from django.utils import translation

from iijiot.console.actions import action_url, buttons, find
from iijiot.machines import machine_of
from tests.acts import screened
from tests.factories import ApplicationFactory, ContractFactory, StartConditionFactory, UserFactory
from tests.house.console import admins, as_superuser, made, page

MATRIX = [
    (admin.model, dialog, state)
    for admin in admins()
    if (machine := machine_of(admin.model)) is not None
    for dialog in admin.dialogs
    for state in machine.labels
]
CODE = re.compile(r"\b[a-z]+[-_][a-z]+\b")


def dialogs_of(record):
    """What the console offers for a record."""
    return next(admin.dialogs for admin in admins() if isinstance(record, admin.model))


def test_there_is_a_matrix_to_walk():
    print(f"{len(MATRIX)} combinations of state and act")
    assert len(MATRIX) >= 70


@pytest.mark.parametrize(("model", "dialog", "state"), MATRIX, ids=lambda part: getattr(part, "slug", str(part)))
def test_every_act_is_possible_in_a_state_or_says_why_not(db, model, dialog, state):
    record = made(model)
    record.__dict__[model.fsm_fields()[0]] = state
    request = RequestFactory().get("/console/")
    request.user = UserFactory(is_superuser=True)
    for language in ("ja", "en"):
        with translation.override(language):
            for reason in dialog(record, request).why_not():
                assert reason.clause.citation
                assert len(str(reason.remedy)) >= 5
                assert not CODE.search(str(reason.remedy)), str(reason.remedy)


@pytest.mark.parametrize(
    ("record", "slug", "helps"),
    [
        (lambda: ApplicationFactory(screened=True, found={}), "refuse", "findings"),
        (lambda: StartConditionFactory().contract, "set-start", "meet-condition"),
    ],
    ids=["no ground recorded", "checklist open"],
)
def test_a_reason_leads_to_the_dialog_that_helps(desk, record, slug, helps):
    record = record()
    shown = desk.get(page(record, "change")).content.decode()
    target = action_url(record, find(dialogs_of(record), helps))
    tip = shown[shown.index(f'id="why-{slug}"') :]
    assert f'href="{target}"' in tip[: tip.index("</span>")]
    assert f'href="{target}"' in desk.get(page(record, "do", slug)).content.decode()


def test_what_is_missing_for_an_acceptance_leads_to_the_customer(desk):
    application = screened(ApplicationFactory(service_code="data-storage"))
    shown = desk.get(page(application, "do", "accept")).content.decode()
    blocked = shown[shown.index("console-error") :]
    assert f'href="{page(application.customer, "change")}"' in blocked[: blocked.index("</ul>")]


def test_a_link_to_help_shows_only_to_who_may_follow_it(db, emi):
    record = StartConditionFactory().contract
    request = RequestFactory().get("/console/")
    request.user = emi
    reasons = [button["reasons"] for button in buttons(record, [find(dialogs_of(record), "set-start")], request)]
    assert reasons[0][0].helps == ("meet-condition",)
    browser = as_superuser()
    assert "do/meet-condition/" in browser.get(page(record, "do", "set-start")).content.decode()


def test_a_button_that_cannot_act_can_still_be_reached_and_is_described(desk):
    contract = ContractFactory(ended=True)
    shown = desk.get(page(contract, "change")).content.decode()
    button = re.search(r'<a href="[^"]+do/terminate/"[^>]*>', shown).group()
    assert 'aria-disabled="true"' in button
    described = re.search(r'aria-describedby="([^"]+)"', button).group(1)
    assert f'id="{described}"' in shown
