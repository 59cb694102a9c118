"""The product against the slow reference, over random lives of contracts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import charging
from billing.months import ContractFacts, Month, Monthly, Stretch, Unit, Unpriced, charges_of
from billing.pricing import Agreed, Listed, fees_in_force
from tests.billing.reference import Agreement, Life, Version, months_between, owed
from tests.factories import ContractFactory
from tests.factories.measures import SuspensionFactory
from tests.factories.prices import AgreedPriceFactory, PriceFactory, PriceVersionFactory, lined

FIRST, LAST = date(2027, 11, 1), date(2028, 4, 30)
DAYS = st.dates(FIRST, LAST)
YEN = st.one_of(st.integers(0, 5), st.sampled_from([300, 500, 980, 1_000, 2_900, 5_000, 30_000, 99_999]))


@st.composite
def spans(draw: Any) -> tuple[date, date | None]:
    first = draw(DAYS)
    return first, draw(st.one_of(st.none(), st.dates(first, LAST + timedelta(60))))


@st.composite
def versions(draw: Any) -> list[Version]:
    """Lists of one fee: no two begin on one day, for new contracts or for existing ones."""
    days = draw(st.lists(DAYS, max_size=4, unique=True))
    made = [Version(FIRST - timedelta(400), None, draw(YEN))] if draw(st.integers(0, 9)) else []
    taken: set[date] = set()
    for day in sorted(days):
        existing = draw(st.one_of(st.none(), st.just(day), st.dates(day, LAST + timedelta(20))))
        existing = None if existing in taken else existing
        taken |= {existing} if existing else set()
        made.append(Version(day, existing, draw(YEN)))
    return made


@st.composite
def lives(draw: Any, most_units: int = 5) -> Life:
    first, last = draw(spans())
    agreed = {since: Agreement(since, until, draw(YEN)) for since, until in draw(st.lists(spans(), max_size=2))}
    own = draw(st.lists(spans(), max_size=most_units))
    suspended = [(day, day + timedelta(draw(st.integers(0, 40)))) for day in draw(st.lists(DAYS, max_size=1))]
    return Life(
        first - timedelta(draw(st.integers(0, 90))),
        draw(versions()),
        list(agreed.values()),
        own,
        first,
        last,
        suspended,
    )


def reckoned(life: Life, month: Month) -> int | None:
    """What the product makes of a life, without a database."""
    listed = [Listed(n, v.fee, True, v.new_from, v.existing_from) for n, v in enumerate(life.versions)]
    agreed = [Agreed(n, a.fee, True, a.since, a.until, 2) for n, a in enumerate(life.agreements)]
    fees = fees_in_force(listed, agreed, life.shown_on, "MA13.1")
    whole = Stretch(life.starts_on, life.ends_on)
    stretches = [
        Stretch(max(begins, life.starts_on), min((day for day in (ends, life.ends_on) if day), default=None))
        for begins, ends in life.units
    ]
    try:
        charges = charges_of(ContractFacts(1, whole, monthly=[Monthly(fees, stretches, Unit.LINE)]), month)
    except Unpriced:
        return None
    for charge in charges:
        assert charge.amount == charge.quantity * charge.unit_amount
        assert 0 < charge.days <= charge.of_days == month.days
    return sum(charge.amount for charge in charges)


@pytest.mark.clause("G30.1", "G30.2.1", "G30.2.2", "G30.2.3", "G30.3", "G30.4")
@settings(max_examples=400, deadline=None)
@given(lives())
def test_any_life_is_charged_as_the_clauses_say_day_by_day(life):
    for year, number in months_between(FIRST, LAST):
        assert reckoned(life, Month(year, number)) == owed(life, year, number)


def stored(life: Life) -> Any:
    """The life as records: a Mobile Access contract with its lines, prices and suspensions."""
    for version in life.versions:
        reason = "" if version.existing_from is None or version.existing_from.day == 1 else "月の途中の改定"
        made = PriceVersionFactory(
            published=True,
            new_from=version.new_from,
            existing_from=version.existing_from,
            published_on=version.new_from,
            day_reason=reason,
        )
        PriceFactory(version=made, per_line=True, yen=version.fee)
    ends = {"ends_on": life.ends_on} if life.ends_on else {}
    contract = ContractFactory(mobile_access=True, accepted_on=life.shown_on, billing_starts_on=life.starts_on, **ends)
    for begins, until in life.units:
        ending = {"ends_on": until, "ends_under": "MA8.1"} if until else {}
        lined(contract, 1, ordered_on=begins, billing_starts_on=begins, activated_on=begins, **ending)
    for agreement in life.agreements:
        AgreedPriceFactory(
            customer=contract.customer, contract=contract, service_code="mobile-access", item="TypeD", unit="line",
            yen=agreement.fee, since=agreement.since, until=agreement.until,
        )  # fmt: skip
    for _days in life.suspended:
        SuspensionFactory(contract=contract)
    return contract


@pytest.mark.django_db
@pytest.mark.clause("G30.1", "G30.2.1", "G30.2.2", "G30.2.3", "G30.3", "G30.4")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives(most_units=4))
def test_what_is_stored_of_any_life_is_charged_as_the_clauses_say(life):
    with transaction.atomic():
        contract = stored(life)
        for year, number in months_between(FIRST, LAST):
            charges = charging.of_contracts(Month(year, number), [contract.pk])
            total = sum(line.amount for line in charges.all_lines())
            assert (None if charges.unpriced else total) == owed(life, year, number)
        transaction.set_rollback(True)
