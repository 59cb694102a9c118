"""X30: a right that was taken away between the dialog and its confirmation is gone: 403, and nothing is written."""

import pytest

from iijiot.actors import Actor
from iijiot.records import chapter
from tests.factories import UserFactory
from tests.house.console import admins, logged_in, made, page

DIALOGS = [(admin.model, dialog) for admin in admins() for dialog in admin.dialogs]


@pytest.mark.parametrize(("model", "dialog"), DIALOGS, ids=[f"{m._meta.model_name}-{d.slug}" for m, d in DIALOGS])
def test_x30_a_dialog_left_open_is_worth_nothing_without_the_right(db, recorder, model, dialog):
    boss, record = UserFactory(is_superuser=True), made(model)
    browser, address = logged_in(boss), page(record, "do", dialog.slug)
    assert browser.get(address).status_code == 200
    with chapter(actor=Actor.command("a test")):
        boss.is_superuser = False
        boss.save()
    recorder.forget()
    for step in ("preview", "confirm"):
        assert browser.post(address, {"step": step}).status_code == 403, step
    assert recorder.entries(side="row") == []


def test_there_are_dialogs_enough():
    print(f"X30: {len(DIALOGS)} dialogs")
    assert len(DIALOGS) >= 25
