"""Letters in the console: print view and PDF for whoever may see the notice, and the texts that staff write."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from contracts.models import Wording
from iijiot import roles
from iijiot.models import AccessEvent
from iijiot.proposals import Proposal
from tests.acts import again
from tests.factories import NoticeFactory, UserFactory, WordingFactory
from tests.house.console import as_superuser, logged_in, page, what_the_form_sends

pytestmark = pytest.mark.django_db
KINDS = "/console/contracts/wording/kinds/"
forms = pytest.mark.parametrize("form", ["print", "pdf"])


@pytest.fixture
def approver():
    """An approver's browser."""
    return logged_in(UserFactory(groups=[roles.APPROVER]))


def taken_out():
    """What stands in the access log of letters taken out."""
    return list(AccessEvent.objects.filter(kind="exported").values_list("who", "detail", "path"))


def test_a_pdf_is_a_file_to_keep_under_a_name_of_our_own(approver):
    notice = NoticeFactory(letter=True)
    answer = approver.get(page(notice, "pdf"))
    assert answer.content.startswith(b"%PDF-1.")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == (
        f"attachment; filename=\"{notice.number}.pdf\"; filename*=UTF-8''%E9%80%9A%E7%9F%A5_{notice.number}.pdf"
    )


def test_the_print_view_says_what_was_stored_and_no_script_or_style_stands_in_it(approver):
    notice = NoticeFactory(letter=True, body="本文<b>です</b>", subject="件名")
    text = approver.get(page(notice, "print")).content.decode()
    assert "本文&lt;b&gt;です&lt;/b&gt;" in text
    assert notice.number in text
    assert "style=" not in text
    assert "<script>" not in text


@forms
def test_x19_a_letter_taken_out_is_in_the_access_log_once_with_who_and_which(form):
    user, notice = UserFactory(groups=[roles.DESK]), NoticeFactory()
    logged_in(user).get(page(notice, form))
    assert taken_out() == [(user.display_name, f"{notice.number} {notice.customer.number} {form}", page(notice, form))]


@forms
def test_who_may_not_see_a_notice_gets_no_letter_and_none_is_logged_as_taken_out(form):
    notice = NoticeFactory()
    assert logged_in(UserFactory()).get(page(notice, form)).status_code == 403
    assert logged_in(UserFactory(customer_side=True)).get(page(notice, form)).status_code in (302, 403)
    assert as_superuser().post(page(notice, form)).status_code == 405
    assert taken_out() == []


@forms
def test_of_a_notice_that_there_is_not_nothing_is_made(form):
    notice = NoticeFactory.build(pk=999_999)
    assert as_superuser().get(page(notice, form)).status_code == 404


def test_where_no_pdf_can_be_made_the_reason_is_told_on_the_notices_page(approver):
    notice = NoticeFactory(body="絵文字😀")
    answer = approver.get(page(notice, "pdf"), follow=True)
    assert answer.redirect_chain == [(page(notice, "change"), 302)]
    text = answer.content.decode()
    assert "PDFを作成できませんでした" in text
    assert "😀" in text
    assert taken_out() == []


def test_the_page_of_kinds_says_which_text_holds(approver):
    text = WordingFactory(in_force=True, kind="refused")
    shown = approver.get(KINDS)
    holding = {row["kind"]: row["holding"] for row in shown.context["rows"]}
    assert holding["refused"] == text
    assert holding["accepted"] is None
    assert shown.content.decode().count("標準") >= 12


def test_a_text_is_begun_written_seen_and_put_in_force(approver, press):
    begun = approver.post(reverse("admin:contracts_wording_draft", args=["end-lifted"]))
    draft = Wording.objects.get()
    assert begun.url == page(draft, "change")
    sent = what_the_form_sends(approver, page(draft, "change"))
    shown = approver.get(page(draft, "change")).content.decode()
    assert "《契約番号》" in shown
    assert "K0000123" in shown, "the example beside the mark, and the preview"
    wrong = approver.post(page(draft, "change"), sent | {"text": "《契約番号》《秘密》"})
    assert wrong.status_code == 200
    assert "《秘密》" in wrong.content.decode()
    assert (
        approver.post(
            page(draft, "change"), sent | {"text": "いつもありがとうございます。\r\n《契約番号》"}
        ).status_code
        == 302
    )
    assert again(draft).text == "いつもありがとうございます。\n《契約番号》"
    assert press(draft, "put-in-force", confirmed=True, browser=approver, reason="見直し").status_code == 302
    assert again(draft).state == "in-force"
    assert approver.post(page(draft, "change"), sent).status_code == 403, "by this text letters are written"


def test_the_dialog_shows_an_invented_letter_before_the_text_is_in_force(approver):
    draft = WordingFactory(kind="end-scheduled")
    shown = approver.get(page(draft, "do", "put-in-force")).content.decode()
    assert "2026年12月25日（金）" in shown
    assert "《" not in shown


def test_where_it_takes_two_the_text_is_in_force_once_the_second_has_seen_it(settings, approver, press):
    settings.FOUR_EYES = ["contracts.put_wording_in_force"]
    draft = WordingFactory()
    press(draft, "put-in-force", confirmed=True, browser=approver, reason="見直し")
    assert again(draft).state == "draft"
    assert Proposal.objects.get().state == "waiting"


def test_readers_read_and_write_nothing():
    reader, draft = logged_in(UserFactory(groups=[roles.AUDITOR])), WordingFactory()
    assert reader.get(KINDS).status_code == 200
    assert reader.post(reverse("admin:contracts_wording_draft", args=["refused"])).status_code == 403
    assert reader.post(page(draft, "change"), {"text": "x"}).status_code == 403
    assert logged_in(UserFactory()).get(KINDS).status_code == 403
    assert Wording.objects.count() == 1


def test_who_may_write_may_not_put_in_force():
    writer = UserFactory()
    writer.user_permissions.set(Permission.objects.filter(codename__in=["change_wording", "view_wording"]))
    draft = WordingFactory()
    browser = logged_in(writer)
    assert browser.get(page(draft, "change")).status_code == 200
    assert browser.get(page(draft, "do", "put-in-force")).status_code == 403


def test_an_unknown_kind_begins_no_draft(approver):
    answer = approver.post(reverse("admin:contracts_wording_draft", args=["no-such"]), follow=True)
    assert answer.status_code == 200
    assert not Wording.objects.exists()


@forms
def test_an_invented_letter_by_a_draft_can_be_seen_on_paper(approver, form):
    draft = WordingFactory()
    answer = approver.get(page(draft, form))
    assert answer.status_code == 200
    assert taken_out() == [], "it is nobody's"
