"""Reading: a partner sees what belongs to the customers shown to it, page by page, and nothing else is there (S11, X22)."""

from datetime import date

import pytest

from contracts.catalogue.services import SERVICES
from contracts.models import Contract
from iijiot.records import chapter, locked
from tests.api.conftest import system_of
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    DependencyFactory,
    ExternalSubscriptionFactory,
    IncidentFactory,
    InvoiceFactory,
    LineChangeFactory,
    LineFactory,
    ManagementUnitFactory,
    NoticeFactory,
    ReceiptFactory,
    SimCardFactory,
    TerminationFactory,
)
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory


def line_of(customer):
    """A line of a contract of the customer."""
    return LineFactory(contract=ContractFactory(**of(customer), mobile_access=True))


def number_of(record):
    """By what the record is called."""
    return getattr(record, "number", "") or record.iccid


MAKERS = {
    "customers": (lambda customer: customer, "cus"),
    "management-units": (lambda customer: ManagementUnitFactory(customer=customer), "unit"),
    "external-subscriptions": (lambda customer: ExternalSubscriptionFactory(customer=customer), "ext"),
    "applications": (lambda customer: ApplicationFactory(customer=customer), "app"),
    "contracts": (lambda customer: ContractFactory(customer=customer), "ctr"),
    "terminations": (lambda customer: TerminationFactory(contract=ContractFactory(customer=customer)), "term"),
    "notices": (lambda customer: NoticeFactory(customer=customer), "ntc"),
    "lines": (lambda customer: line_of(customer), "line"),
    "sim-cards": (lambda customer: SimCardFactory(lent=True, line=line_of(customer)), "sim"),
    "line-changes": (lambda customer: LineChangeFactory(contract=line_of(customer).contract), "chg"),
    "reports": (lambda customer: IncidentFactory(card=SimCardFactory(lent=True, line=line_of(customer))), "rep"),
    "invoices": (lambda customer: InvoiceFactory(**of(customer)), "inv"),
    "payments": (lambda customer: ReceiptFactory(of=customer), "pay"),
}


@pytest.mark.parametrize("name", MAKERS)
def test_one_sees_ones_own_and_what_is_anothers_is_not_there(system, aois_company, carols_company, name):
    make, prefix = MAKERS[name]
    own, others = (f"{prefix}_{number_of(make(customer))}" for customer in (aois_company, carols_company))
    read = system.get(f"{name}/{own}")
    assert read.status_code == 200
    assert read.json()["id"] == own
    assert read.headers["ETag"].startswith('"')
    listed = [record["id"] for record in system.get(name).json()["data"]]
    assert own in listed
    assert others not in listed
    hidden, missing = system.get(f"{name}/{others}"), system.get(f"{name}/{own[:-7]}9999999")
    assert hidden.status_code == missing.status_code == 404
    told = [{k: v for k, v in answer.json().items() if k != "request_id"} for answer in (hidden, missing)]
    assert told[0] == told[1]


@pytest.mark.parametrize("name", [*MAKERS, "services"])
def test_each_resource_needs_its_own_scope(dans_company, name):
    every_other = [f"{other}:read" for other in [*MAKERS, "services"] if other != name]
    answer = system_of(dans_company, *every_other).get(name)
    assert answer.status_code == 403
    assert answer.json()["scope"] == f"{name}:read"
    assert system_of(dans_company, f"{name}:read").get(name).status_code == 200


@pytest.mark.parametrize(
    "public", ["K0000001", "cus_K0000001", "ctr_", "ctr_1", "ctr_K1' OR 1=1", "ctr_%00", "1", "ctr_K0000001%0a"]
)
def test_what_is_no_id_of_a_contract_is_not_found(system, aois_company, public):
    ContractFactory(customer=aois_company)
    assert system.get(f"contracts/{public}").status_code == 404


def test_no_key_of_the_database_goes_out(system, aois_company):
    contract = ContractFactory(customer=aois_company)
    told = system.get(f"contracts/ctr_{contract.number}?expand=customer,management_unit,rests_on").json()
    assert "pk" not in str(told)
    assert told["id"] == f"ctr_{contract.number}"
    assert told["customer"]["id"] == f"cus_{aois_company.number}"
    assert contract.pk not in [value for value in told.values() if isinstance(value, int)]


