"""Lines by what people ask of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery

from contracts.models import Contract
from iijiot.lookups import leaving_out, many
from iijiot.records import RecordedQuerySet
from sims.models.card_state import Custody
from sims.models.line_search import LineSearch, lines_of
from sims.models.line_state import Service
from sims.models.many import cards_of_line, open_reports

if TYPE_CHECKING:
    from sims.models.line import Line  # noqa: F401 - named as a string below


class Span(NamedTuple):
    """From when until when a line is one, both days included; by its key."""

    line: int
    first: date
    last: date


class LineQuerySet(LineSearch, RecordedQuerySet["Line"]):
    """Lines by what people ask of them."""

    def living(self) -> "LineQuerySet":
        """Those that have not ended."""
        return self.filter(state__in=Service.living())

    def in_state(self, state: str) -> "LineQuerySet":
        """Those in a state of service."""
        return self.filter(state=state)

    def contracts(self) -> Any:
        """The contracts of these lines, with their customers."""
        own = self.order_by().values("contract")
        return Contract.objects.filter(pk__in=own).select_related("customer").order_by("pk")

    def by_contract(self, day: str) -> Any:
        """The contracts of these lines, each with how many of them it has (`many_lines`) and the first of their days
        (`first_line_day`), the earliest first.
        """
        own = self.order_by().filter(contract=OuterRef("pk")).values("contract")
        many, first = own.annotate(many=Count("pk")).values("many"), own.annotate(first=Min(day)).values("first")
        counted = self.contracts().annotate(many_lines=Subquery(many), first_line_day=Subquery(first))
        return counted.order_by("first_line_day", "pk")

    def of_contracts(self, ids: Any) -> "LineQuerySet":
        """Those of these contracts."""
        return self.filter(contract__in=ids)

    def without_card(self) -> "LineQuerySet":
        """Living lines that wait for a card, the first ordered first (G13.2).

        One whose card was found again after its loss waits for the procedure instead (MA10.1).
        """
        waiting = self.living().filter(~Exists(cards_of_line(Custody.live())), ~Exists(open_reports()))
        return waiting.order_by("ordered_on", "pk")

    def ready(self) -> "LineQuerySet":
        """Ordered, with a card that was sent out, on a contract that runs, and nothing hindering it (MA1, MA7)."""
        ordered = self.filter(state=Service.ORDERED, contract__state__in=["active", "restricted"])
        return ordered.unhindered().order_by("pk")

    def waiting_for_first_card(self) -> "LineQuerySet":
        """Ordered lines that wait for a card: those that the clerk sees to; a line in service always has one (MA8.1)."""
        return self.filter(state=Service.ORDERED).without_card()

    def free(self) -> "LineQuerySet":
        """Held for us, without those that somebody else holds at this moment."""
        return self.select_for_update(of=("self",), no_key=True, skip_locked=True)

    def unnumbered(self) -> "LineQuerySet":
        """Those without a telephone number."""
        return self.filter(msisdn="")

    def not_charged_yet(self) -> "LineQuerySet":
        """Living lines whose billing start date is still open."""
        return self.living().filter(billing_starts_on=None)

    def going_back_to(self, state: str) -> "LineQuerySet":
        """Stopped lines that go back to a state."""
        return self.filter(returns_to=state)

    def count_by_contract(self, ids: list[int]) -> dict[int, int]:
        """How many living lines these contracts have; those without any are left out."""
        rows = self.living().of_contracts(ids).order_by().values_list("contract")
        return dict(rows.annotate(Count("pk")))

    def staying(self) -> "LineQuerySet":
        """Living lines without an end of their own."""
        return self.living().filter(ends_on=None)

    def leaving_out(self, ids: Sequence[int]) -> "LineQuerySet":
        """Without these."""
        return leaving_out(self, ids)

    def ending_with_contracts(self, ends: Mapping[int, date]) -> "LineQuerySet":
        """Living lines of these contracts that end with theirs if it ends on its day; others end by themselves before."""
        of_day: dict[date, list[int]] = defaultdict(list)
        for contract, day in ends.items():
            of_day[day].append(contract)
        staying = [Q(contract__in=ids) & ~Q(ends_on__lte=day) for day, ids in of_day.items()]
        return self.living().filter(reduce(or_, staying))

    def that_may_leave(self) -> "LineQuerySet":
        """Those that can be ended alone: first those without a card, then the latest ordered (MA8.1)."""
        free = self.staying().filter(protected=False)
        return free.alias(has_card=Exists(cards_of_line(Custody.live()))).order_by("has_card", "-ordered_on", "-pk")

    def ended_before(self, day: date, contracts: Sequence[int]) -> int:
        """How many living lines of these contracts have an end of their own before a day (G14.3)."""
        return self.living().filter(contract__in=contracts, ends_on__lt=day).count()

    def to_activate(self) -> "LineQuerySet":
        """Ordered, and not in service yet."""
        return self.filter(state=Service.ORDERED).order_by("ordered_on", "pk")

    def over(self, on: date) -> "LineQuerySet":
        """Living lines with an end of their own whose last day is before this day."""
        return self.filter(state__in=Service.living(), ends_on__lt=on)

    def ending(self) -> "LineQuerySet":
        """Living lines with an end of their own to come, the next first."""
        return self.filter(state__in=Service.living(), ends_on__isnull=False).order_by("ends_on", "pk")

    def not_over(self, on: date) -> "LineQuerySet":
        """Those whose own last day is this day or later."""
        return self.filter(ends_on__gte=on)

    def chosen_for_any(self, changes: Sequence[int]) -> "LineQuerySet":
        """Those that go with one of these reductions."""
        return self.filter(leaves_with__in=changes)

    def of_cards(self, cards: Any) -> "LineQuerySet":
        """Those that have or had these cards."""
        return self.filter(pk__in=cards.order_by().values("line"))

    def reductions(self) -> Any:
        """The keys of the reductions with which these lines go."""
        return self.filter(leaves_with__isnull=False).order_by().values("leaves_with")

    def chosen_for(self, change: Any) -> "LineQuerySet":
        """Those that go with a reduction."""
        return self.filter(leaves_with=change)

    def spans_by_number(self, msisdns: list[str]) -> dict[str, list[Span]]:
        """Which lines had these telephone numbers, each from when until when; a number can go to another line later."""
        spans: dict[str, list[Span]] = defaultdict(list)
        rows = self.filter(msisdn__any_of=many(msisdns)).order_by("pk") if msisdns else self.none()
        for msisdn, pk, begins, ends in rows.values_list("msisdn", "pk", "ordered_on", "ends_on"):
            spans[msisdn].append(Span(pk, begins, ends or date.max))
        return spans

    def held_back(self, kind: str) -> "LineQuerySet":
        """Those that the network throttles, or blocks, now."""
        now = apps.get_model("sims.NetworkPolicy").objects.in_force()
        return self.filter(pk__any_of=lines_of(now.filter(kind=kind)))

    def not_held_back(self) -> "LineQuerySet":
        """Living lines that the network lets in at full speed."""
        now = apps.get_model("sims.NetworkPolicy").objects.in_force()
        return self.living().filter(~Exists(now.order_by().filter(line=OuterRef("pk"))))

    def with_card_in(self, custody: str) -> "LineQuerySet":
        """Those whose card of now is in this custody."""
        return self.filter(Exists(cards_of_line([custody])))

    def with_network_policy(self) -> "LineQuerySet":
        """With what the network does with each now, read together."""
        now = apps.get_model("sims.NetworkPolicy").objects.in_force()
        return self.prefetch_related(models.Prefetch("network_policies", now, to_attr="policies_now"))

    def with_customer(self) -> "LineQuerySet":
        """With whose they are."""
        return self.select_related("contract__customer")

    def with_list_data(self) -> "LineQuerySet":
        """With what a list shows of each: whose it is, its card, its address."""
        return self.select_related("contract__customer").with_card_and_address()

    def with_list_data_apart(self) -> "LineQuerySet":
        """The same, whose it is read by itself too: sorting a customer's hundred thousand lines takes none of it along."""
        return self.prefetch_related("contract__customer").with_card_and_address()

    def with_card_and_address(self) -> "LineQuerySet":
        """With the card and the address of each, read together."""
        cards: Any = apps.get_model("sims.SimCard")
        uses: Any = apps.get_model("sims.AddressUse")
        return self.prefetch_related(
            models.Prefetch("cards", cards.objects.live(), to_attr="live_cards"),
            models.Prefetch("address_uses", uses.objects.current(), to_attr="current_uses"),
        )

    def ending_until(self, day: date) -> "LineQuerySet":
        """Living lines that end alone, without a reduction, up to a day."""
        return self.ending().filter(ends_on__lte=day, leaves_with=None)

    def count_by_state(self) -> dict[str, int]:
        """How many there are in each state."""
        return dict(self.order_by().values_list("state").annotate(Count("pk")))

    def count_by_contract_and_state(self, ids: list[int]) -> dict[int, dict[str, int]]:
        """How many lines each of these contracts has in each state."""
        counts: dict[int, dict[str, int]] = defaultdict(dict)
        rows = self.filter(contract__in=ids).order_by().values_list("contract", "state").annotate(Count("pk"))
        for contract, state, many_lines in rows:
            counts[contract][state] = many_lines
        return counts
