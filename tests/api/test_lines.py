"""Lines by another system: into service, paused, resumed, reported; by the same acts as at the console."""

import pytest
import time_machine

from contracts.models import Contract
from sims.models import AddressUse, Incident, Line
from tests.api.conftest import system_of
from tests.factories import ContractFactory, IpPoolFactory, LineFactory, SimCardFactory
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026."""
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        yield


@pytest.fixture
def mobile(aois_company) -> Contract:
    """A Mobile Access contract with addresses to be had."""
    IpPoolFactory()
    iot = ContractFactory(**of(aois_company))
    return ContractFactory(**of(aois_company), mobile_access=True, rests_on=[iot])


def do(system, line: Line, act: str, body: object = None, key: str = "k", **more: str):
    """Do something with a line."""
    return system.send("POST", f"lines/line_{line.number}/{act}", body or {}, HTTP_IDEMPOTENCY_KEY=key, **more)


@pytest.mark.clause("G3", "MA5.2")
def test_a_line_with_its_card_goes_into_service_and_has_its_address(system, mobile):
    line = LineFactory(contract=mobile, ordered=True, billing_starts_on=None)
    SimCardFactory(lent=True, line=line)
    tried = system.send("POST", f"lines/line_{line.number}/activate?dry_run=true", {})
    assert (tried.status_code, tried.json()["state"]) == (200, "active")
    assert (Line.objects.get(pk=line.pk).state, AddressUse.objects.count()) == ("ordered", 0)
    answer = do(system, line, "activate")
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["activated_on"]) == ("active", "2026-11-25")
    assert AddressUse.objects.get().line == line
    row = line.history.first()
    assert (row.history_actor_kind, row.history_clause) == ("partner", "G3")


@pytest.mark.clause("MA1")
def test_a_line_without_a_card_is_refused_with_the_clause_and_what_to_do(system, mobile):
    line = LineFactory(contract=mobile, ordered=True)
    answer = do(system, line, "activate")
    assert (answer.status_code, answer.json()["code"]) == (409, "rule-violated")
    assert answer.json()["reasons"][0]["remedy"]


@pytest.mark.clause("MA8.2")
def test_a_line_is_paused_and_resumed(system, mobile):
    line = LineFactory(contract=mobile)
    SimCardFactory(lent=True, line=line)
    assert do(system, line, "pause", {"reason": "冬期"}, "1").json()["state"] == "paused"
    assert line.history.first().history_change_reason == "冬期"
    again = do(system, line, "pause", {}, "2")
    assert (again.status_code, again.json()["code"]) == (409, "illegal-transition")
    assert do(system, line, "resume", {}, "3").json()["state"] == "active"


@pytest.mark.clause("MA10.1")
def test_a_loss_is_reported_once_and_the_line_stays_as_it_is(system, mobile):
    line = LineFactory(contract=mobile)
    card = SimCardFactory(lent=True, line=line)
    answer = do(system, line, "reports", {"kind": "loss", "what": "紛失"}, "1")
    assert answer.status_code == 201
    incident = Incident.objects.get()
    assert (incident.card, incident.channel, str(incident.reported_on)) == (card, "api", "2026-11-25")
    assert answer.json()["id"] == f"rep_{incident.number}"
    assert answer.json()["line"] == f"line_{line.number}"
    assert Line.objects.get(pk=line.pk).state == "active"
    assert do(system, line, "reports", {"kind": "loss", "what": "紛失"}, "1").content == answer.content
    assert do(system, line, "reports", {"kind": "loss", "what": "紛失"}, "2").status_code == 409
    assert Incident.objects.count() == 1


@pytest.mark.clause("MA10.1")
def test_of_a_line_without_a_card_nothing_is_reported(system, mobile):
    answer = do(system, LineFactory(contract=mobile), "reports", {"kind": "fault", "what": "故障"})
    assert (answer.status_code, answer.json()["clause"]) == (409, "MA10.1")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"what": "x"}, "kind"),
        ({"kind": "theft", "what": "x"}, "kind"),
        ({"kind": "loss"}, "what"),
        ({"kind": "loss", "what": ""}, "what"),
        ({"kind": "loss", "what": "x", "channel": "portal"}, "channel"),
    ],
)
def test_what_is_wrong_in_a_report_is_named(system, mobile, body, field):
    line = LineFactory(contract=mobile)
    SimCardFactory(lent=True, line=line)
    answer = do(system, line, "reports", body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Incident.objects.count() == 0


@pytest.mark.parametrize("act", ["activate", "pause", "resume", "reports"])
def test_x25_the_line_of_another_customer_is_not_there_and_reading_is_not_doing(
    system, dans_company, mobile, carols_company, act
):
    others = LineFactory(contract=ContractFactory(**of(carols_company), mobile_access=True))
    assert do(system, others, act, {"kind": "loss", "what": "x"} if act == "reports" else {}).status_code == 404
    own = LineFactory(contract=mobile)
    reader = system_of(dans_company, "lines:read")
    answer = do(reader, own, act)
    assert (answer.status_code, answer.json()["scope"]) == (403, "lines:write")
    assert own.history.count() == 1


def test_a_carrier_acts_on_lines_of_the_customers_shown_to_it(mobile, aois_company):
    carrier = PartnerFactory(kind="carrier")
    GrantFactory(partner=carrier, customer=aois_company)
    line = LineFactory(contract=mobile)
    assert do(system_of(carrier), line, "pause").status_code == 200


@pytest.mark.clause("MA8.1")
@pytest.mark.parametrize("both", [True, False], ids=["both", "neither"])
def test_fewer_lines_are_named_or_counted_one_of_both(system, mobile, both):
    first, *_rest = LineFactory.create_batch(3, contract=mobile)
    how = {"how_many": 1, "lines": [f"line_{first.number}"]} if both else {}
    body = {"contract": f"ctr_{mobile.number}", "effective_on": "2026-12-31", **how}
    answer = system.send("POST", "line-changes", body, HTTP_IDEMPOTENCY_KEY="1")
    assert (answer.status_code, answer.json()["code"], answer.json()["clause"]) == (409, "rule-violated", "MA8.1")
    assert "one of both" in str(answer.json()) or "どちらか" in str(answer.json())
