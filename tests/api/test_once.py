"""X43, R13, M19: a request that is sent again is answered again as before and does nothing; also after whatever went wrong."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from contracts.models import Application
from iijiot import answers, clock
from iijiot.answers import KeptAnswer, KeyReused, Reply
from tests.api.conftest import System, system_of
from tests.factories import ApplicationFactory
from tests.factories.contracts import of
from tests.factories.partners import token_of

KEY = {"HTTP_IDEMPOTENCY_KEY": "0d9f7a8e-order-7"}


@pytest.fixture
def order(aois_company):
    """An application for the IIJ IoT service, as it is sent."""
    world = of(aois_company)
    return {
        "customer": f"cus_{aois_company.number}",
        "management_unit": f"unit_{world['management_unit'].number}",
        "service": "iot",
        "start_wished_on": "2026-12-10",
    }


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026."""
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        yield


def test_r13_m19_sent_again_it_is_answered_as_before_and_does_nothing(system, order):
    first = system.send("POST", "applications", order, **KEY)
    again = system.send("POST", "applications", order, **KEY)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Application.objects.count() == 1


def test_a_quoted_key_is_the_same_key(system, order):
    system.send("POST", "applications", order, HTTP_IDEMPOTENCY_KEY="k-1")
    again = system.send("POST", "applications", order, HTTP_IDEMPOTENCY_KEY='"k-1"')
    assert again.headers["Idempotent-Replayed"] == "true"


def test_r13_m19_the_key_of_another_body_is_refused(system, order):
    system.send("POST", "applications", order, **KEY)
    answer = system.send("POST", "applications", {**order, "start_wished_on": "2026-12-11"}, **KEY)
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency-key-reused"
    assert Application.objects.count() == 1


def test_the_key_of_another_address_is_refused(system, order):
    made = system.send("POST", "applications", order, **KEY).json()["id"]
    answer = system.send("POST", f"applications/{made}/withdraw", {}, **KEY)
    assert answer.status_code == 422
    assert Application.objects.get().state == "received"


def test_the_same_key_of_another_client_is_another_key(system, dans_company, order):
    other = system_of(dans_company)
    assert system.send("POST", "applications", order, **KEY).status_code == 201
    assert other.send("POST", "applications", order, **KEY).status_code == 201
    assert Application.objects.count() == 2


def test_after_a_refusal_the_key_can_be_used_again(system, order):
    wrong = system.send("POST", "applications", {**order, "service": "mobile-access"}, **KEY)
    assert wrong.status_code == 400
    assert KeptAnswer.objects.count() == 0
    assert system.send("POST", "applications", order, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "語"])
def test_without_a_key_that_can_be_kept_nothing_is_done(system, order, key):
    answer = system.send("POST", "applications", order, **({"HTTP_IDEMPOTENCY_KEY": key} if key else {}))
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["Idempotency-Key"]
    assert Application.objects.count() == 0


def test_after_a_day_the_key_is_new(system, order):
    system.send("POST", "applications", order, **KEY)
    with time_machine.travel("2026-11-26 03:00+00:00", tick=False):
        later = System(system.partner, token_of(system.partner.keys.get()), Client())
        again = later.send("POST", "applications", order, **KEY)
        assert again.status_code == 201
    assert Application.objects.count() == 2


def once(act, *, key="k", fingerprint="f", at=None):
    return answers.once(client="c", key=key, fingerprint=fingerprint, at=at or clock.now(), act=act)


def test_an_answer_is_good_for_a_day_and_not_longer(db):
    now = clock.now()
    replies = iter([Reply(201, "first"), Reply(201, "second")])
    assert once(lambda: next(replies), at=now).body == "first"
    assert once(lambda: next(replies), at=now + timedelta(hours=24, seconds=-1)).body == "first"
    late = once(lambda: next(replies), at=now + timedelta(hours=24), fingerprint="another")
    assert (late.body, late.replayed) == ("second", False)


def test_what_the_act_raises_leaves_neither_its_work_nor_an_answer(db, aois_company):
    def act() -> Reply:
        ApplicationFactory(customer=aois_company)
        raise LookupError

    with pytest.raises(LookupError):
        once(act)
    assert (Application.objects.count(), KeptAnswer.objects.count()) == (0, 0)
    assert once(lambda: Reply(201, "x")).body == "x"


def test_another_fingerprint_is_refused(db):
    once(lambda: Reply(201, "x"))
    with pytest.raises(KeyReused):
        once(lambda: Reply(201, "y"), fingerprint="g")


def test_answers_go_when_their_time_is_over(db):
    now = clock.now()
    once(lambda: Reply(201, "x"), key="old", at=now - timedelta(hours=25))
    once(lambda: Reply(201, "x"), key="new", at=now)
    assert answers.forget(now) == 1
    assert [kept.key for kept in KeptAnswer.objects.all()] == ["new"]


def test_a_fingerprint_tells_where_one_part_ends_and_the_next_begins():
    assert answers.fingerprint_of("ab", "c") != answers.fingerprint_of("a", "bc")


def test_a_dry_run_needs_no_key_keeps_nothing_and_uses_up_no_number(system, order, aois_company):
    before = ApplicationFactory(**of(aois_company))
    answer = system.send("POST", "applications?dry_run=true", order)
    assert answer.status_code == 200
    assert answer.json()["id"] is None
    assert answer.json()["start_wished_on"] == "2026-12-10"
    assert (Application.objects.get(), KeptAnswer.objects.count()) == (before, 0)
    assert ApplicationFactory(**of(aois_company)).pk == before.pk + 1


@pytest.mark.parametrize("query", ["dry_run=1", "dry_run=", "dry_run=true&dry_run=true", "dryrun=true", "dry_run=True"])
def test_what_could_be_meant_as_a_dry_run_is_never_carried_out(system, order, query):
    assert system.send("POST", f"applications?{query}", order, **KEY).status_code == 400
    assert Application.objects.count() == 0


def test_whoever_filed_it_stands_in_the_history(system, order):
    system.send("POST", "applications", order, **KEY)
    row = Application.objects.get().history.get()
    assert (row.history_actor_kind, row.history_actor) == ("partner", f"{system.partner.user.display_name} 受発注")
    assert row.history_user_id == system.partner.user.pk
    assert row.history_clause == "G12.1"
    assert Application.objects.get().received_on == date(2026, 11, 25)
