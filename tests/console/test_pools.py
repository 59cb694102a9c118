"""Pages of address pools, addresses, devices and care: what is shown, what is typed, what is refused where it was typed."""

import pytest
from django.urls import reverse

from iijiot import roles
from iijiot.models import AccessEvent
from sims.models import AddressUse, CardViolation, Equipment, IpPool, Sighting, SubleaseConsent
from tests.acts import again
from tests.console import pools
from tests.console.conftest import told
from tests.factories import (
    AddressUseFactory,
    ContractFactory,
    EquipmentFactory,
    IpPoolFactory,
    ReservationFactory,
    SightingFactory,
    SubleaseConsentFactory,
    UserFactory,
)
from tests.factories.sims import SimCardFactory
from tests.house.console import list_page, logged_in, page, what_the_form_sends


@pytest.mark.clause("MA5.2")
def test_how_full_a_pool_is_stands_in_the_list_and_on_its_page_as_a_bar_without_styles(may):
    pool = IpPoolFactory(network="10.64.0.0/29")
    for n in (1, 2, 3):
        AddressUseFactory(pool=pool, address=f"10.64.0.{n}")
    ReservationFactory(pool=pool, address="10.64.0.6")
    for address in (list_page(IpPool), page(pool, "change")):
        shown = told(may.get(address))
        assert 'max="100" low="79" high="79" optimum="0" value="67"' in shown
        assert "6個中2個が空き" in shown
    assert "ルータ" in shown


@pytest.mark.clause("MA5.1", "MA5.2")
@pytest.mark.parametrize(
    ("network", "code"), [("2001:db8::/64", "MA5.1"), ("10.64.0.8/29", "MA5.2"), ("10.64.0.1/29", "MA5.1")]
)
def test_a_wrong_network_is_refused_at_its_field_with_its_clause(may, network, code):
    IpPoolFactory(network="10.64.0.0/24")
    sent = {**what_the_form_sends(may, list_page(IpPool, "add")), "name": "新規", "network": network}
    answer = may.post(list_page(IpPool, "add"), sent)
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors.as_data()["network"]
    assert code in {error.code for error in errors}
    assert IpPool.objects.count() == 1


@pytest.mark.clause("MA5.2")
def test_a_pool_is_made_by_its_form(may):
    sent = {**what_the_form_sends(may, list_page(IpPool, "add")), "name": "新規", "network": "１０．６５．０．０／３０"}
    assert may.post(list_page(IpPool, "add"), sent).status_code == 302
    made = IpPool.objects.get()
    assert (made.network, made.size, made.is_open) == ("10.65.0.0/30", 2, True)


@pytest.mark.clause("MA5.3")
def test_a_wish_for_an_address_is_ignored_and_the_dialog_says_so(may, press):
    use = AddressUseFactory(address="10.64.0.2", pool__network="10.64.0.0/29")
    assert "ご希望のアドレスはお受けできません" in told(may.get(page(use, "do", "change-address")))
    press(use, "change-address", confirmed=True, browser=may, because="攻撃", address="10.64.0.5")
    assert use.line.address_uses.current().get().address == "10.64.0.3"


@pytest.mark.clause("G46.3")
def test_a_pasted_list_tells_line_contract_and_customer_and_stands_in_the_access_log(may):
    use = AddressUseFactory(address="10.64.0.2", pool__network="10.64.0.0/29")
    address = reverse("admin:sims_addressuse_who")
    assert AccessEvent.objects.filter(kind="looked").count() == 0
    assert may.get(address).status_code == 200
    sent = {"purpose": "NICT 2026-0123", "lines": "10.64.0.2,2026-06-01 12:00:00\nx\n10.64.0.9,2026-06-01 12:00:00"}
    answer = may.post(address, sent)
    shown = told(answer)
    assert [row["use"] for row in answer.context["found"]] == [use, None, None]
    for words in (use.line.number, use.line.contract.number, str(use.line.contract.customer), "当社の回線では"):
        assert words in shown
    assert AccessEvent.objects.get(kind="looked").detail == "G46.3 NICT 2026-0123 10.64.0.2, 10.64.0.9"


@pytest.mark.clause("G46.3")
def test_without_a_purpose_or_a_list_nothing_is_looked_up(may):
    address = reverse("admin:sims_addressuse_who")
    for sent in ({"purpose": "", "lines": "10.64.0.2 2026-06-01 12:00"}, {"purpose": "NICT", "lines": ""}):
        answer = may.post(address, sent)
        assert answer.context["form"].errors
        assert answer.context["found"] == []
    assert not AccessEvent.objects.filter(kind="looked").exists()


@pytest.mark.clause("G46.3")
def test_only_who_may_trace_sees_the_page(desk):
    address = reverse("admin:sims_addressuse_who")
    assert desk.get(address).status_code == 200
    stock = logged_in(UserFactory(groups=[roles.STOCK]))
    assert "アドレスの利用者の照会" not in told(stock.get(list_page(AddressUse)))
    for answer in (stock.get(address), stock.post(address, {"purpose": "x", "lines": "10.64.0.2 2026-06-01 12:00"})):
        assert answer.status_code == 403
    assert not AccessEvent.objects.filter(kind="looked").exists()