def test_links_are_ids_and_whole_where_that_is_asked_for(system, aois_company):
    base = ContractFactory(customer=aois_company)
    contract = ContractFactory(customer=aois_company, mobile_access=True)
    DependencyFactory.between(contract, base)
    address = f"contracts/ctr_{contract.number}"
    assert system.get(address).json()["customer"] == f"cus_{aois_company.number}"
    assert "rests_on" not in system.get(address).json()
    told = system.get(f"{address}?expand=customer,rests_on").json()
    assert told["customer"]["name"] == aois_company.name
    (resting,) = told["rests_on"]
    assert resting["contract"] == f"ctr_{base.number}"
    assert resting["external_subscription"] is None
    assert (resting["clause"], resting["ends_with_it"]) == ("MA12.2", True)


@pytest.mark.parametrize("expand", ["number", "nonsense", "customer,nonsense", "customer__user", "history"])
def test_what_cannot_be_expanded_is_refused_and_what_can_is_named(system, expand):
    answer = system.get(f"contracts?expand={expand}")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["field"] == "expand"
    assert "rests_on" in error["message"]


@pytest.fixture
def many(aois_company):
    """Seven contracts, of which some end."""
    unit = ManagementUnitFactory(customer=aois_company)
    made = [ContractFactory(customer=aois_company, management_unit=unit, data_storage=True) for _ in range(4)]
    made += [ContractFactory(customer=aois_company, management_unit=unit, ending=True) for _ in range(3)]
    return made


