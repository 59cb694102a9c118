"""X37: marks of scripts in every text of a world come back as text on every page, in every letter, mail and file."""

import json

import pytest
from django.core import mail
from django.test import Client

from contracts import notifying
from contracts.models import Application, Contract, Customer, Notice
from iijiot import access_log
from iijiot.models import AccessEvent
from iijiot.records import RecordedModel, chapter
from tests.browser import pages
from tests.factories import CustomerFactory, NoticeFactory
from tests.factories.base import MAKER
from tests.factories.worlds import house_at_work
from tests.house.console import admins, as_superuser, list_page, made, page
from tests.payloads import ALL_OF_THEM, CALL, PAYLOADS, fill_the_world, read


@pytest.fixture
def full_world(db) -> tuple[int, list[str]]:
    """Something on every kind of page, with a mark in every text."""
    house_at_work()
    for admin in admins():
        if issubclass(admin.model, RecordedModel) and not admin.model._base_manager.exists():
            made(admin.model)
    access_log.note(AccessEvent.Kind.LOGIN_FAILED, None, who=PAYLOADS[0] * 3, detail=ALL_OF_THEM)
    return fill_the_world()


def histories() -> list[str]:
    """The past of a record of each kind."""
    return [page(found, "history") for a in admins() if (found := pages.subject(a.model)) is not None]


def choices() -> list[str]:
    """What the fields that look records up answer."""
    fields = [("contracts", "application", "customer"), ("contracts", "contract", "customer")]
    return [
        f"/console/autocomplete/?term=&app_label={app}&model_name={model}&field_name={field}"
        for app, model, field in fields
    ]


@pytest.mark.long
@pytest.mark.unrecorded("puts marks past every form, to see how the pages show them")
def test_x37_no_page_takes_a_stored_mark_for_more_than_text(full_world):
    filled, left = full_world
    browser, live, shown = as_superuser(), [], 0
    walked = [*pages.everything(), *(pages.Page("history", address) for address in histories())]
    for one in walked:
        answer = browser.post(one.address, one.sent) if one.sent else browser.get(one.address, follow=True)
        assert answer.status_code == 200, one.address
        told = read(answer.content.decode())
        live += [f"{one.address} {found}" for found in told.live]
        shown += CALL in "".join(told.text)
    print(
        f"X37: {filled} texts with marks, {len(set(left))} refused by the database, {len(walked)} pages, {shown} show one"
    )
    assert not live, "\n".join(live[:40])
    assert filled >= 200
    assert shown >= len(walked) * 0.6
    assert len(walked) >= 100


@pytest.mark.unrecorded("puts marks past every form, to see how the pages show them")
def test_x37_what_is_typed_comes_back_as_text_in_errors_and_searches(full_world):
    browser = as_superuser()
    application, customer = Application.objects.first(), Customer.objects.first()
    assert application
    assert customer
    answers = [
        browser.post(page(customer, "change"), {"name": mark, "notice_email": mark, "change_reason": mark})
        for mark in PAYLOADS
    ]
    answers += [
        browser.post(page(application, "do", dialog.slug), {"step": "preview", **typed(mark)})
        for admin in admins()
        if admin.model is Application
        for dialog in admin.dialogs
        for mark in PAYLOADS[:2]
    ]
    answers += [browser.get(address, {"q": mark, "state__exact": mark, "o": mark}) for mark in PAYLOADS
                for address in ("/console/search/", list_page(Contract), list_page(Customer))]  # fmt: skip
    answers += [Client().post("/account/login/", {"login": mark, "password": mark}) for mark in PAYLOADS[:3]]
    answers += [browser.get("/console/help/" + mark.replace("/", "%2F") + "/") for mark in PAYLOADS]
    answers += [browser.get("/nowhere/" + mark + "/") for mark in PAYLOADS]
    pages_ = [answer for answer in answers if "text/html" in answer.get("Content-Type", "")]
    assert len(pages_) >= 40
    assert [found for answer in pages_ for found in read(answer.content.decode()).live] == []


def typed(mark: str) -> dict[str, str]:
    """A mark in every field that a dialog could have."""
    names = (
        "reason",
        "why",
        "note",
        "because",
        "told",
        "grounds",
        "quantity",
        "day",
        "because_out_of_turn",
        "document",
    )
    return dict.fromkeys(names, mark)


@pytest.mark.unrecorded("puts marks past every form, to see how the pages show them")
def test_x37_choices_come_as_data_and_not_as_a_page(full_world):
    browser = as_superuser()
    for address in choices():
        answer = browser.get(address)
        if answer.status_code == 200:
            assert answer["Content-Type"].startswith("application/json")
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert CALL in json.dumps(json.loads(answer.content))


def test_x37_a_letter_and_its_mail_are_text_and_have_no_further_headers(db):
    customer = CustomerFactory(name=f"見本{ALL_OF_THEM}"[:200])
    with chapter(actor=MAKER):
        notice = NoticeFactory(customer=customer, subject=f"通知 {PAYLOADS[0]}", body=f"{customer.name}\n{ALL_OF_THEM}")
    assert notifying.deliver(notice.pk)
    (sent,) = mail.outbox
    message = sent.message()
    assert message.get_content_type() == "text/plain"
    assert ALL_OF_THEM in sent.body
    assert not message.is_multipart()
    assert {name.lower() for name in message} == {
        "content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to", "date", "message-id",
    }  # fmt: skip
    shown = read(as_superuser().get(page(Notice.objects.get(), "change")).content.decode())
    assert shown.live == []
    assert ALL_OF_THEM in "".join(shown.text)


def test_the_reader_sees_each_mark_that_is_not_escaped():
    """What the tests above rest on."""
    seen = (
        f"<p>{PAYLOADS[0]}</p>", f"<p>{PAYLOADS[1]}</p>", f"<script>var a = '{PAYLOADS[2]}'</script>",
        f'<a href="{PAYLOADS[3]}">', f"<title>{PAYLOADS[4]}</title>", f'<p x-data="{PAYLOADS[5]}">',
        f'<p :class="{PAYLOADS[5]}">', f'<a href="JAVA\nscript:{CALL}">',
    )  # fmt: skip
    assert [markup for markup in seen if not read(markup).live] == []
    escaped = "<p title='&lt;img src=x onerror=xss()&gt;'>&lt;script&gt;xss()&lt;/script&gt;</p>"
    assert read(escaped).live == []
