"""Whole stories closed month by month against the slow reference: what became known late is credited or charged later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import charging
from billing.models import Invoice, InvoiceKind, InvoiceLine, SetAside
from billing.months import Month
from contracts import due
from contracts.models import Contract
from iijiot.bulk import bulk_change
from iijiot.daily import Tally
from iijiot.records import chapter
from sims.models import Line
from tests.acts import BEN
from tests.billing.closed import close, issue, on, run_of
from tests.billing.reference import Life, Version, months_between, owed
from tests.billing.test_reference import FIRST, LAST, lives, stored
from tests.factories import CompanyFactory

MONTHS = [Month(*month) for month in months_between(FIRST, LAST)]
YEN = st.sampled_from([1, 2, 300, 980, 2_900, 5_000])


@dataclass(frozen=True)
class News:
    """In so many months it becomes known that the contract, or one of its lines, ends on another day than was known."""

    after: int
    unit: int | None
    ends_on: date


@dataclass(frozen=True)
class Story:
    """A life as it was known at first, and what became known of it."""

    life: Life
    news: Sequence[News]


@st.composite
def stories(draw: Any) -> Story:
    """Lives that always have a price, since what has none is set aside, and what is learnt of them."""
    life = draw(lives(most_units=3))
    versions = [Version(FIRST - timedelta(400), None, draw(YEN)), *life.versions[1:3]]
    life = replace(
        life,
        versions=[replace(version, fee=draw(YEN)) for version in versions],
        agreements=[replace(agreement, fee=draw(YEN)) for agreement in life.agreements[:1]],
        ends_on=None,
    )
    units = st.sampled_from([None, *range(len(life.units))])
    news = []
    for after in sorted(draw(st.sets(st.integers(0, len(MONTHS) - 1), max_size=3))):
        unit = draw(units)
        begins = life.starts_on if unit is None else max(life.units[unit][0], life.starts_on)
        if begins <= MONTHS[after].last:
            news.append(News(after, unit, draw(st.dates(begins, MONTHS[after].last + timedelta(40)))))
    return Story(life, news)


def learn(contract: Contract, lines: Sequence[int], life: Life, news: News, day: date) -> Life:
    """Write what became known; the life as it is known now."""
    rows: Any = Contract.objects.among([contract.pk])
    if news.unit is not None:
        rows = Line.objects.filter(pk=lines[news.unit])
        units = [(begins, news.ends_on if n == news.unit else ends) for n, (begins, ends) in enumerate(life.units)]
        life = replace(life, units=units)
    elif life.ends_on is not None and life.ends_on < day:
        return life  # it has ended, and stays so
    else:
        life = replace(life, ends_on=news.ends_on)
    under = "MA12.1" if news.unit is None else "MA8.1"
    with chapter(actor=BEN, reason="遅れて判明", clause="G29.1"):
        bulk_change(rows, {"ends_on": news.ends_on, "ends_under": under}, releasing=["ends_on", "ends_under"])
    return life


def told_through(story: Story) -> tuple[Contract, Life]:
    """Live through all months: each is closed on the first day after it, issued, and then news come in."""
    contract, life = stored(story.life), story.life
    lines = list(contract.lines.order_by("pk").values_list("pk", flat=True))
    for place, month in enumerate(MONTHS):
        day = month.next.first
        with on(day):
            due.end_contracts(day, Tally())
        close(str(month), day)
        preview = charging.of_contracts(month, [contract.pk]).all_lines()
        assert sorted(as_billed(contract, month)) == sorted(
            (line.first, line.last, line.quantity, line.amount) for line in preview
        )
        if Invoice.objects.drafts().of_run(run_of(str(month))).exists():
            issue(str(month), day)
        for news in story.news:
            if news.after == place:
                with on(day + timedelta(9)):
                    life = learn(contract, lines, life, news, day)
    for month in (MONTHS[-1].next, MONTHS[-1].next.next):
        with on(month.next.first):
            due.end_contracts(month.next.first, Tally())
        close(str(month), month.next.first)
        if Invoice.objects.drafts().of_run(run_of(str(month))).exists():
            issue(str(month), month.next.first)
    return contract, life


def as_billed(contract: Contract, month: Month) -> list[tuple[Any, ...]]:
    """What the run of a month wrote for that month."""
    own = InvoiceLine.objects.filter(contract=contract, month=month.first, invoice__run=run_of(str(month)))
    return list(own.values_list("first", "last", "quantity", "amount"))


@pytest.mark.django_db
@pytest.mark.clause("G30.1", "G30.2", "G30.2.1", "G30.2.2", "G30.2.3", "G30.3", "G30.4")
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories())
def test_a_story_closed_month_by_month_comes_to_what_its_facts_come_to_in_the_end(story):
    with transaction.atomic():
        CompanyFactory()
        contract, life = told_through(story)
        assert not SetAside.objects.open().exists()
        for month in MONTHS:
            billed = InvoiceLine.objects.filter(contract=contract, month=month.first).aggregate(net=Sum("amount"))[
                "net"
            ]
            assert (billed or 0) == owed(life, month.year, month.number)
        for note in Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE):
            assert note.total < 0
            assert -note.total <= note.corrects.total
        transaction.set_rollback(True)
