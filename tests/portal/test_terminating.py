"""A customer ends a contract: the day, what ends with it, the password, the receipt; and takes it back in time (G29.1)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from contracts import protecting
from contracts.models import Contract, Measure, Notice, Termination
from iijiot.records import fresh
from tests.acts import do, end, give_notice
from tests.factories import MeasureFactory
from tests.factories.prices import price_list
from tests.factories.users import PASSWORD
from tests.factories.worlds import House, house
from tests.house.console import enter
from tests.portal.conftest import page
from tests.portal.test_home import MOST_QUERIES, queries

LAST = date(2026, 12, 25)


@pytest.fixture(autouse=True)
def no_tries_counted(db: None) -> None:
    """Nobody has typed a wrong password yet."""
    cache.clear()


@pytest.fixture
def world(aois_company) -> House:
    """Everything that can rest on everything, of Aoi's company."""
    return house(aois_company)


def place(contract: Contract) -> str:
    """The page on which it is ended."""
    return f"/portal/contracts/{contract.number}/end/"


def shown(browser, address: str, **sent: Any) -> Any:
    """What would happen, with what the page sends along when it is confirmed."""
    answer = browser.post(address, {"step": "preview", **sent})
    assert answer.status_code == 200
    return answer


def confirm(browser, address: str, plan: Any, password: str = PASSWORD, **sent: Any) -> Any:
    """Confirm what was shown."""
    return browser.post(address, {"step": "confirm", "fingerprint": plan.fingerprint, "password": password, **sent})


@pytest.mark.clause("G29.1", "IOT4", "MA12.2")
def test_it_is_shown_what_ends_with_it_and_then_done_exactly_so(browser, world, aoi):
    answer = shown(browser, place(world.iot))
    told = page(answer)
    for contract in world.contracts.values():
        assert contract.number in told
    assert "2026年12月25日（金）" in told
    assert not Termination.objects.exists()
    done = confirm(browser, place(world.iot), answer.context["plan"], remark="拠点の閉鎖")
    notice = Termination.objects.get(origin="notice")
    assert done["Location"] == f"/portal/terminations/{notice.number}/"
    assert (notice.contract, notice.how, notice.arrived_on, notice.effective_on) == (
        world.iot,
        "portal",
        date(2026, 11, 25),
        LAST,
    )
    assert {fresh(contract).ends_on for contract in world.contracts.values()} == {LAST}
    row = notice.history.first()
    assert (row.history_actor_kind, row.history_user_id, row.history_change_reason) == ("account", aoi.pk, "拠点の閉鎖")


@pytest.mark.clause("G12.2.1")
def test_the_receipt_has_number_moment_and_a_pdf_to_keep(browser, world):
    answer = shown(browser, place(world.vpn))
    done = confirm(browser, place(world.vpn), answer.context["plan"])
    told = page(browser.get(done["Location"]))
    notice = Notice.objects.get(kind="end-scheduled")
    assert Termination.objects.get().number in told
    assert "2026年11月25日（水） 10:00" in told
    paper = browser.get(f"/portal/notices/{notice.number}/pdf/")
    assert f'href="/portal/notices/{notice.number}/pdf/"' in told
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Disposition"].startswith("attachment")


@pytest.mark.clause("IOT4")
@pytest.mark.parametrize(
    ("named", "last"),
    [("", LAST), ("2026-12-01", LAST), ("2027-03-31", date(2027, 3, 31)), ("令和９年３月３１日", date(2027, 3, 31))],
    ids=["no day", "too early", "later", "as written on paper"],
)
def test_the_day_is_thirty_days_on_or_a_later_one_wished(browser, world, named, last):
    answer = shown(browser, place(world.vpn), named_on=named)
    confirm(browser, place(world.vpn), answer.context["plan"], named_on=named)
    assert fresh(world.vpn).ends_on == last


