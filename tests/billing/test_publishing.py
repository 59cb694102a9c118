"""G30.1, G30.4: nobody pays what was not shown or told before."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from billing import charging, publishing, repricing, showing
from billing.models import Price, PriceVersion
from billing.months import Month
from contracts.models import Contract, Notice
from iijiot import clock
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, accept, again, announce, screened, set_start
from tests.billing.closed import on
from tests.factories import ApplicationFactory, ContractFactory, CustomerFactory
from tests.factories.contracts import of
from tests.factories.prices import AgreedPriceFactory, PriceFactory, PriceVersionFactory, mobile_access, price_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

JANUARY = date(2027, 1, 1)


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), clock.TOKYO)


def sent(notice: Notice, moment: datetime) -> None:
    with chapter(actor=BEN), locked(notice) as (held,):
        held.was_sent(moment)
        held.save()


def rise(existing_from: date | None = JANUARY, yen: int = 6_000, **version) -> PriceVersion:
    """A draft by which the IIJ IoT service costs more."""
    made = PriceVersionFactory(existing_from=existing_from, changes="月額料金　5,000円から6,000円", **version)
    PriceFactory(draft=True, version=made, yen=yen)
    return made


def publish(version: PriceVersion, on: date = WEDNESDAY) -> PriceVersion:
    publishing.publish(version, on=on, actor=BEN)
    return again(version)


def monthly(contract: Contract, month: str) -> list[int]:
    return [line.amount for line in charging.of_contracts(Month.parse(month), [contract.pk]).all_lines()]


def test_a_version_without_prices_is_not_published():
    with pytest.raises(RuleViolation, match="has no price"):
        publish(PriceVersionFactory())


@pytest.mark.clause("G30.1")
def test_prices_for_new_contracts_alone_need_no_notice_and_change_nobody():
    price_list()
    contract = ContractFactory()
    version = publish(rise(existing_from=None))
    assert (version.state, version.published_on) == ("published", WEDNESDAY)
    assert set(Price.objects.of_version(version).values_list("new_from", "existing_from")) == {(JANUARY, None)}
    assert monthly(contract, "2027-02") == [5_000]
    later = ContractFactory(accepted_on=JANUARY, billing_starts_on=JANUARY)
    assert monthly(later, "2027-02") == [6_000]


@pytest.mark.clause("G30.1")
@pytest.mark.parametrize("new_from", [WEDNESDAY, date(2026, 11, 24), date(2026, 4, 1)])
def test_applicants_are_not_charged_another_price_than_they_were_shown(new_from):
    price_list()
    with pytest.raises(RuleViolation, match="applicants were shown another price"):
        publish(rise(existing_from=None, new_from=new_from))


@pytest.mark.clause("G30.1")
def test_a_service_that_had_no_price_can_be_given_its_fees_from_a_day_that_is_over():
    price_list({("iot", "contract"): 5_000})
    missing = ContractFactory(data_storage=True)
    assert set(charging.of_contracts(Month(2026, 12), [missing.pk]).unpriced) == {missing.pk}
    version = PriceVersionFactory(new_from=missing.accepted_on)
    for kind, yen in (("monthly", 1_000), ("initial", 700)):
        PriceFactory(draft=True, version=version, service_code="data-storage", kind=kind, yen=yen)
    publish(version)
    assert charging.of_contracts(Month(2026, 12), [missing.pk]).unpriced == {}
    assert (monthly(missing, "2026-04"), monthly(missing, "2026-12")) == ([700, 1_000], [1_000])


FURTHER: dict[str, dict[str, str]] = {
    "initial fee": {"kind": "initial"},
    "one-time fee": {
        "service_code": "mobile-access", "item": "TypeD", "kind": "one-time", "unit": "case", "cause": "not-returned",
    },
    "monthly fee for another unit": {"service_code": "mobile-access", "item": "TypeD", "unit": "contract"},
}  # fmt: skip


def further_fee(key: dict[str, str]) -> PriceVersion:
    """A draft that adds one fee from 2026-11-01 on: a day that is over."""
    version = PriceVersionFactory(new_from=date(2026, 11, 1))
    PriceFactory(draft=True, version=version, yen=8_000, **key)
    return version


@pytest.mark.clause("G30.1", "MA13.1")
@pytest.mark.parametrize("key", FURTHER.values(), ids=FURTHER)
def test_whoever_was_shown_the_list_without_a_fee_is_not_charged_it(key):
    price_list()
    days = {"accepted_on": date(2026, 11, 10), "billing_starts_on": date(2026, 12, 1)}
    contract = mobile_access(10, **days) if "service_code" in key else ContractFactory(**days)
    before = monthly(contract, "2026-12")
    with pytest.raises(RuleViolation, match="were shown the list without this fee") as refused:
        publish(further_fee(key))
    assert refused.value.unmet[0].clause.id == "G30.1"
    assert (monthly(contract, "2026-11"), monthly(contract, "2026-12")) == ([], before)


@pytest.mark.clause("G30.1")
def test_an_application_that_waits_was_shown_the_list_too(aois_company):
    price_list()
    application = ApplicationFactory(**of(aois_company), received_at=at(date(2026, 11, 20)))
    with pytest.raises(RuleViolation, match="were shown the list without this fee"):
        publish(further_fee({"kind": "initial"}))
    assert [shown.fee.fee for shown in showing.fees_shown(application)] == [5_000]


@pytest.mark.clause("G30.1")
def test_who_agreed_on_a_price_where_there_was_no_list_is_not_charged_a_further_fee():
    agreed = AgreedPriceFactory(of_a_contract=True)
    accepted = again(agreed.contract).accepted_on
    version = PriceVersionFactory(new_from=accepted)
    PriceFactory(draft=True, version=version, kind="initial", yen=8_000)
    with pytest.raises(RuleViolation, match="were shown the list without this fee"):
        publish(version)


@pytest.mark.clause("G30.1")
def test_a_further_fee_is_possible_from_a_day_since_which_nobody_was_shown_the_list():
    price_list()
    contract = ContractFactory(accepted_on=date(2026, 10, 31), billing_starts_on=date(2026, 11, 1))
    ContractFactory(data_storage=True, accepted_on=date(2026, 11, 10), billing_starts_on=date(2026, 11, 10))
    assert publish(further_fee({"kind": "initial"})).state == "published"
    assert monthly(contract, "2026-11") == [5_000]


@pytest.mark.clause("G30.4")
def test_publishing_for_existing_contracts_is_refused_while_one_customer_has_no_notice_and_names_him():
    price_list()
    told, untold = ContractFactory(), ContractFactory(customer=CustomerFactory(name="株式会社未達"))
    version = rise()
    with pytest.raises(RuleViolation, match="2 customers have no notice"):
        publish(version)
    announce(version, at(date(2026, 12, 1)))
    sent(Notice.objects.get(customer=told.customer), at(date(2026, 12, 15)))
    with pytest.raises(RuleViolation, match=r"1 customers.*株式会社未達") as refused:
        publish(version, on=date(2026, 12, 20))
    assert refused.value.unmet[0].clause.id == "G30.4"
    assert told.customer.name not in str(refused.value)
    sent(Notice.objects.get(customer=untold.customer), at(date(2026, 12, 31), 23))
    assert publish(version, on=date(2026, 12, 31)).state == "published"
    assert (monthly(told, "2026-12"), monthly(told, "2027-01")) == ([5_000], [6_000])


@pytest.mark.clause("G30.4")
def test_a_notice_that_left_on_the_day_itself_is_too_late():
    price_list()
    ContractFactory()
    version = rise()
    announce(version, at(date(2026, 12, 1)))
    sent(Notice.objects.get(), at(JANUARY, 0))
    with pytest.raises(RuleViolation, match="have no notice that left before"):
        publish(version, on=date(2026, 12, 31))


@pytest.mark.clause("G30.4")
def test_only_customers_who_pay_something_else_are_told_and_of_what():
    price_list()
    contract = ContractFactory()
    ContractFactory(data_storage=True)
    ContractFactory(ended=True)
    ContractFactory(ends_on=date(2026, 12, 31))
    fixed = ContractFactory(ends_on=date(2027, 12, 31))
    AgreedPriceFactory(customer=fixed.customer, until=date(2027, 12, 31))
    version = rise()
    assert repricing.repriced(version) == [contract.pk]
    made = announce(version, at(date(2026, 12, 1)))
    (notice,) = Notice.objects.all()
    assert (notice.customer, notice.kind, notice.clause) == (contract.customer, "prices", "G30.4")
    assert "2027年1月1日（金）" in notice.body
    assert "5,000円から6,000円" in notice.body
    assert (made.source, made.recipients, again(version).state) == (version, 1, "announced")


@pytest.mark.clause("G30.4")
def test_whoever_pays_the_new_price_only_once_his_agreement_is_over_is_told_too():
    price_list()
    fixed = ContractFactory()
    AgreedPriceFactory(customer=fixed.customer, until=date(2027, 12, 31))
    assert repricing.repriced(rise()) == [fixed.pk]


@pytest.mark.clause("G30.4")
def test_a_price_agreed_until_the_next_change_is_changed_and_its_customer_told():
    price_list()
    contract = ContractFactory()
    AgreedPriceFactory(customer=contract.customer)
    assert repricing.repriced(rise()) == [contract.pk]
    assert repricing.repriced(rise(yen=4_000)) == []


@pytest.mark.clause("G30.4")
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"existing_from": None}, "nobody to tell"),
        ({"changes": " "}, "Say what changes"),
        ({"existing_from": date(2026, 12, 1), "new_from": date(2026, 12, 1)}, "Choose a later day"),
    ],
    ids=["no day", "no content", "too late"],
)
def test_an_announcement_needs_a_day_to_come_and_a_content(more, sentence):
    price_list()
    version = PriceVersionFactory(**{"existing_from": JANUARY, "changes": "改定", **more})
    with pytest.raises(RuleViolation, match=sentence):
        announce(version, at(date(2026, 12, 1)))


@pytest.mark.clause("G30.4")
def test_who_joins_after_the_announcement_is_told_at_his_acceptance(aois_company):
    price_list()
    ContractFactory()
    version = rise()
    announce(version, at(date(2026, 11, 20)))
    accept(screened(ApplicationFactory(**of(aois_company))))
    assert Notice.objects.about(version).of_customer(aois_company).get().kind == "prices"


@pytest.mark.clause("G30.4")
def test_who_joins_once_it_is_published_is_told_though_it_changed_nobody_before(aois_company):
    price_list()
    application = ApplicationFactory(**of(aois_company))
    version = rise(new_from=date(2026, 12, 1))
    with pytest.raises(RuleViolation, match="Announce it first"):
        publish(version)
    assert announce(version, at(WEDNESDAY)).recipients == 0
    publish(version)
    joined = date(2026, 12, 5)
    with on(joined):
        contract = accept(screened(application), on=joined)
        set_start(contract, date(2026, 12, 10), today=joined)
    (notice,) = Notice.objects.about(version)
    assert (notice.customer, notice.kind) == (aois_company, "prices")
    assert "5,000円から6,000円" in notice.body
    assert monthly(contract, "2027-01") == [6_000]


@pytest.mark.clause("G30.4")
def test_prices_for_existing_contracts_from_a_day_that_is_over_have_nobody_to_tell():
    price_list({("data-storage", "contract"): 1_000})
    assert publish(rise(new_from=date(2026, 12, 1)), on=JANUARY).announced_at is None


@pytest.mark.clause("G30.4")
def test_whom_it_changes_since_the_announcement_can_be_told_by_the_same_text():
    price_list()
    ContractFactory()
    version = rise()
    announce(version, at(date(2026, 12, 1)))
    with pytest.raises(RuleViolation, match="nobody to tell"):
        publishing.tell_rest(version, actor=BEN)
    late = ContractFactory(accepted_on=date(2026, 12, 2), billing_starts_on=date(2026, 12, 2))
    publishing.tell_rest(version, actor=BEN)
    first, second = Notice.objects.about(version).order_by("pk")
    assert second.customer == late.customer
    assert second.body.partition("\n")[2].splitlines()[2:] == first.body.partition("\n")[2].splitlines()[2:]
    assert version.announcements.get().recipients == 2


@pytest.mark.clause("G30.4")
def test_prices_that_are_withdrawn_hold_for_nobody_and_those_told_are_told_of_it():
    price_list()
    contract = ContractFactory()
    version = rise()
    announce(version, at(date(2026, 12, 1)))
    sent(Notice.objects.get(), at(date(2026, 12, 1)))
    publish(version, on=date(2026, 12, 10))
    publishing.withdraw(version, because="改定の見送り", on=date(2026, 12, 20), actor=BEN)
    assert again(version).state == "withdrawn"
    assert monthly(contract, "2027-01") == [5_000]
    assert Notice.objects.latest("pk").kind == "withdrawn"
    again_rise = rise()
    assert Price.objects.of_version(again_rise).get().yen == 6_000


@pytest.mark.clause("G30.1")
def test_prices_that_applicants_were_shown_are_not_withdrawn():
    price_list()
    version = publish(rise(existing_from=None))
    with pytest.raises(RuleViolation, match="applicants are shown these prices"):
        publishing.withdraw(version, because="誤り", on=JANUARY, actor=BEN)


@pytest.mark.clause("G30.4")
def test_two_versions_do_not_change_one_fee_on_one_day():
    price_list()
    publish(rise(existing_from=None))
    with pytest.raises(ValidationError) as refused:
        publish(rise(existing_from=None, yen=7_000))
    assert [error.code for error in refused.value.error_dict["__all__"]] == ["G30.1"]


@pytest.mark.clause("G30.1", "G30.4")
@pytest.mark.parametrize(
    ("new_from", "existing_from", "is_possible"),
    [
        (date(2027, 2, 1), date(2027, 3, 1), False),
        (date(2026, 12, 1), date(2027, 5, 1), False),
        (date(2027, 2, 1), date(2027, 5, 1), True),
        (date(2026, 12, 1), date(2027, 3, 1), True),
        (date(2027, 2, 1), None, True),
    ],
    ids=["newer overtakes", "older is overtaken", "newer after", "older before", "for new contracts alone"],
)
def test_no_older_price_follows_a_newer_one(new_from, existing_from, is_possible):
    """V01: once the newer version has changed existing contracts, the older one does not undo it."""
    price_list()
    january = rise(existing_from=date(2027, 4, 1), yen=5_500)
    announce(january, at(WEDNESDAY))
    publish(january)
    other = rise(existing_from=existing_from, new_from=new_from, yen=6_000)
    if existing_from:
        announce(other, at(WEDNESDAY))
    if is_possible:
        assert publish(other).state == "published"
    else:
        with pytest.raises(RuleViolation, match=r"from Fri 1 January 2027 .* from Thu 1 April 2027"):
            publish(other)


@pytest.mark.clause("G30.4")
def test_what_is_published_or_told_never_changes():
    price_list()
    version = rise()
    announce(version, at(date(2026, 12, 1)))
    told, price = again(version), Price.objects.get(version=version)
    told.changes, price.yen = "別の内容", 9_000
    for record in (told, price):
        with chapter(actor=BEN), pytest.raises(RuleViolation, match="cannot be changed"):
            record.save()
