"""U16, M05: somebody of the stock sends a delivery; its page says by itself what was found, and that it is loaded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from iijiot import roles
from sims.models import SimCard
from tests.browser.steps import confirm, follow, look, press
from tests.factories import UserFactory
from tests.factories.sims import iccid
from tests.sims.test_importing import csv_of
from tests.workers import work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_delivery_is_sent_looked_at_and_loaded(
    watched: Callable[..., tuple[Page, list[str]]], tmp_path: Path, transactional_db: Any
) -> None:
    page, told = watched(UserFactory(login_id="kura", name="蔵田 くら", groups=[roles.STOCK]))
    path = tmp_path / "入荷.csv"
    path.write_bytes(csv_of([iccid(1), ""], [iccid(2), "8.98110E+18"], header=["ICCID", "IMSI"], encoding="cp932"))
    page.goto("/console/sims/fileimport/")
    follow(page, page.get_by_role("link", name="SIMカードの入荷を送る"))
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_label("SIM製品").select_option(label="TypeD（020番号）")
    page.get_by_label("形状").select_option("4ff")
    follow(page, page.get_by_role("button", name="ファイルを送って内容を確かめる"))
    expect(page.get_by_text("内容を確かめています。")).to_be_visible()
    work()
    expect(page.get_by_text("表計算ソフトで丸められ", exact=False).first).to_be_visible()
    press(page, "ファイルの取込み")
    page.get_by_label("取り込む行").select_option("good")
    look(page)
    confirm(page, "ファイルの取込み")
    expect(page.get_by_text("取り込んでいます。")).to_be_visible()
    work()
    expect(page.get_by_text("1行は取り込まれていません", exact=False)).to_be_visible()
    card = SimCard.objects.get()
    assert (card.iccid, card.delivery) == (iccid(1), ""), "the file's name belongs into no other field"
    assert told == []