@pytest.mark.clause("G46.3")
def test_an_address_is_found_by_the_search_box_and_in_the_list(may):
    use = AddressUseFactory(address="10.64.0.2", pool__network="10.64.0.0/29")
    AddressUseFactory()
    assert may.get("/console/search/", {"q": "10.64.0.2"}).url == page(use, "change")
    for typed in ("１０．６４．０．２", use.line.number):
        rows = may.get(list_page(AddressUse), {"q": typed}).context["cl"].result_list
        assert list(rows) == [use]


@pytest.mark.clause("MA7")
def test_a_device_is_registered_on_the_contracts_page_and_a_line_of_another_is_refused(may, press):
    contract = pools.with_line()
    other = SimCardFactory(lent=True).line
    sent = pools.line_of(contract)
    answer = press(contract, "register-device", browser=may, **{**sent, "line": other.number})
    assert "line" in answer.context["form"].errors
    assert press(contract, "register-device", confirmed=True, browser=may, **sent).status_code == 302
    assert Equipment.objects.get().imei == "354178036859789"
    assert "354178036859789" in told(may.get(page(contract, "change")))


@pytest.mark.clause("MA7")
def test_an_imei_that_is_none_is_refused_in_the_dialog(may, press):
    contract = pools.with_line()
    answer = press(contract, "register-device", browser=may, **{**pools.line_of(contract), "imei": "354178036859781"})
    assert answer.status_code == 409
    assert "検査数字" in told(answer)
    assert not Equipment.objects.exists()


@pytest.mark.clause("MA7")
def test_reports_awaited_and_overdue_are_queues(may):
    EquipmentFactory()
    waiting = EquipmentFactory(asked=True)
    late = EquipmentFactory(asked=True, report_due_on="2026-11-24")
    for queue, rows in (("reports", [late, waiting]), ("overdue", [late])):
        shown = may.get(list_page(Equipment), {"queue": queue}).context["cl"].result_list
        assert set(shown) == set(rows)


@pytest.mark.clause("MA15.1")
def test_a_device_seen_is_recorded_as_a_violation_from_its_page(may, press):
    sighting = SightingFactory()
    opened = told(may.get(page(sighting, "do", "record-device-violation")))
    assert sighting.imei in opened
    press(sighting, "record-device-violation", confirmed=True, browser=may, on="2026-11-25", what="未登録の端末")
    assert again(sighting).violation.breach == "MA15.1"
    assert list(may.get(list_page(Sighting), {"queue": "open"}).context["cl"].result_list) == []


@pytest.mark.clause("MA9.1.2", "MA9.1.4")
def test_violations_by_cards_and_consents_are_recorded_on_the_contracts_page_and_shown_there(may, press):
    contract = pools.with_line()
    press(contract, "record-card-violation", confirmed=True, browser=may, **pools.card_of(contract))
    press(contract, "consent-sublease", confirmed=True, browser=may, **pools.SHOWN_AGAIN["consent-sublease"][1])
    shown = told(may.get(page(contract, "change")))
    assert CardViolation.objects.get().card.iccid in shown
    assert SubleaseConsent.objects.get().to_whom in shown
    covered = {**pools.card_of(contract), "breach": "MA9.1.4", "found_on": "2026-11-25"}
    answer = press(contract, "record-card-violation", browser=may, **covered)
    assert answer.status_code == 409
    assert "架空物流株式会社" in told(answer)


@pytest.mark.clause("MA9.1.4")
def test_a_card_of_another_contract_is_refused_where_it_was_typed(may, press):
    contract, other = pools.with_line(), SimCardFactory(lent=True)
    sent = {**pools.card_of(contract), "card": other.iccid}
    assert "card" in press(contract, "record-card-violation", browser=may, **sent).context["form"].errors
    assert (
        "card" in press(contract, "record-card-violation", browser=may, **{**sent, "card": "1"}).context["form"].errors
    )


@pytest.mark.clause("MA9.1.4")
def test_a_consent_is_ended_once(may, press):
    consent = SubleaseConsentFactory()
    press(consent, "end-consent", confirmed=True, browser=may, on="2026-12-31", reason="契約者の申出")
    assert str(again(consent).until) == "2026-12-31"
    assert press(consent, "end-consent", browser=may, on="2027-01-31").status_code == 409


@pytest.mark.clause("MA9.1")
def test_the_customers_own_form_of_violations_offers_none_that_needs_a_card(may):
    contract = ContractFactory(mobile_access=True)
    form = may.get(f"/console/contracts/violation/add/?customer={contract.customer.pk}").context["adminform"].form
    assert [value for value, _words in form.fields["breach"].choices] == ["", "G19", "G20.1", "G20.2", "G20.3"]
