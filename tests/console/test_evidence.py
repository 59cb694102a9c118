"""Evidence files at the console: put on record by a dialog, listed on the page, handed out as files of our own name."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Evidence
from iijiot.models import AccessEvent
from tests.acts import again
from tests.factories import (
    ApplicationFactory,
    ChangeReportFactory,
    DeathFactory,
    EvidenceFactory,
    HeirFilingFactory,
    SuccessionFactory,
)
from tests.house.console import logged_in, page
from tests.papers import ATTACKS, jpeg, pdf, png

FACTS = {"kind": "register", "received_on": "2026-11-25"}
CUT_OFF = {
    "a path in the name": "a.pdf",
    "a path of Windows in the name": "a.pdf",
    "a name written backwards": "afdp.pdf",
}
"""Names whose paths and invisible signs the framework takes away before we see them, with what is left."""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A folder of this test's own."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def on_disk(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def sent(body=None, name="登記事項証明書.pdf", **more):
    """What the dialog's form sends; the browser's word for the kind of file is not believed."""
    file = SimpleUploadedFile(name, pdf() if body is None else body, content_type="text/html")
    return {"step": "confirm", **FACTS, "file": file, **more}


def as_typed(name: str, body: bytes) -> dict[str, Any]:
    """The same, with the name as an attacker's own program would send it."""
    parts = [
        b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (key.encode(), value.encode())
        for key, value in {"step": "confirm", **FACTS}.items()
    ]
    head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'.encode("utf-8", "surrogatepass")
    whole = b"".join(parts) + head + b"Content-Type: application/pdf\r\n\r\n" + body + b"\r\n--B--\r\n"
    return {"data": whole, "content_type": "multipart/form-data; boundary=B"}


def kept(desk: Client, record: Any = None) -> Evidence:
    """A file as the dialog puts it on record."""
    record = record or ChangeReportFactory()
    assert desk.post(page(record, "do", "add-evidence"), sent()).status_code == 302
    return Evidence.objects.latest("pk")


def opened(browser: Client, evidence: Evidence) -> Any:
    """The answer that hands a file out, read to its end, which closes the file."""
    answer: Any = browser.get(page(evidence, "file"))
    answer.body = b"".join(answer.streaming_content)
    return answer


@pytest.mark.clause("G14.1", "G16", "G17", "G18.1")
@pytest.mark.parametrize("made", [ApplicationFactory, ChangeReportFactory, SuccessionFactory, DeathFactory])
def test_a_file_is_put_on_record_on_the_page_of_what_it_proves(desk, made):
    record = made()
    evidence = kept(desk, record)
    shown = desk.get(page(record, "change")).content.decode()
    assert f'href="{page(evidence, "change")}"' in shown
    assert f'href="{page(evidence, "file")}"' in shown
    assert "登記事項証明書.pdf" in shown
    assert (evidence.subject, evidence.media_type) == (record, "application/pdf")
    assert evidence.history.get().history_actor == "弁田 ベン"


@pytest.mark.clause("G18.1")
def test_on_the_page_of_a_death_the_filing_is_named_that_a_file_proves(desk):
    filing, other = HeirFilingFactory(), HeirFilingFactory()
    address = page(filing.death, "do", "add-evidence")
    assert desk.post(address, sent(filing=other.pk)).context["form"].errors["filing"]
    assert desk.post(address, sent(filing=filing.pk)).status_code == 302
    assert Evidence.objects.get().heir_filing == filing
    assert filing.heir.name in desk.get(page(filing.death, "change")).content.decode()


