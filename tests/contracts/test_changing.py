"""G16: changed particulars hold once the evidence is checked, and the old ones stay in the history."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from contracts import changing
from contracts.models import ChangeReport
from iijiot.rules import RuleViolation
from tests.acts import BEN, again
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

FIFTH, EIGHTH = date(2026, 12, 5), date(2026, 12, 8)
NEW = {"name": "株式会社アオイ新社", "address": "東京都架空区1-2-3", "phone": "03-1111-2222"}


def filed(customer, wanted=None, filed_on=FIFTH, today=FIFTH):
    given = {"wanted": wanted or NEW, "evidence": "登記事項証明書", "filed_on": filed_on, "today": today, "actor": BEN}
    return changing.file(customer, given.pop("wanted"), **given)


@pytest.mark.clause("G16")
def test_nothing_changes_until_the_evidence_is_checked(aois_company):
    report = filed(aois_company)
    assert again(aois_company).name == "株式会社アオイ製作所"
    changing.apply(report, on=EIGHTH, note="法務局の証明書と照合", actor=BEN)
    now = again(aois_company)
    assert (now.name, now.address, now.phone) == tuple(NEW.values())
    assert now.search_name != aois_company.search_name
    row = now.history.latest("history_id")
    assert (row.history_clause, row.history_change_reason) == ("G16", "法務局の証明書と照合")
    assert (again(report).state, again(report).closed_on) == ("applied", EIGHTH)
    assert row.prev_record.name == "株式会社アオイ製作所"


@pytest.mark.clause("G16")
def test_only_what_differs_is_recorded(aois_company):
    report = filed(aois_company, {"name": aois_company.name, "phone": "03-1111-2222"})
    assert report.changes == {"phone": "03-1111-2222"}
    with pytest.raises(RuleViolation, match="Nothing differs"):
        filed(aois_company, {"name": aois_company.name})


@pytest.mark.clause("G16")
def test_what_could_not_be_stored_is_refused_when_it_is_recorded(aois_company):
    with pytest.raises(ValidationError):
        filed(aois_company, {"notice_email": "taro@gmail.com"})
    assert not ChangeReport.objects.exists()


@pytest.mark.clause("G16")
def test_what_the_evidence_does_not_show_leaves_everything(aois_company):
    report = filed(aois_company)
    changing.turn_down(report, on=EIGHTH, note="証明書の名称が違う", actor=BEN)
    assert again(aois_company).name == "株式会社アオイ製作所"
    with pytest.raises(RuleViolation):
        changing.apply(again(report), on=EIGHTH, note="", actor=BEN)


def test_a_corporate_number_that_another_has_taken_meanwhile_is_refused(aois_company, carols_company):
    number = CustomerFactory.build().corporate_number
    report = filed(aois_company, {"corporate_number": number})
    other = again(carols_company)
    changing.apply(filed(other, {"corporate_number": number}), on=EIGHTH, note="照合", actor=BEN)
    with pytest.raises(ValidationError):
        changing.apply(report, on=EIGHTH, note="照合", actor=BEN)
    assert again(report).state == "filed"


def test_a_report_does_not_arrive_in_the_future(aois_company):
    with pytest.raises(RuleViolation, match="not come yet"):
        filed(aois_company, filed_on=EIGHTH, today=FIFTH)
