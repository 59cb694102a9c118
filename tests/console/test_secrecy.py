"""At the console: proofs by account, what a customer allows, what was disclosed and who may see it."""

import pytest
from django.contrib.messages import get_messages

from contracts.models import Disclosure
from tests.factories import (
    AccountFactory,
    ConsentFactory,
    ContractFactory,
    CustomerFactory,
    DisclosureFactory,
    DocumentFactory,
    RecipientFactory,
    StartConditionFactory,
)
from tests.factories.contracts import of
from tests.house.console import logged_in, page


def said(answer):
    """What the page says after an act."""
    return [(message.level_tag, str(message)) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def counter(emi):
    """The approver's browser."""
    return logged_in(emi)


@pytest.mark.clause("G5.2")
def test_the_answer_to_a_proof_is_said_at_once_and_stands_on_the_page(press, desk, aois_company, carols_company):
    own, other = AccountFactory(customer=aois_company), AccountFactory(customer=carols_company)
    right = press(aois_company, "prove-by-account", step="confirm", typed=own.login_id)
    assert ("success", "このIDは、この契約者のものです。") in said(right)
    wrong = press(aois_company, "prove-by-account", step="confirm", typed=other.login_id)
    assert [words for level, words in said(wrong) if level == "error"] == [
        "このIDは一致しません。契約者に関する情報を伝えないでください。"
    ]
    shown = desk.get(page(aois_company, "change")).content.decode()
    assert "この契約者のIDです" in shown
    assert "一致しません" in shown
    assert aois_company.proofs.count() == 2


@pytest.mark.clause("G5.4")
def test_a_locked_account_is_a_task_until_it_is_unlocked(press, desk, counter):
    account = AccountFactory()
    press(account, "report-misuse", confirmed=True, why="端末の盗難")
    (task,) = [task for task in desk.get("/console/").context["tasks"] if task.kind.name == "locked-accounts"]
    assert (task.row.note, task.clause.id, task.act) == ("端末の盗難", "G5.4", None)
    (task,) = [task for task in counter.get("/console/").context["tasks"] if task.kind.name == "locked-accounts"]
    assert task.url == page(account, "do", "unlock-account")
    press(account, "unlock-account", confirmed=True, browser=counter, because="契約者本人を確認")
    assert not [task for task in counter.get("/console/").context["tasks"] if task.kind.name == "locked-accounts"]


@pytest.mark.clause("G5.4")
def test_an_account_is_not_unlocked_without_a_reason(press, counter):
    account = AccountFactory(locked=True)
    answer = press(account, "unlock-account", confirmed=True, browser=counter, because=" ")
    assert "because" in answer.context["form"].errors
    account.refresh_from_db()
    assert account.state == "locked"


@pytest.mark.clause("G40.2.3", "G46.1", "G46.4")
def test_the_customer_page_shows_how_each_use_stands(press, desk, aois_company):
    def stand():
        (panel,) = [
            panel for panel in desk.get(page(aois_company, "change")).context["panels"] if panel["anchor"] == "consents"
        ]
        return {use["clause"].id: use["allowed"] for use in panel["uses"]}

    assert stand() == {
        "G38.4": True,
        "G40.2.3": True,
        "G40.2.5": False,
        "G46.1": False,
        "G46.2": False,
        "G46.4": True,
    }
    for kind, answer in (("marketing", "no"), ("detected-logs", "yes"), ("dns-blocking", "no")):
        done = press(aois_company, "record-consent", confirmed=True, kind=kind, answer=answer, told="11月25日の電話")
        assert done.status_code == 302
    assert stand() == {
        "G38.4": True,
        "G40.2.3": False,
        "G40.2.5": False,
        "G46.1": True,
        "G46.2": False,
        "G46.4": False,
    }


@pytest.mark.clause("G46.1", "G5.3")
def test_only_the_customers_own_accounts_are_offered_as_having_said_it(desk, aois_company):
    own = AccountFactory(customer=aois_company)
    AccountFactory(customer=aois_company, locked=True)
    AccountFactory()
    form = desk.get(page(aois_company, "do", "record-consent")).context["form"]
    assert list(form.fields["account"].queryset) == [own]


@pytest.mark.clause("G38.2", "G40.4")
def test_a_disclosure_that_the_terms_do_not_allow_is_refused_with_clause_and_remedy(press, counter, aois_company):
    sent = {
        "information": "personal", "what": "契約者全員の氏名", "scope": "all", "ground": "law", "purpose": "by-law",
        "why": "捜査への協力", "recipient": RecipientFactory(authority=True).pk, "requester": "架空警察署",
    }  # fmt: skip
    answer = press(aois_company, "disclose", browser=counter, **sent)
    assert answer.status_code == 409
    (told,) = answer.context["form"].non_field_errors()
    assert "対象を特定するよう求め" in told
    assert "第40条第4項" in told
    done = press(aois_company, "disclose", browser=counter, confirmed=True, **{**sent, "scope": "listed"})
    assert done.status_code == 302
    assert Disclosure.objects.get().requester == "架空警察署"


@pytest.mark.clause("G38.1")
def test_the_log_of_disclosures_shows_for_approvers_and_auditors_alone(desk, counter, fumi):
    disclosure = DisclosureFactory()
    for browser, may in ((desk, False), (counter, True), (logged_in(fumi), True)):
        shown = browser.get(page(disclosure.customer, "change")).content.decode()
        assert (disclosure.number in shown) is may
        assert (disclosure.why in shown) is False
        assert browser.get(page(disclosure, "change")).status_code == (200 if may else 403)


@pytest.mark.clause("G39.1", "G39.2")
def test_a_ground_is_asked_for_a_trade_secret_and_for_nothing_else(counter):
    for document, asked in ((DocumentFactory(), False), (DocumentFactory(secret=True), True)):
        form = counter.get(page(document, "do", "hand-on")).context["form"]
        assert ("ground" in form.fields) is asked


@pytest.mark.clause("G39.1")
def test_information_without_a_mark_is_handed_on_without_a_ground(press, counter):
    document = DocumentFactory()
    sent = {"recipient": RecipientFactory(other=True).pk, "purpose": "related", "why": "共同の作業のため"}
    assert press(document, "hand-on", browser=counter, confirmed=True, **sent).status_code == 302
    assert document.disclosures.get().ground == "none-needed"


@pytest.mark.clause("G41")
def test_the_page_of_a_disclosure_shows_the_settings_listed_and_no_other(press, counter, aois_company):
    one = StartConditionFactory(words="運用ポリシー", answer="経路は静的", state="met", met_on="2026-11-20")
    StartConditionFactory(
        contract=one.contract,
        code="designated",
        words="接続試験",
        answer="立会いは不要",
        state="met",
        met_on="2026-11-20",
    )
    ContractFactory(**of(aois_company))
    sent = {"listed": [one.pk], "peer": aois_company.number, "connection": "相互接続", "why": "経路の設定に必要"}
    done = press(one.contract, "disclose-settings", browser=counter, confirmed=True, **sent)
    shown = counter.get(done["Location"]).content.decode()
    assert "経路は静的" in shown
    assert "立会いは不要" not in shown


@pytest.mark.clause("G40.5")
def test_the_addendum_stands_on_the_customers_page_with_its_version(desk):
    consent = ConsentFactory(addendum=True)
    assert "データ保護契約 BRM003" in desk.get(page(consent.customer, "change")).content.decode()


@pytest.mark.clause("G38.2")
def test_staff_of_the_desk_disclose_nothing(desk):
    for record, slug in (
        (CustomerFactory(), "disclose"),
        (DocumentFactory(), "hand-on"),
        (RecipientFactory(), "disclose-statistic"),
    ):
        assert desk.get(page(record, "do", slug)).status_code == 403


def test_an_account_is_found_by_its_login_id_and_by_its_customer(desk):
    account, other = AccountFactory(), AccountFactory()
    for typed in (account.login_id.upper(), account.customer.number):
        shown = desk.get(f"/console/contracts/account/?q={typed}").content.decode()
        assert account.login_id in shown
        assert f">{other.login_id}<" not in shown
