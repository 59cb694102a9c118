"""Invoices by what people ask of them."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Abs, Coalesce

from billing.models.invoice_state import OPEN, UNISSUED, InvoiceKind, InvoiceState, Method
from billing.months import Month
from iijiot.lookups import many
from iijiot.records import RecordedQuerySet
from iijiot.searching import Query
from iijiot.yen import GRACE_DAYS

if TYPE_CHECKING:
    from billing.models.invoice import Invoice  # noqa: F401 - named as a string below

NUMBER_PREFIX = "O"


class InvoiceQuerySet(RecordedQuerySet["Invoice"]):
    """Invoices, credit notes and statements."""

    def issued(self) -> "InvoiceQuerySet":
        """Those that went out."""
        return self.exclude(state__in=UNISSUED)

    def without_paper(self) -> "InvoiceQuerySet":
        """Issued ones of which no PDF was made yet."""
        return self.issued().filter(paper=None)

    def drafts(self) -> "InvoiceQuerySet":
        """Those that wait to be issued."""
        return self.filter(state=InvoiceState.DRAFT)

    def standing(self) -> "InvoiceQuerySet":
        """Those that were not discarded."""
        return self.exclude(state=InvoiceState.DISCARDED)

    def before_month(self, month: date) -> "InvoiceQuerySet":
        """Those of months before the one that begins on this day."""
        return self.filter(month__lt=month)

    def of_run(self, run: Any) -> "InvoiceQuerySet":
        """Those that a run made."""
        return self.filter(run=run)

    def of_unit(self, unit: int) -> "InvoiceQuerySet":
        """Those of a management unit."""
        return self.filter(management_unit=unit)

    def of_month(self, month: date) -> "InvoiceQuerySet":
        """Those of the month that begins on this day."""
        return self.filter(month=month)

    def open(self) -> "InvoiceQuerySet":
        """Invoices of which something is still to be paid."""
        return self.filter(kind=InvoiceKind.INVOICE, state__in=OPEN)

    def written_off(self) -> "InvoiceQuerySet":
        """Those that were given up, and on which nobody insists."""
        return self.filter(kind=InvoiceKind.INVOICE, state=InvoiceState.WRITTEN_OFF)

    def unused_credit(self) -> "InvoiceQuerySet":
        """Credit notes that are not used up."""
        return self.filter(kind=InvoiceKind.CREDIT_NOTE, state__in=OPEN)

    def due_before(self, day: date) -> "InvoiceQuerySet":
        """Those whose effective due day lies before this day."""
        return self.filter(due_on__lt=day)

    def falling_overdue(self, day: date) -> "InvoiceQuerySet":
        """Open ones whose effective due day lies before this day, and that are not marked as overdue."""
        return self.filter(
            kind=InvoiceKind.INVOICE, state__in=[InvoiceState.ISSUED, InvoiceState.PARTLY_PAID], due_on__lt=day
        )

    def overdue(self) -> "InvoiceQuerySet":
        """Those whose due day is over and of which something is still to be paid."""
        return self.filter(kind=InvoiceKind.INVOICE, state=InvoiceState.OVERDUE)

    def that_the_debtor_must_pay(self) -> "InvoiceQuerySet":
        """Open ones that are transferred, and any that is overdue; what the bank debits in time needs nobody's hand."""
        return self.open().filter(Q(method=Method.TRANSFER) | Q(state=InvoiceState.OVERDUE)).oldest_due_first()

    def due_by(self, day: date) -> "InvoiceQuerySet":
        """Those whose effective due day is this day or lies before it."""
        return self.filter(due_on__lte=day)

    def to_claim(self, close: date) -> "InvoiceQuerySet":
        """Those on which a late charge may be claimed, or may have to be taken back, when a month is closed (G35.2).

        What is open past its due day; what was paid late since it was last claimed; and what was claimed for days on
        which it was paid already, as is known now. A month that is closed once more takes back nothing that a later one
        claimed.
        """
        claims = apps.get_model("billing.LateCharge")._base_manager.filter(invoice=OuterRef("pk"))
        late = Q(state=InvoiceState.PAID, paid_on__gt=F("due_on") + timedelta(days=GRACE_DAYS))
        rows = self.filter(kind=InvoiceKind.INVOICE, due_on__lt=close)
        rows = rows.exclude(Exists(claims.filter(state="claimed", up_to__gt=close)))
        return rows.filter(
            Q(state__in=OPEN)
            | (late & ~Exists(claims.exclude(state="corrected").filter(up_to__gte=OuterRef("paid_on"))))
            | (Q(state=InvoiceState.PAID) & Exists(claims.filter(state="claimed", up_to__gt=OuterRef("paid_on"))))
        )

    def owed_since(self) -> Any:
        """Debtor, due day and what is open of each."""
        return self.order_by().values_list(Coalesce("passed_to", "customer"), "due_on", F("total") - F("settled"))

    def paid_by(self, receipts: Sequence[Any]) -> "InvoiceQuerySet":
        """Those that these payments pay."""
        return self.filter(allocations__receipt__in=receipts, allocations__state="standing").distinct().order_by("pk")

    def to_debit(self, by: date) -> "InvoiceQuerySet":
        """Open ones to be debited that are due by a day, and that no debit asks for which the bank has not answered."""
        asked = apps.get_model("billing.DebitPart")._base_manager.filter(invoice=OuterRef("pk"), debit__state="asked")
        due = self.open().filter(method=Method.DIRECT_DEBIT, due_on__lte=by)
        return due.exclude(Exists(asked)).order_by("due_on", "pk")

    def as_payables(self) -> Any:
        """Key, number, debtor, what is open, and due day of each."""
        debtor = Coalesce("passed_to", "customer")
        return self.values_list("pk", "number", debtor, F("total") - F("settled"), "due_on")

    def debtors(self) -> Any:
        """Who owes them, as keys."""
        return self.values_list(Coalesce("passed_to", "customer"), flat=True).distinct()

    def with_numbers(self, numbers: Collection[str]) -> "InvoiceQuerySet":
        """Invoices of these numbers, or of the digits of these numbers."""
        wanted = [*numbers, *(f"{NUMBER_PREFIX}{number}" for number in numbers if number.isdecimal())]
        return self.filter(kind=InvoiceKind.INVOICE, number__any_of=many(wanted))

    def open_for(self, amount: int) -> "InvoiceQuerySet":
        """Those of which exactly so much is open."""
        return self.filter(total=F("settled") + amount).order_by("due_on", "pk")

    def owed_since_by_key(self) -> list[tuple[int, int, date]]:
        """Key, debtor and due day of each."""
        return list(self.order_by().values_list("pk", Coalesce("passed_to", "customer"), "due_on"))

    def sought(self, typed: str) -> "InvoiceQuerySet":
        """Those of the month that was typed; else the one of this number, or those of a management unit called so."""
        try:
            return self.of_month(Month.written(typed).first)
        except ValueError:
            number = Query(typed).numbered(NUMBER_PREFIX)
            return self.filter(Q(number=number) | Q(management_unit__name__icontains=typed))

    def owed_by(self, customer: Any) -> "InvoiceQuerySet":
        """Those that a customer owes, or one of several by their keys: its own, and those it took over (G17, G18)."""
        wanted = customer if isinstance(customer, (list, models.QuerySet)) else [customer]
        return self.filter(Q(customer__in=wanted, passed_to=None) | Q(passed_to__in=wanted))

    def issued_between(self, first: date | None, last: date | None) -> "InvoiceQuerySet":
        """Those issued from a day on, and up to a day; either may be left open (電子帳簿保存法)."""
        return self._between("issued_on", first, last)

    def of_totals(self, least: int | None, most: int | None) -> "InvoiceQuerySet":
        """Those of which the total lies between two sums; either may be left open (電子帳簿保存法)."""
        return self._between("total", least, most)

    def _between(self, name: str, least: Any, most: Any) -> "InvoiceQuerySet":
        bounds = {f"{name}__gte": least, f"{name}__lte": most}
        return self.filter(**{lookup: bound for lookup, bound in bounds.items() if bound is not None})

    def of_party(self, customer: Any) -> "InvoiceQuerySet":
        """Those made out to a customer, or one of several by their keys, and those that it took over (G17, G18)."""
        wanted = customer if isinstance(customer, list) else [customer]
        return self.filter(Q(customer__in=wanted) | Q(passed_to__in=wanted))

    def latest_first(self) -> "InvoiceQuerySet":
        """The latest month first."""
        return self.order_by("-month", "-pk")

    def credit_notes(self) -> "InvoiceQuerySet":
        """Those that lessen an invoice."""
        return self.filter(kind=InvoiceKind.CREDIT_NOTE)

    def oldest_due_first(self) -> "InvoiceQuerySet":
        """Those that are overdue for longest first."""
        return self.order_by("due_on", "pk")

    def overdue_by_clause(self) -> dict[str, int]:
        """How many are overdue, under the clause by which they are."""
        many = self.overdue().count()
        return {"G35.1": many} if many else {}

    def owed_in_all(self) -> int:
        """What is still to be paid of them together."""
        summed = self.aggregate(owed=Sum(F("total") - F("settled")))["owed"]
        return summed or 0

    def by_kind(self) -> list[tuple[str, str, int, int, int, int]]:
        """Of each kind and state: how many, net with what lies outside the tax, tax, and total."""
        rows = self.order_by("kind", "state").values_list("kind", "state")
        sums = {"taxes": Sum("tax"), "totals": Sum("total")}
        return list(rows.annotate(many=Count("pk"), nets=Sum(F("net") + F("untaxed")), **sums))

    def most_changed(self, month: date, most: int) -> list[Any]:
        """Those that are furthest from what their unit's invoice of another month came to, without tax.

        Each knows it (`before`), what it comes to itself (`now`), and the difference (`rise`), which is never 0.
        """
        earlier = self.model._base_manager.filter(management_unit=OuterRef("management_unit"), month=month)
        net = F("net") + F("untaxed")
        standing = earlier.exclude(state=InvoiceState.DISCARDED).exclude(kind=InvoiceKind.CREDIT_NOTE)
        before = Coalesce(Subquery(standing.order_by().values_list(net)[:1]), 0, output_field=models.BigIntegerField())
        rows = self.exclude(kind=InvoiceKind.CREDIT_NOTE).annotate(before=before, now=net).annotate(rise=net - before)
        ranked = rows.order_by(Abs("rise").desc(), "pk").values_list("pk", "before", "now", "rise")[:most]
        compared = {pk: figures for pk, *figures in ranked if figures[-1]}
        found = self.with_list_data().in_bulk(compared)
        for pk, figures in compared.items():
            vars(found[pk]).update(zip(("before", "now", "rise"), figures, strict=True))
        return [found[pk] for pk in compared]

    def to_number(self) -> "InvoiceQuerySet":
        """In the order in which they get their numbers, with what their issue depends on."""
        return self.only("kind", "month", "customer", "passed_to").order_by("management_unit", "pk")

    def with_page_data(self) -> "InvoiceQuerySet":
        """With what the page of one shows."""
        return self.select_related("customer", "management_unit", "passed_to", "corrects", "paper")

    def with_list_data(self) -> "InvoiceQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "management_unit", "passed_to")