@pytest.mark.parametrize("order", ["number", "-number", "ends_on", "-ends_on", "billing_starts_on"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
def test_pages_hold_each_record_once_in_one_order(system, many, order, limit):
    address, seen = f"contracts?order={order}&limit={limit}", []
    for _page in range(len(many) + 1):
        told = system.get(address).json()
        seen += [record["number"] for record in told["data"]]
        if told["next"] is None:
            break
        address = told["next"].removeprefix("/api/v1/")
    assert sorted(seen) == sorted(contract.number for contract in many)
    if order.endswith("number"):
        assert seen == sorted(seen, reverse=order.startswith("-"))


def test_a_record_that_comes_meanwhile_moves_nobody_to_another_page(system, many, aois_company):
    first = system.get("contracts?order=-number&limit=3").json()
    ContractFactory(customer=aois_company)
    second = system.get(first["next"].removeprefix("/api/v1/")).json()
    assert {r["id"] for r in first["data"]} & {r["id"] for r in second["data"]} == set()
    assert second["data"][0]["number"] == sorted((c.number for c in many), reverse=True)[3]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("limit=1e3", "limit"), ("limit=٣", "limit"),
        ("limit=1&limit=2", "limit"), ("order=customer__user__password", "order"), ("order=--number", "order"),
        ("cursor=nonsense", "cursor"), ("cursor=W10", "cursor"), ("nonsense=1", "nonsense"), ("format=xml", "format"),
        ("customer__name__regex=.*", "customer__name__regex"), ("state=bogus", "state"), ("ends_from=2026-13-01", "ends_from"),
        ("ends_from=01/12/2026", "ends_from"), ("service=%00", "service"), (f"service={'x' * 10_000}", "service"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_its_name(system, query, field):
    answer = system.get(f"contracts?{query}")
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_cursor_of_another_order_is_refused(system, many):
    told = system.get("contracts?order=number&limit=2").json()
    cursor = told["next"].partition("cursor=")[2]
    assert system.get(f"contracts?order=ends_on&cursor={cursor}").status_code == 400


def test_a_list_is_narrowed(system, many, aois_company, carols_company):
    def numbers(query: str) -> set[str]:
        answer = system.get(f"contracts?{query}")
        assert answer.status_code == 200, answer.content
        return {record["number"] for record in answer.json()["data"]}

    stored = {c.number for c in many[:4]}
    assert numbers("service=data-storage") == stored
    assert numbers("service=iot") == {c.number for c in many[4:]}
    assert numbers("ends_until=2026-12-25") == {c.number for c in many[4:]}
    assert numbers("ends_from=2026-12-26") == set()
    assert numbers(f"customer=cus_{aois_company.number}") == {c.number for c in many}
    assert numbers(f"customer=cus_{carols_company.number}") == set()
    assert numbers("customer=nonsense") == set()
    assert numbers("state=ended") == set()


def test_a_partner_with_no_customer_sees_nothing(aois_company):
    ContractFactory(customer=aois_company)
    assert system_of(PartnerFactory()).get("contracts").json() == {"data": [], "next": None}


def test_a_page_asks_the_database_the_same_however_many_records_it_has(system, aois_company, django_assert_num_queries):
    base = ContractFactory(customer=aois_company)
    for _place in range(3):
        DependencyFactory.between(ContractFactory(customer=aois_company, data_storage=True), base)
    system.get("contracts")
    for limit in (1, 4):
        with django_assert_num_queries(7):
            # The business day, the token, the key with its partner, the calls of this minute, the page, what its contracts
            # rest on, and the call as it is kept.
            told = system.get(f"contracts?expand=customer,rests_on&limit={limit}").json()
        assert len(told["data"]) == limit


def test_the_etag_changes_with_the_record_and_only_with_it(system, aois_company, clerk):
    contract = ContractFactory(customer=aois_company)
    address = f"contracts/ctr_{contract.number}"
    before = system.get(address).headers["ETag"]
    assert system.get(address).headers["ETag"] == before
    with chapter(actor=clerk), locked(Contract.objects.get(pk=contract.pk)) as (held,):
        held.save()
    assert system.get(address).headers["ETag"] != before


def test_two_partners_of_one_customer_see_the_same(system, aois_company):
    contract = ContractFactory(customer=aois_company)
    other = PartnerFactory(kind="platform")
    GrantFactory(partner=other, customer=aois_company)
    assert (
        system_of(other).get(f"contracts/ctr_{contract.number}").json()
        == system.get(f"contracts/ctr_{contract.number}").json()
    )


def test_the_catalogue_is_told_as_data_with_its_clauses(system):
    told = {service["code"]: service for service in system.get("services").json()["data"]}
    assert set(told) == set(SERVICES)
    assert told["private-mobile-gateway"]["requires"]["clause"] == "PMG3"
    assert told["mobile-access"]["items"][0]["code"] == "TypeD"
    assert told["private-connector"]["ends"]["clause"] == "PC5.1"
    assert told["private-connector"]["ends_with"]["clause"] == "PC5.2"
    assert system.get("services/mobile-access").json() == told["mobile-access"]
    assert system.get("services/no-such").status_code == 404
    assert system.get("services?x=1").status_code == 400


def test_a_draft_is_nobodys_business_yet(system, aois_company):
    draft = InvoiceFactory(**of(aois_company), draft=True)
    issued = InvoiceFactory(**of(aois_company), month=date(2026, 10, 1))
    assert [record["number"] for record in system.get("invoices").json()["data"]] == [issued.number]
    assert system.get("invoices?state=draft").status_code == 400
    assert draft.number == ""


def test_a_debt_that_was_passed_on_is_its_new_debtors(system, aois_company, carols_company):
    gone = InvoiceFactory(**of(aois_company), passed_to=carols_company)
    come = InvoiceFactory(**of(carols_company), passed_to=aois_company)
    assert system.get(f"invoices/inv_{gone.number}").status_code == 404
    assert system.get(f"invoices/inv_{come.number}").json()["passed_to"] == f"cus_{aois_company.number}"


def test_an_invoice_says_the_sums_of_the_document_with_its_items_and_taxes(system, aois_company):
    invoice = InvoiceFactory(**of(aois_company))
    told = system.get(f"invoices/inv_{invoice.number}?expand=items,taxes").json()
    assert (told["net"], told["tax"], told["total"]) == (invoice.net, invoice.tax, invoice.total)
    assert [item["amount"] for item in told["items"]] == list(invoice.lines.values_list("amount", flat=True)) != []
    assert told["taxes"] == [{"percent": 10, "net": 5_000, "tax": 500}]


def test_a_line_shows_its_cards_where_that_is_asked_for(system, aois_company):
    line = line_of(aois_company)
    card = SimCardFactory(lent=True, line=line)
    (shown,) = system.get(f"lines/line_{line.number}?expand=cards").json()["cards"]
    assert (shown["id"], shown["line"]) == (f"sim_{card.iccid}", f"line_{line.number}")


def test_cards_in_stock_are_not_shown(system, aois_company):
    card = SimCardFactory()
    assert system.get(f"sim-cards/sim_{card.iccid}").status_code == 404


def test_a_carrier_reads_lines_and_cards_but_no_invoice(aois_company):
    carrier = PartnerFactory(kind="carrier")
    GrantFactory(partner=carrier, customer=aois_company)
    SimCardFactory(lent=True, line=line_of(aois_company))
    system = system_of(carrier)
    assert len(system.get("lines").json()["data"]) == 1
    assert len(system.get("sim-cards").json()["data"]) == 1
    assert system.get("invoices").status_code == 403