@pytest.mark.parametrize("password", ["", "falsches-passwort-1"])
def test_without_the_right_password_nothing_ends(browser, world, password):
    answer = shown(browser, place(world.vpn))
    told = page(confirm(browser, place(world.vpn), answer.context["plan"], password))
    assert 'href="#id_password"' in told
    assert 'name="password"' in told
    assert "VPN" in told
    assert not Termination.objects.exists()


def test_too_many_wrong_passwords_are_refused_for_a_while(browser, world):
    plan = shown(browser, place(world.vpn)).context["plan"]
    statuses = [confirm(browser, place(world.vpn), plan, "falsches-passwort-1").status_code for _n in range(7)]
    assert statuses[-1] == 429
    assert confirm(browser, place(world.vpn), plan).status_code == 429
    assert not Termination.objects.exists()


@pytest.mark.clause("G29.1")
def test_what_has_changed_since_it_was_shown_is_shown_again(browser, world):
    plan = shown(browser, place(world.iot)).context["plan"]
    end(world.backbone, date(2026, 12, 10))
    answer = confirm(browser, place(world.iot), plan)
    assert answer.status_code == 409
    assert "内容が変わりました" in answer.content.decode()
    assert not Termination.objects.filter(origin="notice").exists()


def test_sent_twice_it_ends_once_and_the_second_time_says_why(browser, world):
    plan = shown(browser, place(world.vpn)).context["plan"]
    confirm(browser, place(world.vpn), plan)
    again = confirm(browser, place(world.vpn), plan)
    assert again.status_code == 409
    assert Termination.objects.count() == 1
    assert Termination.objects.get().number in again.content.decode()


@pytest.mark.clause("G29.1")
def test_a_protected_contract_says_what_stands_in_the_way(browser, world):
    do(protecting.plan_protecting(world.vpn, today=date(2026, 11, 25)))
    told = page(browser.get(place(world.vpn)))
    assert "この契約には解約保護が設定されています。" in told
    assert browser.post(place(world.vpn), {"step": "preview"}).status_code == 409


@pytest.mark.clause("G29.1", "MA12.2")
def test_a_notice_is_taken_back_until_the_day_before_its_last_day(browser, manager, world):
    notice = give_notice(world.iot)
    address = f"/portal/terminations/{notice.number}/take-back/"
    with time_machine.travel("2026-12-24 01:00+00:00", tick=False):
        enter(browser, manager.user)
        answer = browser.get(address)
        told = page(answer)
        assert world.mobile_access.number in told
        done = confirm(browser, address, answer.context["plan"])
        assert done["Location"] == f"/portal/terminations/{notice.number}/"
    assert fresh(notice).state == "taken-back"
    assert {fresh(contract).ends_on for contract in world.contracts.values()} == {None}


@pytest.mark.clause("G29.1")
@pytest.mark.parametrize("day", ["2026-12-25", "2026-12-26"])
def test_from_its_last_day_on_it_is_not_taken_back_here(browser, manager, world, day):
    notice = give_notice(world.iot)
    with time_machine.travel(f"{day} 01:00+00:00", tick=False):
        enter(browser, manager.user)
        assert browser.post(f"/portal/terminations/{notice.number}/take-back/", {"step": "confirm"}).status_code == 409
        assert "take-back" not in page(browser.get(f"/portal/terminations/{notice.number}/"))
    assert fresh(notice).state == "scheduled"


@pytest.mark.clause("G29.1")
def test_neither_an_end_by_the_company_nor_one_that_follows_is_taken_back_here(browser, world):
    by_company = end(world.vpn, date(2026, 12, 10), "G28.1.2")
    give_notice(world.iot)
    followed = world.mobile_access.terminations.get()
    for stands in (by_company, followed):
        address = f"/portal/terminations/{stands.number}/take-back/"
        assert browser.get(address).context["plan"] is None
        assert browser.post(address, {"step": "confirm", "password": PASSWORD}).status_code == 409
        assert fresh(stands).state == "scheduled"


