"""How long what is personal is kept once a customer is gone, and what keeps it longer (G40.2.1).

An app to the right says what of its own still needs a customer (`needed_for`), and from which of its days the period
counts (`counts_from`); which of its fields are personal its models say themselves (`PERSONAL`).
"""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils.translation import gettext_lazy as _

from contracts.models import (
    Application,
    ChangeReport,
    Contract,
    Customer,
    Death,
    Disclosure,
    Erasure,
    ExternalSubscription,
    HeirFiling,
    Notice,
    Succession,
    Violation,
)
from iijiot.clauses import Clause
from iijiot.clock import TOKYO, midnight, next_day
from iijiot.days import fullday
from iijiot.lookups import history_of
from iijiot.periods import last_day_within_months
from iijiot.personal import BOOKS, Keeping
from iijiot.rules import Unmet
from iijiot.words import Words, said

FISCAL_YEAR_ENDS_IN = 3
"""The month in which the company's fiscal year ends."""


@dataclass(frozen=True)
class Need:
    """Records as long as one of which is there, their customer's data is needed."""

    words: Words
    rows: Callable[[], QuerySet[Any]]
    path: str = "customer"


@dataclass(frozen=True)
class Trace:
    """Days of records of a customer; from the latest of all the period counts.

    Of whom there are none it counts from the day on which the customer was recorded.
    """

    rows: Callable[[], QuerySet[Any]]
    day: Any
    path: str = "customer"


_needs: list[Need] = []
_traces: list[Trace] = []


def needed_for(need: Need) -> Need:
    """Register what keeps data; called in AppConfig.ready()."""
    _needs.append(need)
    return need


def not_needed_for(need: Need) -> None:
    """Take a registration back, as a test does that brought its own."""
    _needs.remove(need)


def counts_from(trace: Trace) -> None:
    """Register a day from which the period counts; called in AppConfig.ready()."""
    _traces.append(trace)


for known in [
    Need(_("contracts that have not ended"), lambda: Contract.objects.in_life()),
    Need(_("open applications"), lambda: Application.objects.open()),
    Need(_("external subscriptions that go on"), lambda: ExternalSubscription.objects.lasting()),
    Need(_("a succession to come"), lambda: Succession.objects.open(), "predecessor"),
    Need(_("a succession to come"), lambda: Succession.objects.open(), "successor"),
    Need(_("a death without decision"), lambda: Death.objects.open()),
    Need(_("a filing of an heir without decision"), lambda: HeirFiling.objects.undecided(), "heir"),
    Need(_("a report of changes to check"), lambda: ChangeReport.objects.open()),
    Need(_("an open violation"), lambda: Violation.objects.open()),
    Need(_("notices that have not left"), lambda: Notice.objects.not_sent()),
]:
    needed_for(known)

for last_ones in [
    Trace(lambda: Contract.objects.all(), F("ends_on")),
    Trace(lambda: Application.objects.all(), F("decided_on")),
    Trace(lambda: ExternalSubscription.objects.all(), F("ends_on")),
    Trace(lambda: Violation.objects.all(), F("closed_on")),
    Trace(lambda: ChangeReport.objects.all(), F("closed_on")),
    Trace(lambda: Succession.objects.all(), F("effective_on"), "predecessor"),
    Trace(lambda: HeirFiling.objects.all(), TruncDate("filed_at", tzinfo=TOKYO), "heir"),
    Trace(lambda: Disclosure.objects.all(), TruncDate("at", tzinfo=TOKYO)),
]:
    counts_from(last_ones)


def years_of(keeping: str) -> int:
    """The period of what is kept so long (settings RETENTION_YEARS_BOOKS, RETENTION_YEARS_REST)."""
    return int(settings.RETENTION_YEARS_BOOKS if keeping == BOOKS else settings.RETENTION_YEARS_REST)


def kept_until(keeping: str, gone_since: date, years: int) -> date:
    """The last day on which it is kept (G40.2.1).

    The books' period begins two months after the end of the fiscal year, with the day on which its tax is declared.
    """
    if keeping == BOOKS:
        year = gone_since.year + (gone_since.month > FISCAL_YEAR_ENDS_IN)
        declared = FISCAL_YEAR_ENDS_IN + 2
        gone_since = date(year, declared, monthrange(year, declared)[1])
        return date(year + years, declared, monthrange(year + years, declared)[1])
    return last_day_within_months(gone_since, 12 * years)


