"""Cards by where they are, whose they are, what is to be done, and how people look for them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.db.models.functions import Reverse

from contracts.models import Contract
from iijiot.lookups import keys, many
from iijiot.periods import last_day_within_days
from iijiot.records import RecordedQuerySet
from sims.identifiers import WITHOUT_CHECK_DIGIT, is_imsi, plain_iccid
from sims.models.card_state import Custody
from sims.models.line_set import Span
from sims.models.many import ManyCards
from sims.models.policy import most_times

if TYPE_CHECKING:
    from sims.models.card import SimCard

FEWEST_DIGITS, WHOLE_NUMBER = 3, 11
"""Digits of a part by which cards are looked for, and of a telephone number."""


class Known(NamedTuple):
    """Numbers that cards have."""

    iccids: set[str]
    imsis: set[str]
    msisdns: set[str]


class SimCardQuerySet(ManyCards, RecordedQuerySet["SimCard"]):
    """Cards by where they are and what is to be done."""

    def in_stock(self) -> "SimCardQuerySet":
        """What can be assigned, the longest in stock first."""
        return self.filter(state=Custody.IN_STOCK).order_by("received_on", "pk")

    def mistaken(self) -> "SimCardQuerySet":
        """Those whose receipt was undone."""
        return self.filter(state=Custody.MISTAKEN)

    def unchained(self) -> "SimCardQuerySet":
        """Those that never stood in a chain of replacements: what may begin or go on with one."""
        return self.filter(generation=0)

    def like(self, form_factor: str, product: int | None = None) -> "SimCardQuerySet":
        """Those of a form factor, and of a product where one is wanted."""
        return self.filter(form_factor=form_factor, **({"product": product} if product else {}))

    def free(self) -> "SimCardQuerySet":
        """Held for us, without those that somebody else holds at this moment."""
        return self.select_for_update(of=("self",), no_key=True, skip_locked=True)

    def live(self) -> "SimCardQuerySet":
        """The cards that lines have now."""
        return self.filter(state__in=Custody.live())

    def of_contracts(self, ids: Sequence[int]) -> "SimCardQuerySet":
        """Every card that lines of these contracts have or had."""
        return self.filter(line__contract__in=ids)

    def of_lines(self, lines: Any) -> "SimCardQuerySet":
        """Every card that these lines have or had."""
        return self.filter(line__in=lines)

    def chain_of(self, line: Any) -> "SimCardQuerySet":
        """Every card that a line has or had, the latest first, each with what took its place."""
        return self.filter(line=line).select_related("replaced_by").order_by("-generation", "-assigned_on", "-pk")

    def lost(self) -> "SimCardQuerySet":
        """Reported as lost, their procedure not done."""
        return self.filter(state=Custody.LOST)

    def lent(self) -> "SimCardQuerySet":
        """Held by customers, or on the way there or back."""
        return self.filter(state__in=Custody.lent())

    def count_lent_by_contract(self, ids: list[int]) -> dict[int, int]:
        """How many cards fall due when these contracts end; those without any are left out."""
        states = [Custody.SHIPPED, Custody.ON_LOAN, Custody.FAULTY]
        rows = self.filter(state__in=states, line__contract__in=ids).order_by().values_list("line__contract")
        return dict(rows.annotate(models.Count("pk")))

    def awaited(self) -> "SimCardQuerySet":
        """To come back, the first due first (MA9.2)."""
        return self.filter(state__in=Custody.awaited()).order_by("due_back_on", "pk")

    def awaited_from(self, customer: Any) -> "SimCardQuerySet":
        """Those that a customer is to send back, looked for among all that are awaited: those are few, and of its lines
        there can be a hundred thousand.
        """
        lines: Any = apps.get_model("sims.Line")._base_manager.filter(pk=OuterRef("line"))
        return self.awaited().alias(whose=Subquery(lines.values("contract__customer"))).filter(whose=customer.pk)

    def many_and_first_due(self) -> tuple[int, Any]:
        """How many there are, and the first day on which one of them is due back."""
        found = self.order_by().aggregate(many=Count("pk"), first=Min("due_back_on"))
        return found["many"], found["first"]

    def overdue(self) -> "SimCardQuerySet":
        """Due and not come back."""
        return self.filter(state=Custody.OVERDUE).order_by("due_back_on", "pk")

    def late(self, last_day: date) -> "SimCardQuerySet":
        """Due back up to a day, and not marked as overdue yet."""
        return self.filter(state=Custody.DUE_BACK, due_back_on__lte=last_day)

    def to_remind(self, day: date, days_before: Sequence[int]) -> "SimCardQuerySet":
        """Due back in so many days that the customer is reminded, and not reminded for that step yet (MA9.2)."""
        steps = Q(pk__in=[])
        for before in days_before:
            unsaid = Q(reminded_before=None) | Q(reminded_before__gt=before)
            steps |= unsaid & Q(due_back_on=last_day_within_days(day, before))
        return self.filter(steps, state=Custody.DUE_BACK)

    def to_dun(self, day: date, most: int, gap: timedelta) -> "SimCardQuerySet":
        """Overdue, and so long ago dunned that it is time again, but not more often than staff allow (MA9.2)."""
        again = Q(dunned_on=None) | Q(dunned_on__lte=day - gap)
        return self.filter(again, state=Custody.OVERDUE, dunned_times__lt=most)

    def dunned_today(self, day: date) -> "SimCardQuerySet":
        """Those of which the customer was told on this day."""
        return self.filter(dunned_on=day)

    def customers(self) -> list[int]:
        """The keys of the customers whose cards these are."""
        ids = self.order_by().values_list("line__contract__customer", flat=True).distinct()
        return sorted(pk for pk in ids if pk is not None)

    def with_list_data(self) -> "SimCardQuerySet":
        """With what a list shows of each."""
        return self.select_related("product", "line__contract__customer")

    def found(self, typed: str) -> "SimCardQuerySet":
        """By ICCID, whole, padded, without its check digit, its first or last digits; by IMSI; by number; each by index."""
        number = plain_iccid(typed)
        if not (number.isascii() and number.isdecimal()) or len(number) < FEWEST_DIGITS:
            return self.none()
        if number.startswith("8981") and len(number) > len("8981"):
            return self.filter(iccid__startswith=number)
        if is_imsi(number):
            return self.filter(imsi=number).exclude(imsi="")
        if number.startswith("0") and len(number) >= WHOLE_NUMBER:
            return self.filter(msisdn=number).exclude(msisdn="")
        return self.alias(behind=Reverse("iccid")).filter(behind__startswith=number[::-1])

    def one(self, typed: str) -> "SimCard | None":
        """The card of a number that was scanned or typed, whole or without its check digit; none where it fits several."""
        number = plain_iccid(typed)
        if not (number.isascii() and number.isdecimal()) or len(number) < WITHOUT_CHECK_DIGIT:
            return None
        cards = list(self.filter(iccid__startswith=number).with_list_data().order_by("iccid")[:2])
        exact = next((card for card in cards if card.iccid == number), None)
        return exact or (cards[0] if len(cards) == 1 else None)

    def lent_by(self, lender: str) -> "SimCardQuerySet":
        """Those that a host carrier has lent us."""
        return self.filter(product__lender=lender).exclude(state=Custody.MISTAKEN)

    def listed(self, iccids: Sequence[str]) -> "SimCardQuerySet":
        """Those with one of many ICCIDs."""
        return self.filter(iccid__any_of=many(iccids)) if iccids else self.none()

    def kept(self) -> "SimCardQuerySet":
        """Those that are not disposed of."""
        return self.exclude(state=Custody.DISPOSED)

    def numbered_among(self, iccids: list[str], imsis: list[str], msisdns: list[str]) -> Known:
        """Which of these numbers cards have already; of telephone numbers those of cards in stock or in use."""
        in_use = {str(Custody.IN_STOCK), *map(str, Custody.live())}
        found = {
            name: self._having(name, values)
            for name, values in (("iccid", iccids), ("imsi", imsis), ("msisdn", msisdns))
        }
        return Known(
            {number for number, _state in found["iccid"]},
            {number for number, _state in found["imsi"]},
            {number for number, state in found["msisdn"] if state in in_use},
        )

    def _having(self, name: str, values: list[str]) -> Any:
        """Which of many numbers there are, with their cards' states: found by the index, which leaves out empty ones."""
        rows = self.filter(~Q(**{name: ""}), **{f"{name}__any_of": many(values)}) if values else self.none()
        return rows.order_by().values_list(name, "state")

    def spans_by(self, name: str, values: list[str]) -> dict[str, list[Span]]:
        """The line of each card with one of these numbers ("iccid", "imsi"), from when until when the line is one."""
        rows = (
            self.filter(~Q(**{name: ""}), **{f"{name}__any_of": many(values)}, line__isnull=False)
            if values
            else self.none()
        )
        told = rows.order_by("pk").values_list(name, "line_id", "line__ordered_on", "line__ends_on")
        spans: dict[str, list[Span]] = defaultdict(list)
        for value, line, begins, ends in told:
            spans[value].append(Span(line, begins, ends or date.max))
        return spans

    def with_iccid(self, iccid: str) -> "SimCardQuerySet":
        """The one of this number as stored."""
        return self.filter(iccid=iccid).select_related("line__contract__customer")

    def of_delivery(self, delivery: str) -> "SimCardQuerySet":
        """Those taken in with a delivery note."""
        return self.filter(delivery=delivery)

    def reported(self) -> "SimCardQuerySet":
        """With a fault or loss reported, their procedure not done."""
        return self.filter(state__in=[Custody.FAULTY, Custody.LOST])

    def awaited_until(self, day: date) -> "SimCardQuerySet":
        """To come back by a day, whether that is over or not."""
        return self.awaited().filter(due_back_on__lte=day)

    def with_limit(self) -> "SimCardQuerySet":
        """With how often staff let their customers be dunned, as `dunned_at_most`."""
        return self.annotate(dunned_at_most=most_times())

    def to_ship(self) -> "SimCardQuerySet":
        """Assigned, and not sent yet."""
        return self.filter(state=Custody.ASSIGNED)

    def contract_keys(self) -> Any:
        """The keys of the contracts of these cards' lines, as a query."""
        return self.order_by().values("line__contract")

    def by_contract(self, day: str) -> Any:
        """The contracts of these cards' lines, each with how many of them it has (`many_cards`) and the first of their days
        (`first_card_day`), the earliest first.
        """
        own = self.order_by().filter(line__contract=OuterRef("pk")).values("line__contract")
        many_cards, first = own.annotate(n=models.Count("pk")).values("n"), own.annotate(d=models.Min(day)).values("d")
        contracts: Any = Contract.objects.among(self.contract_keys()).select_related("customer")
        counted = contracts.annotate(many_cards=Subquery(many_cards), first_card_day=Subquery(first))
        return counted.order_by("first_card_day", "pk")

    def due_until(self, day: date) -> "SimCardQuerySet":
        """Due back up to a day, the first due first."""
        return self.filter(state=Custody.DUE_BACK, due_back_on__lte=day).order_by("due_back_on", "pk")

    def stock_by_form_factor(self) -> dict[str, int]:
        """How many are in stock of each form factor."""
        rows = self.filter(state=Custody.IN_STOCK).order_by().values_list("form_factor")
        return dict(rows.annotate(models.Count("pk")))

    def by_custody(self, most: int) -> Counter[tuple[str, str]]:
        """How many there are by form factor and custody; counted up to so many."""
        return Counter(self.order_by().values_list("form_factor", "state")[:most])

    def of_customer(self, customer: Any) -> "SimCardQuerySet":
        """Those of one customer, or of several, by way of their contracts: of lines there can be a hundred thousand."""
        return self.filter(line__contract__any_of=keys(Contract.objects.of_customer(customer)))

    def line_by_line(self) -> "SimCardQuerySet":
        """In the order of their lines."""
        return self.order_by("line__number", "pk")
