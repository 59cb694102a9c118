"""Another day for what ends with something else, typed into the plan: allowed, refused, never lost."""

from datetime import date

import pytest

from contracts.models import Contract, Termination
from tests.acts import again, screened
from tests.factories import ApplicationFactory, CapFactory, ContractFactory
from tests.factories.contracts import of
from tests.factories.worlds import house
from tests.house.console import page

LAST = date(2026, 12, 31)


@pytest.fixture
def world(ben):
    return house()


def wish(contract, day, why="切替工事のため", **more):
    """The end of the backbone with another day for one contract."""
    names = {"day": day, "reason": why, **more}
    return {"effective_on": "2026-12-31", **{f"designated-{n}-{contract.pk}": v for n, v in names.items()}}


@pytest.mark.clause("VPN5.2", "PC5.2")
def test_a_later_day_is_shown_in_the_plan_and_is_what_happens(press, world):
    shown = press(world.backbone, "end", **wish(world.vpn, "２０２７／１／２０")).context["plan"]
    planned = {change.subject: change.after.on for change in shown.changes}
    assert planned[world.vpn] == date(2027, 1, 20)
    press(world.backbone, "end", confirmed=True, **wish(world.vpn, "２０２７／１／２０"))
    assert {subject: again(subject).ends_on for subject in planned} == planned
    caused = Termination.objects.get(contract=world.vpn)
    assert (caused.designated, caused.reason) == (True, "切替工事のため")


@pytest.mark.clause("VPN5.2")
@pytest.mark.parametrize(
    ("day", "why", "sentence"),
    [
        ("2026-12-20", "工事", "VPN ゲートウェイ 第5条第2項"),
        ("2027-01-20", "", "VPN ゲートウェイ 第5条第2項"),
        ("2031-01-20", "工事", "VPN ゲートウェイ 第5条第2項"),
        ("2026-02-30", "工事", "のように入力してください"),
        ("3026-01-01", "工事", "入力できる範囲外の日付です"),
        ("明日", "工事", "のように入力してください"),
        ("2027-01-20", "工\x00事", "使用できない制御文字"),
        ("2027-01-20", "工\x07事", "使用できない制御文字"),
    ],
    ids=["too early", "no reason", "years later", "no such day", "far off", "no day", "a null", "a bell"],
)
def test_a_day_that_cannot_be_is_told_and_stands_in_the_plan_still(press, recorder, world, day, why, sentence):
    recorder.forget()
    answer = press(world.backbone, "end", confirmed=True, **wish(world.vpn, day, why))
    assert answer.status_code == 409
    assert sentence in " ".join(answer.context["form"].non_field_errors())
    told = answer.content.decode()
    assert f'name="designated-day-{world.vpn.pk}" value="{day}"' in told
    assert world.vpn in [change.subject for change in answer.context["plan"].changes]
    assert recorder.entries(side="row") == []


@pytest.mark.clause("VPN5.2")
def test_what_was_typed_into_the_plan_outlives_an_error_in_the_form(press, world):
    sent = wish(world.vpn, "2027-01-20", agrees="on") | {"effective_on": "2026-02-30"}
    answer = press(world.backbone, "end", **sent)
    kept = {name: value for name, value in sent.items() if name.startswith("designated-")}
    assert answer.context["kept"] == kept
    for name, value in kept.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in answer.content.decode()


@pytest.mark.clause("G29.1", "PC5.2")
@pytest.mark.parametrize("number", ["0", "9" * 30, "x", "１", "-1"])
def test_a_day_for_nothing_that_ends_is_refused_or_not_heard(press, desk, world, number):
    sent = {"effective_on": "2026-12-31", f"designated-day-{number}": "2027-01-20", "step": "preview"}
    answer = desk.post(page(world.backbone, "do", "end"), sent)
    assert answer.status_code in (200, 409)
    assert {change.after.on for change in answer.context["plan"].changes} == {LAST}


@pytest.mark.clause("G14.3", "MA8.1")
def test_a_partial_acceptance_is_shown_before_it_happens(press, aois_company):
    CapFactory(customer=aois_company, most=6)
    ContractFactory(**of(aois_company))
    application = screened(ApplicationFactory(**of(aois_company), mobile_access=True))
    answer = press(application, "accept")
    plan = answer.context["plan"]
    assert (plan.quantity, plan.refused_quantity) == (6, 4)
    assert "上限超過により拒絶する回線数" in answer.content.decode()
    press(application, "accept", confirmed=True)
    assert again(application).quantity_accepted == 6
    assert Contract.objects.get(service_code="mobile-access").quantity == 6


@pytest.mark.parametrize("number", ["0", "abc", "9" * 30])
def test_a_dialog_of_nothing_is_not_found(desk, number):
    for send in (desk.get, desk.post):
        assert send(f"/console/contracts/contract/{number}/do/terminate/").status_code == 404