def test_a_viewer_ends_nothing_and_takes_nothing_back(viewer, world):
    notice = give_notice(world.vpn)
    for address in (place(world.iot), f"/portal/terminations/{notice.number}/take-back/"):
        assert viewer.get(address).status_code == 403
        assert viewer.post(address, {"step": "confirm", "password": PASSWORD}).status_code == 403
    told = page(viewer.get(f"/portal/contracts/{world.iot.number}/"))
    assert "/end/" not in told
    assert "take-back" not in page(viewer.get(f"/portal/terminations/{notice.number}/"))


@pytest.fixture
def useless(world) -> Measure:
    """A restriction makes Mobile Access unusable since 1 November."""
    since = datetime(2026, 10, 31, 15, tzinfo=UTC)
    measure: Measure = MeasureFactory(kind="restriction", starts_at=since, stops_use=True, state="in-force")
    return measure


@pytest.mark.clause("G29.2")
def test_what_cannot_be_used_ends_on_the_day_on_which_one_says_so(browser, world, useless):
    contract = world.mobile_access
    address = f"/portal/contracts/{contract.number}/end-at-once/"
    assert address in page(browser.get(f"/portal/contracts/{contract.number}/"))
    sent = {"measure": useless.pk, "statement": "拠点の監視ができないため"}
    answer = shown(browser, address, **sent)
    assert "2026年11月25日（水）" in page(answer)
    assert confirm(browser, address, answer.context["plan"], password="chigau-aikotoba", **sent).status_code == 200
    done = confirm(browser, address, answer.context["plan"], **sent)
    ended = Termination.objects.get(origin="trouble")
    assert done["Location"] == f"/portal/terminations/{ended.number}/"
    assert (ended.effective_on, ended.how, ended.measure) == (date(2026, 11, 25), "portal", useless)
    assert fresh(contract).ends_on == date(2026, 11, 25)


@pytest.mark.clause("G29.2")
def test_what_can_be_used_has_the_thirty_days_and_a_viewer_ends_nothing(browser, viewer, of_carol, world, useless):
    other = world.iot
    address = f"/portal/contracts/{other.number}/end-at-once/"
    assert address not in page(browser.get(f"/portal/contracts/{other.number}/"))
    assert "利用不能" in page(browser.get(address)) or "約款" in page(browser.get(address))
    sent = {"measure": useless.pk, "statement": "x", "step": "confirm", "password": PASSWORD}
    assert browser.post(address, sent).status_code == 409
    mobile = f"/portal/contracts/{world.mobile_access.number}/"
    assert "end-at-once" not in page(viewer.get(mobile))
    assert viewer.post(f"{mobile}end-at-once/", sent).status_code == 403
    assert of_carol.get(f"{mobile}end-at-once/").status_code == 404
    assert not Termination.objects.exists()


@pytest.mark.clause("G29.2")
def test_a_measure_of_another_service_is_no_ground(browser, world, useless):
    over = MeasureFactory(
        kind="restriction", service="data-storage", starts_at=useless.starts_at, stops_use=True, state="in-force"
    )
    contract = world.mobile_access
    answer = browser.post(f"/portal/contracts/{contract.number}/end-at-once/", {"measure": over.pk, "statement": "x"})
    assert answer.context["form"].errors["measure"]


@pytest.mark.parametrize("months", [1, 3, 4])
def test_taking_back_asks_no_more_often_where_what_still_ends_does_so_in_several_months(browser, world, months):
    """What stays ended by others' ends is shown with its last month, however many months these are."""
    price_list()
    days = [date(2027, month, 15) for month in range(1, months + 1)]
    for contract, day in zip([world.vpn, world.connector, world.gateway, world.data_storage], days, strict=False):
        end(contract, day, "G28.1.2")
    address = f"/portal/terminations/{give_notice(world.iot).number}/take-back/"
    told = page(browser.get(address))
    assert [day for day in days if f"最終月（{day.year}年{day.month}月）" not in told] == []
    assert queries(browser, address) <= MOST_QUERIES