@pytest.mark.clause("G16")
@pytest.mark.parametrize("attack", sorted(set(ATTACKS) - set(CUT_OFF)))
def test_x40_an_attack_is_told_at_its_field_and_leaves_nothing(desk, recorder, folder, attack):
    file, record = ATTACKS[attack], ChangeReportFactory()
    recorder.forget()
    answer = desk.post(page(record, "do", "add-evidence"), **as_typed(file.name, file.body()))
    assert answer.status_code == (413 if attack == "50 MB" else 200)
    if attack == "50 MB":
        assert "10 MBまで" in answer.content.decode()
    else:
        (reason,) = answer.context["form"].errors["file"]
        assert reason.endswith("。")
        assert reason in answer.content.decode()
    assert on_disk(folder) == []
    assert recorder.entries(side="row") == []


@pytest.mark.clause("G16")
@pytest.mark.parametrize("attack", CUT_OFF)
def test_x40_a_path_in_a_name_leads_nowhere_and_is_shown_to_nobody(desk, folder, attack):
    record, file = ChangeReportFactory(), ATTACKS[attack]
    desk.post(page(record, "do", "add-evidence"), **as_typed(file.name, file.body()))
    evidence = Evidence.objects.get()
    assert evidence.name == CUT_OFF[attack]
    assert on_disk(folder) == [folder / evidence.stored_as[:2] / evidence.stored_as]


def test_what_else_was_typed_stands_there_still_when_the_file_is_refused(desk):
    answer = desk.post(page(ChangeReportFactory(), "do", "add-evidence"), sent(png(), kind="identity"))
    assert answer.context["form"]["kind"].value() == "identity"
    assert answer.context["form"]["received_on"].value() == "2026-11-25"


def test_a_request_without_a_file_is_told_so(desk):
    answer = desk.post(page(ChangeReportFactory(), "do", "add-evidence"), {"step": "confirm", **FACTS})
    assert answer.context["form"].errors["file"]


@pytest.mark.clause("G16")
def test_x09_the_second_click_puts_nothing_on_record(desk, folder):
    address = page(ChangeReportFactory(), "do", "add-evidence")
    version = desk.get(address).context["version"]
    assert desk.post(address, sent(version=version)).status_code == 302
    assert desk.post(address, sent(version=version)).context["moved"]
    once_more = desk.post(address, sent())
    assert once_more.status_code == 409
    assert "同じファイルがここに登録済みです。" in once_more.context["form"].non_field_errors()[0]
    assert (Evidence.objects.count(), len(on_disk(folder))) == (1, 1)


@pytest.mark.clause("G40.3")
@pytest.mark.parametrize(
    ("name", "body", "kind", "ending"),
    [
        ('<b>請求書".pdf', pdf, "application/pdf", "pdf"),
        ("除籍謄本.png", png, "image/png", "png"),
        ("写真.JPEG", jpeg, "image/jpeg", "jpg"),
    ],
)
def test_x40_a_file_is_handed_out_as_an_attachment_under_our_own_name(desk, name, body, kind, ending):
    desk.post(page(ChangeReportFactory(), "do", "add-evidence"), sent(body(), name))
    evidence = Evidence.objects.get()
    answer = opened(desk, evidence)
    assert answer.body == body()
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{evidence.number}.{ending}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Length"] == str(len(body()))
    assert "<b>" not in desk.get(page(evidence, "change")).content.decode()


@pytest.mark.clause("G40.3")
def test_x19_each_opening_writes_one_line_with_who_what_and_from_where(desk, ben, fumi):
    evidence = kept(desk)
    for _time in range(2):
        assert opened(desk, evidence).status_code == 200
    lines = AccessEvent.objects.filter(kind="opened")
    assert lines.count() == 2
    line = lines.first()
    assert (line.user_id, line.who, line.address, line.path) == (ben.pk, ben.name, "127.0.0.1", page(evidence, "file"))
    assert line.detail.startswith(evidence.number)
    shown = logged_in(fumi).get("/console/iijiot/accessevent/?kind__exact=opened").content.decode()
    assert evidence.number in shown


