"""The company's own pages: particulars reported with their paper, uses allowed and stopped, terms, users, an ID stolen."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts import consenting
from contracts.catalogue.purposes import DETECTED_LOGS, DNS_BLOCKING, MARKETING, RESEARCH, SAID
from contracts.models import ChangeReport, TermsVersion
from contracts.models.particulars import PARTICULARS
from iijiot.access_log import note
from iijiot.actors import Actor
from iijiot.models import AccessEvent
from iijiot.records import chapter, fresh, locked
from tests.factories import AccountFactory, TermsVersionFactory
from tests.house.console import logged_in
from tests.papers import pdf
from tests.portal.conftest import page

CHANGE = "/portal/company/change/"


def as_recorded(customer, **changed) -> dict[str, str]:
    """What the form sends, with something changed."""
    return {name: getattr(customer, name) for name in PARTICULARS} | {"kind": "register"} | changed


@pytest.mark.clause("G16")
def test_a_change_is_reported_with_its_paper_and_holds_once_it_is_checked(browser, aois_company):
    paper = SimpleUploadedFile("登記.pdf", pdf(), "application/pdf")
    sent = as_recorded(aois_company, address="東京都港区芝1-1-1", file=paper)
    assert browser.post(CHANGE, sent).status_code == 302
    report = ChangeReport.objects.get()
    assert (report.state, report.filed_on) == ("filed", date(2026, 11, 25))
    assert report.changes == {"address": "東京都港区芝1-1-1"}
    assert [evidence.name for evidence in report.evidence_files.all()] == ["登記.pdf"]
    assert fresh(aois_company).address == aois_company.address
    assert report.number in page(browser.get("/portal/company/"))


@pytest.mark.clause("G12.2.1")
def test_a_free_mail_address_is_refused_where_it_was_typed_and_the_rest_stays_typed(browser, aois_company):
    answer = browser.post(CHANGE, as_recorded(aois_company, notice_email="aoi@gmail.com", phone="03-9999-0000"))
    assert answer.context["form"].errors["notice_email"]
    assert 'value="03-9999-0000"' in answer.content.decode()
    assert not ChangeReport.objects.exists()


@pytest.mark.clause("G16")
def test_nothing_changed_is_no_report(browser, aois_company):
    assert browser.post(CHANGE, as_recorded(aois_company)).status_code == 409
    assert not ChangeReport.objects.exists()


def test_particulars_renewed_meanwhile_are_shown_beside_what_was_typed_and_nothing_is_reported(browser, aois_company):
    """X11: our staff check an earlier report while the form is open."""
    seen = browser.get(CHANGE).context["form"]["seen"].value()
    typed = as_recorded(aois_company, phone="03-9999-0000", seen=seen)
    with chapter(actor=Actor.clock("x")), locked(aois_company) as (held,):
        held.phone = "03-1111-2222"
        held.save()
    answer = browser.post(CHANGE, typed)
    shown = page(answer, 409)
    assert "03-1111-2222" in shown
    assert 'value="03-9999-0000"' in shown
    assert not ChangeReport.objects.exists()
    assert browser.post(CHANGE, typed | {"seen": answer.context["form"]["seen"].value()}).status_code == 302
    assert ChangeReport.objects.get().changes == {"phone": "03-9999-0000"}


def test_a_use_said_otherwise_meanwhile_is_not_said_over(browser, someone, aois_company):
    """X11: of two managers, one has the page open from before the other spoke."""
    address = f"/portal/company/uses/{MARKETING.code}/"
    opened = browser.get(address).context["form"]
    before, seen = opened["given"].value(), opened["seen"].value()
    other_way = {"yes": "no", "no": "yes"}[before]
    assert logged_in(someone("manager").user).post(address, {"given": other_way}).status_code == 302
    answer = browser.post(address, {"given": before, "seen": seen})
    assert answer.status_code == 409
    assert answer.context["newer"]
    assert consenting.may_use(aois_company, MARKETING) is (other_way == "yes")
    assert browser.post(address, {"given": before, "seen": answer.context["form"]["seen"].value()}).status_code == 302
    assert consenting.may_use(aois_company, MARKETING) is (before == "yes")


@pytest.mark.clause("G40.2.3", "G46.1", "G46.2", "G46.4", "G38.4")
@pytest.mark.parametrize("purpose", SAID.values(), ids=list(SAID))
def test_each_use_is_said_for_itself_and_holds_at_once(browser, aois_company, manager, purpose):
    before = {other.code: consenting.may_use(aois_company, other) for other in SAID.values()}
    address = f"/portal/company/uses/{purpose.code}/"
    assert purpose.clause.citation in page(browser.get(address))
    other_way = "no" if before[purpose.code] else "yes"
    assert browser.post(address, {"given": other_way}).status_code == 302
    after = {other.code: consenting.may_use(aois_company, other) for other in SAID.values()}
    assert after == before | {purpose.code: not before[purpose.code]}
    assert aois_company.consents.get().account == manager
    assert browser.post(address, {"given": other_way}).status_code == 409
    assert {MARKETING, DETECTED_LOGS, RESEARCH, DNS_BLOCKING} <= set(SAID.values())


@pytest.mark.parametrize("use", ["providing", "data-processing", "nothing"])
def test_there_is_no_say_in_what_the_terms_leave_none(browser, use):
    assert browser.get(f"/portal/company/uses/{use}/").status_code == 404


@pytest.mark.clause("G1", "G2.1")
def test_terms_in_force_and_to_come_are_shown_and_no_draft(browser):
    coming = TermsVersionFactory(provision="VPN", effective_on=date(2027, 4, 1), state="announced", changes="料金の改定",
                                 announced_at="2026-11-20T00:00:00Z")  # fmt: skip
    draft = TermsVersionFactory(provision="DS", effective_on=date(2027, 5, 1))
    shown = page(browser.get("/portal/terms/"))
    assert "2027年4月1日" in shown
    assert "2027年5月1日" not in shown
    assert "2024年4月1日" in shown
    assert "料金の改定" in page(browser.get(f"/portal/terms/{coming.pk}/"))
    assert browser.get(f"/portal/terms/{draft.pk}/").status_code == 404
    assert TermsVersion.objects.in_force("G", date(2026, 11, 25))


@pytest.mark.clause("G5.4")
def test_ones_own_id_reported_as_stolen_is_locked_and_logged_out_at_once(someone):
    account = someone("viewer")
    browser = logged_in(account.user)
    answer = browser.post(f"/portal/users/{account.login_id}/stolen/", {"why": "端末の盗難"})
    assert answer["Location"] == "/account/login/"
    assert (fresh(account).state, fresh(account.user).is_active) == ("locked", False)
    assert browser.get("/portal/").status_code == 302


@pytest.mark.clause("G5.4")
def test_a_manager_reports_others_and_nobody_else_does(browser, someone, aois_company):
    other = AccountFactory(customer=aois_company)
    operator = logged_in(someone("operator").user)
    assert operator.post(f"/portal/users/{other.login_id}/stolen/", {"why": "x"}).status_code == 403
    assert fresh(other).state == "active"
    assert browser.post(f"/portal/users/{other.login_id}/stolen/", {"why": "退職者が使用"}).status_code == 302
    assert fresh(other).state == "locked"


@pytest.mark.clause("G5.3")
def test_the_log_is_of_ones_own_users_and_for_managers(browser, viewer, outsider, manager):
    for account in (manager, outsider):
        note(AccessEvent.Kind.EXPORTED, None, actor=Actor.of(account.user), detail="x")
    shown = browser.get("/portal/users/log/")
    assert "データの出力" in page(shown)
    assert {event.user_id for event in shown.context["page"].rows} == {manager.user.pk}
    assert viewer.get("/portal/users/log/").status_code == 403
