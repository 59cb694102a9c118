"""Pages: what waits, everything of a customer at once, the business day, the language."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from iijiot import clock
from iijiot.actors import Actor
from iijiot.models import DayStep
from iijiot.records import chapter
from tests.factories import (
    ApplicationFactory,
    ContactChannelFactory,
    ContractFactory,
    NoticeFactory,
    TerminationFactory,
    UserFactory,
)
from tests.factories.contracts import of
from tests.house.console import logged_in


def queues(browser):
    """What home counts, by kind of work, and the days left of each row."""
    shown = browser.get("/console/").context
    left: dict[str, list[int | None]] = {str(of_kind["queue"].title): [] for of_kind in shown["kinds"]}
    for task in shown["tasks"]:
        left[str(task.kind.title)].append(task.left)
    return {
        str(of_kind["queue"].title): (of_kind["count"], left[str(of_kind["queue"].title)]) for of_kind in shown["kinds"]
    }


@pytest.mark.clause("G13.2", "G29.1", "G14.2")
def test_home_shows_what_waits_with_the_days_left(desk):
    ApplicationFactory(start_wished_on=date(2026, 11, 28))
    TerminationFactory(contract=ContractFactory())
    NoticeFactory(channel="letter")
    ContactChannelFactory(asked_on=date(2026, 11, 20))
    assert queues(desk) == {
        "料金改定": (0, []),
        "滞納のある契約": (0, []),
        "解除待ちの停止・制限": (0, []),
        "処理待ちの申込": (1, [3]),
        "開始待ちの契約": (0, []),
        "解約予定": (1, [30]),
        "解約申込書待ちの解約連絡": (0, []),
        "発送待ちの書面": (1, [None]),
        "設定待ちの連絡手段": (1, [-5]),
        "日次処理の保留": (0, []),
        "送信中の一斉通知": (0, []),
        "サービスの廃止": (0, []),
        "サービスの制限・中止": (0, []),
        "実施前の停止・制限": (0, []),
        "実施中の停止・制限": (0, []),
        "約款の変更": (0, []),
        "承継": (0, []),
        "死亡（相続人の届出待ち）": (0, []),
        "確認待ちの変更届": (0, []),
        "ロック中のアカウント": (0, []),
        "消去すべき個人情報": (0, []),
        "残り少ないアドレスプール": (0, []),
        "報告待ちの試験": (0, []),
        "検出した端末": (0, []),
        "SIMカードの在庫不足": (0, []),
        "SIMカードの引当待ちの回線": (0, []),
        "利用を開始できる回線": (0, []),
        "適用日待ちの回線数の変更": (0, []),
        "まもなく終了する回線": (0, []),
        "出荷待ちのSIMカード": (0, []),
        "故障・亡失の手続待ち": (0, []),
        "亡失の手続の通知待ち": (0, []),
        "SIMカードの返還遅延": (0, []),
        "まもなく返還期限のSIMカード": (0, []),
        "速度制限中の回線": (0, []),
        "接続遮断中の回線": (0, []),
        "しきい値に達した通信量": (0, []),
        "失敗した一括処理": (0, []),
    }


def test_home_shows_only_what_one_may_see(db):
    assert queues(logged_in(UserFactory())) == {}


def test_the_customer_page_asks_no_more_for_more_contracts(desk, aois_company):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert desk.get(f"/console/contracts/customer/{aois_company.pk}/change/").status_code == 200
        return len(captured)

    iot = ContractFactory(**of(aois_company))
    for _few in range(2):
        ContractFactory(**of(aois_company), data_storage=True, rests_on=[iot])
    few = asked()
    for _more in range(8):
        ContractFactory(**of(aois_company), data_storage=True, rests_on=[iot])
    assert asked() <= few


def test_d05_the_banner_tells_a_business_day_that_is_not_today(desk):
    assert "console-banner" not in desk.get("/console/").content.decode()
    with chapter(actor=Actor.clock("end-contracts")):
        DayStep(day=date(2026, 12, 26), step="end-contracts", done=0, finished_at=clock.now()).save()
    page = desk.get("/console/contracts/customer/").content.decode()
    assert "2026年12月26日（土）" in page


def test_pages_are_japanese_whatever_the_browser_says(desk):
    page = desk.get("/console/no-such-page/", headers={"accept-language": "en"})
    assert page.status_code == 404
    assert 'lang="ja"' in page.content.decode()
    desk.post("/i18n/setlang/", {"language": "en"})
    assert "Applications waiting" in desk.get("/console/", headers={"accept-language": "ja"}).content.decode()