@pytest.mark.clause("G40.3")
def test_looking_at_pages_and_asking_otherwise_opens_nothing(desk):
    evidence = kept(desk)
    desk.get(page(evidence, "change"))
    desk.get(page(evidence.subject, "change"))
    for method in ("HEAD", "POST", "PUT", "OPTIONS"):
        assert desk.generic(method, page(evidence, "file")).status_code == 405
    assert not AccessEvent.objects.filter(kind="opened").exists()


@pytest.mark.clause("G40.3")
def test_an_auditor_sees_that_there_is_a_file_and_neither_opens_nor_adds_one(desk, fumi):
    evidence, auditor = kept(desk), logged_in(fumi)
    for address in (page(evidence, "change"), page(evidence.subject, "change"), "/console/contracts/evidence/"):
        shown = auditor.get(address).content.decode()
        assert evidence.number in shown
        assert page(evidence, "file") not in shown
    for address in (page(evidence, "file"), page(evidence.subject, "do", "add-evidence")):
        assert auditor.get(address).status_code == 403
    denied = AccessEvent.objects.filter(kind="denied", user_id=fumi.pk, path=page(evidence, "file"))
    assert denied.count() == 1


@pytest.mark.clause("G40.3")
def test_others_of_the_staff_see_nothing_of_it_and_customers_are_locked_out(desk, gen, hana, aoi, carol):
    evidence = kept(desk)
    billing = logged_in(gen)
    assert evidence.name not in billing.get(page(evidence.subject, "change")).content.decode()
    for browser in (billing, *map(logged_in, (hana, aoi, carol))):
        for address in (page(evidence, "file"), page(evidence, "change")):
            assert browser.get(address).status_code in (302, 403)
    assert Client().get(page(evidence, "file")).status_code == 302
    assert not AccessEvent.objects.filter(kind="opened").exists()


def test_a_file_that_is_not_there_is_not_found(desk):
    assert desk.get("/console/contracts/evidence/999999/file/").status_code == 404


@pytest.mark.clause("G16")
def test_a_lost_file_is_told_on_its_page(desk):
    evidence = EvidenceFactory()
    answer = desk.get(page(evidence, "file"), follow=True)
    assert answer.redirect_chain == [(page(evidence, "change"), 302)]
    assert f"{evidence.number}のファイルが見つからないか、破損しています。" in answer.content.decode()


@pytest.mark.clause("G16")
def test_a_file_put_on_record_by_mistake_is_withdrawn_and_opened_by_nobody(desk, press):
    evidence = kept(desk)
    assert press(evidence, "withdraw-evidence", step="confirm", because="別の契約者の書類").status_code == 302
    assert again(evidence).state == "withdrawn"
    assert desk.get(page(evidence, "file")).status_code == 302
    assert page(evidence, "file") not in desk.get(page(evidence, "change")).content.decode()


@pytest.mark.clause("G16")
def test_a_report_without_evidence_says_so_and_leads_to_both_ways_of_giving_it(desk, press):
    report = ChangeReportFactory(evidence="")
    refused = press(report, "apply-change", step="confirm", note="照合")
    assert refused.status_code == 409
    shown = refused.content.decode()
    assert "証拠書類がまだありません。" in shown
    assert f'href="{page(report, "do", "add-evidence")}"' in shown
    assert f'href="{page(report, "do", "describe-evidence")}"' in shown
    kept(desk, report)
    assert press(report, "apply-change", step="confirm", note="照合").status_code == 302


def test_an_act_that_takes_a_file_cannot_be_put_under_four_eyes(settings):
    settings.FOUR_EYES = ["contracts.keep_evidence"]
    assert [found.id for found in run_checks()] == ["iijiot.E002"] * 4


@pytest.mark.parametrize("place", ["", "evidence"])
def test_a_folder_that_is_served_cannot_hold_evidence(settings, tmp_path, place):
    settings.STATIC_ROOT, settings.EVIDENCE_DIR = tmp_path, tmp_path / place
    assert [found.id for found in run_checks()] == ["iijiot.E001"]
