"""G2.2: a version of the terms takes effect only if everybody whom it touches was told before."""

from datetime import date, datetime, time

import pytest

from contracts import announcing, notifying, revising
from contracts.models import Notice, TermsVersion
from iijiot import clock
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation
from tests.acts import BEN, advance, again, announce
from tests.factories import ContractFactory, TermsVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

FIRST = date(2026, 12, 1)


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), clock.TOKYO)


def sent(notice: Notice, moment: datetime) -> None:
    with chapter(actor=BEN), locked(notice) as (held,):
        held.was_sent(moment)
        held.save()


@pytest.mark.clause("G2.2")
def test_only_the_customers_of_the_provision_are_told_what_changes():
    vpn, storage = ContractFactory(vpn_gateway=True), ContractFactory(data_storage=True)
    announce(TermsVersionFactory(provision="VPN", effective_on=FIRST), at=at(date(2026, 11, 25)))
    (notice,) = Notice.objects.all()
    assert notice.customer == vpn.customer != storage.customer
    assert "接続方式の追加" in notice.body
    assert "2026年12月1日（火）から適用" in notice.body


@pytest.mark.clause("G2.2")
def test_a_change_of_the_general_provisions_is_told_to_everybody():
    ContractFactory(vpn_gateway=True), ContractFactory(data_storage=True), ContractFactory(ended=True)
    assert announce(TermsVersionFactory(provision="G", effective_on=FIRST), at=at(date(2026, 11, 25))).recipients == 2


@pytest.mark.clause("G2.2")
@pytest.mark.parametrize(("told_on", "takes_effect"), [(date(2026, 11, 30), True), (FIRST, False), (None, False)])
def test_it_takes_effect_only_if_the_last_was_told_before_the_day(told_on, takes_effect):
    first, last = ContractFactory(vpn_gateway=True), ContractFactory(vpn_gateway=True)
    version = TermsVersionFactory(provision="VPN", effective_on=FIRST)
    announce(version, at=at(date(2026, 11, 25)))
    sent(Notice.objects.get(customer=first.customer), at(date(2026, 11, 25)))
    if told_on:
        sent(Notice.objects.get(customer=last.customer), at(told_on, 23))
    before = TermsVersion.objects.in_force("VPN", FIRST)
    if takes_effect:
        revising.confirm(version, actor=BEN)
        assert TermsVersion.objects.in_force("VPN", FIRST) == version
        return
    with pytest.raises(RuleViolation, match="1 customers were not told") as refusal:
        revising.confirm(version, actor=BEN)
    assert last.customer.name in str(refusal.value)
    assert first.customer.name not in str(refusal.value) or first.customer.name == last.customer.name
    assert TermsVersion.objects.in_force("VPN", FIRST) == before != version


@pytest.mark.clause("G2.2")
def test_the_clock_confirms_it_on_its_day_once_the_mails_have_gone():
    ContractFactory(vpn_gateway=True)
    version = TermsVersionFactory(provision="VPN", effective_on=date(2030, 12, 1))
    announce(version, at=at(date(2026, 11, 25)))
    notifying.deliver(Notice.objects.get().pk)
    advance(date(2030, 12, 1))
    assert again(version).state == "confirmed"


@pytest.mark.clause("G2.2")
def test_the_clock_sets_aside_what_somebody_was_not_told():
    ContractFactory(vpn_gateway=True)
    version = TermsVersionFactory(provision="VPN", effective_on=FIRST)
    announce(version, at=at(date(2026, 11, 25)))
    row = next(row for row in advance(FIRST) if row.step == "confirm-terms")
    assert (again(version).state, row.done, len(row.set_aside)) == ("announced", 0, 1)


@pytest.mark.clause("G2.2")
@pytest.mark.parametrize(
    ("given", "moment", "words"),
    [({"changes": ""}, at(date(2026, 11, 25)), "Say what changes"), ({}, at(FIRST, 0), "told before")],
)
def test_without_its_content_or_on_its_day_it_is_not_announced(given, moment, words):
    with pytest.raises(RuleViolation, match=words):
        announcing.plan_announcing(TermsVersionFactory(provision="VPN", effective_on=FIRST, **given), at=moment)


@pytest.mark.clause("G2.1")
def test_a_version_that_is_withdrawn_leaves_the_one_before_it_and_those_told_are_told():
    ContractFactory(vpn_gateway=True)
    version = TermsVersionFactory(provision="VPN", effective_on=FIRST)
    before = TermsVersion.objects.in_force("VPN", FIRST)
    announce(version, at=at(date(2026, 11, 25)))
    revising.withdraw(version, because="内容の見直し", actor=BEN)
    assert TermsVersion.objects.in_force("VPN", FIRST) == before
    assert [notice.kind for notice in Notice.objects.order_by("pk")] == ["terms", "withdrawn"]


@pytest.mark.clause("G2.2")
@pytest.mark.parametrize(("name", "value"), [("changes", "別の内容"), ("effective_on", date(2027, 6, 1))])
def test_what_the_customers_were_told_of_a_version_stands(name, value):
    version = TermsVersionFactory(provision="VPN", effective_on=FIRST)
    announce(version, at=at(date(2026, 11, 25)))
    version = again(version)
    setattr(version, name, value)
    with pytest.raises(RuleViolation, match="cannot be changed"), chapter(actor=BEN):
        version.save()
    assert getattr(again(version), name) != value
