"""The outbox: on a machine for trying out, mails that would have left, as text and nothing else."""

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from contracts import notifying
from iijiot import outbox, roles
from tests.factories import NoticeFactory, UserFactory
from tests.house.console import logged_in

HOSTILE = "<script>alert(1)</script>{{ x.__class__ }}"


@pytest.fixture
def folder(settings, tmp_path):
    """Mails go into a folder of their own."""
    settings.EMAIL_BACKEND = outbox.FILES
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


def test_a_mail_that_left_is_shown_as_text(db, desk, folder):
    notice = NoticeFactory(subject=f"お知らせ {HOSTILE}", body=f"一行目\n{HOSTILE}\n二行目")
    assert notifying.deliver(notice.pk)
    listed = desk.get("/console/outbox/")
    (kept,) = listed.context["mails"]
    assert (kept.subject, kept.to, kept.message_id) == (
        notice.subject, notice.to, notifying.message_id(notice),
    )  # fmt: skip
    assert f"{kept.sent_at:%Y-%m-%d %H:%M %Z}" == "2026-11-25 01:00 UTC"
    shown = desk.get(f"/console/outbox/{kept.name}/")
    for page in (listed, shown):
        assert "<script>alert" not in page.content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ x.__class__ }}" in page.content.decode()
    assert "一行目\n" in shown.content.decode()


def test_several_mails_of_one_file_are_all_shown(db, desk, folder):
    with mail.get_connection() as sender:
        sender.send_messages([EmailMessage(f"その{n}", "本文", to=["a@aoi.example"]) for n in (1, 2)])
    assert [kept.subject for kept in desk.get("/console/outbox/").context["mails"]] == ["その2", "その1"]


def test_an_empty_outbox_says_so(desk, folder):
    folder.rmdir()
    assert desk.get("/console/outbox/").status_code == 200


@pytest.mark.parametrize("name", ["..%2f..%2fmanage.py", "..", "manage.py", "no.log", "..%5c.log", ".log"])
def test_nothing_but_the_outbox_is_read(desk, folder, name):
    (folder.parent / "secret.log").write_text("secret")
    assert desk.get(f"/console/outbox/{name}/").status_code == 404
    assert desk.get("/console/outbox/../secret.log/").status_code == 404


def test_where_mails_are_really_sent_there_is_no_outbox(desk):
    assert desk.get("/console/outbox/").status_code == 404
    assert "/console/outbox/" not in desk.get("/console/help/").content.decode()


def test_only_who_may_see_notices_sees_the_outbox(db, desk, folder, hana):
    outsider = logged_in(hana)
    assert outsider.get("/console/outbox/").status_code == 403
    assert "/console/outbox/" not in outsider.get("/console/help/").content.decode()
    assert "/console/outbox/" in desk.get("/console/help/").content.decode()
    assert logged_in(UserFactory(groups=[roles.AUDITOR])).get("/console/outbox/").status_code == 200


def test_a_file_cut_short_is_no_error(desk, folder):
    (folder / "20261125-100000-1.log").write_bytes(b"Subject: half\nDate: yesterday\n\nto be con")
    (kept,) = desk.get("/console/outbox/").context["mails"]
    assert (kept.subject, kept.sent_at) == ("half", None)
    assert desk.get(f"/console/outbox/{kept.name}/").status_code == 200