def latest_gone(keeping: str, day: date) -> date:
    """The latest day on which a customer may have gone whose data can be erased on `day`."""
    years = years_of(keeping)
    first = day - timedelta(days=366 * (years + 3))
    days = range(first.toordinal(), day.toordinal())
    over = bisect_left(days, day, key=lambda past: kept_until(keeping, date.fromordinal(past), years))
    return date.fromordinal(days[0] + over - 1)


@dataclass(frozen=True)
class Standing:
    """How a customer stands: what needs the data still, and since when the customer is gone."""

    needs: tuple[Words, ...]
    gone_since: date

    def due_on(self, keeping: str) -> date:
        """The first day on which it can be erased, as long as nothing happens."""
        return kept_until(keeping, self.gone_since, years_of(keeping)) + timedelta(days=1)

    def keeping_on(self, day: date) -> str:
        """What can be erased on a day: everything, the rest, or nothing."""
        return next((keeping for keeping in (BOOKS, Keeping.REST) if self.due_on(keeping) <= day), "")


def standing(customer: Customer) -> Standing:
    """How a customer stands, in one statement."""
    wanted = {f"need_{place}": _exists(need.rows(), need.path) for place, need in enumerate(_needs)}
    found: Any = Customer.objects.among([customer.pk]).annotate(**wanted, gone_since=_latest()).get()
    needs = dict.fromkeys(str(need.words) for place, need in enumerate(_needs) if getattr(found, f"need_{place}"))
    return Standing(tuple(needs), found.gone_since)


def why_kept(standing: Standing, day: date, keeping: str = Keeping.REST) -> list[Unmet]:
    """Why what is kept so long cannot be erased yet, with the day on which it can; empty when it can (G40.2.1)."""
    clause = Clause("G40.2.1")
    if standing.needs:
        sentence = _("The data is still needed: {needs}. Close that first.")
        return [Unmet(clause, said(sentence, needs="、".join(map(str, standing.needs))))]
    if (first := standing.due_on(keeping)) > day:
        sentence = _("The customer is gone since {since}; the retention period runs. This is possible from {day}.")
        return [Unmet(clause, said(sentence, since=fullday(standing.gone_since), day=fullday(first)))]
    return []


def reaches_back(until: date) -> bool:
    """Whether there is anything of so long ago; where there is not, nobody need be asked for."""
    if history_of(Customer).filter(history_type="+", history_date__lt=midnight(next_day(until))).exists():
        return True
    return any(trace.rows().alias(day_of_it=trace.day).filter(day_of_it__lte=until).exists() for trace in _traces)


def gone_by(until: date) -> QuerySet[Customer]:
    """Customers whose data nothing needs, and of whom nothing is later than a day."""
    known = Q(Exists(_recorded().filter(history_date__lt=midnight(next_day(until)))))
    for trace in _traces:
        known |= Q(_exists(trace.rows(), trace.path))
    gone = Customer.objects.filter(known)
    for need in _needs:
        gone = gone.exclude(_exists(need.rows(), need.path))
    for trace in _traces:
        later = trace.rows().alias(day_of_it=trace.day).filter(day_of_it__gt=until)
        gone = gone.exclude(_exists(later, trace.path))
    return gone


def to_list(keeping: str, day: date) -> QuerySet[Customer]:
    """Customers whose period is over and who were not listed for it since they went, each with `gone_since`."""
    covering = [BOOKS] if keeping == BOOKS else [BOOKS, keeping]
    listed = Erasure.objects.filter(customer=OuterRef("pk"), keeping__in=covering).order_by("-gone_since")
    gone = gone_by(latest_gone(keeping, day)).alias(listed=Subquery(listed.values("gone_since")[:1]))
    return gone.annotate(gone_since=_latest()).filter(Q(listed=None) | Q(gone_since__gt=F("listed"))).order_by("pk")


def _exists(rows: QuerySet[Any], path: str) -> Exists:
    return Exists(rows.order_by().filter(**{path: OuterRef("pk")}))


def _recorded() -> QuerySet[Any]:
    return history_of(Customer).filter(history_type="+", id=OuterRef("pk"))


def _latest() -> Coalesce:
    days = []
    for trace in _traces:
        rows = trace.rows().order_by().filter(**{trace.path: OuterRef("pk")}).annotate(day_of_it=trace.day)
        days.append(Subquery(rows.exclude(day_of_it=None).order_by("-day_of_it").values("day_of_it")[:1]))
    recorded = _recorded().annotate(day_of_it=TruncDate("history_date", tzinfo=TOKYO)).values("day_of_it")
    return Coalesce(Greatest(*days), Subquery(recorded[:1]))
