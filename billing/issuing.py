"""Issuing: drafts of a run get their numbers without gaps, their days and recipients at one stroke; PDF and mail follow.

Numbers are given under a lock that is held until the commit: what is rolled back has taken none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from billing import claiming, closing, crediting, printing
from billing.models import BillingRun, ExtraItem, Invoice, InvoiceKind, InvoicePaper, Mandate, Method, SetAside
from billing.models.invoice_set import NUMBER_PREFIX
from billing.months import Month
from contracts import notifying
from contracts.models import Customer, Notice
from iijiot import clock, company, file_store
from iijiot.actors import Actor
from iijiot.bank_days import working_day_from
from iijiot.bulk import Computed, Each, bulk_transition
from iijiot.clauses import Clause
from iijiot.copying import one_at_a_time
from iijiot.jobs import NotDone, job, later_each
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, locked
from iijiot.rules import Unmet, refuse
from iijiot.typesetting import NotPrinted
from iijiot.words import Words

CLAUSE = "G33"
LOCK = 33_01
"""The advisory lock of whoever gives numbers."""
DAYS_TO_PAY = 14
"""At least so many days lie between the issue and the due day."""
AT_ONCE = 25
"""Documents that one job makes into PDFs."""

LETTERS = {
    InvoiceKind.INVOICE: (Notice.Kind.INVOICE, "G33"),
    InvoiceKind.CREDIT_NOTE: (Notice.Kind.CREDIT_NOTE, "G30.1"),
    InvoiceKind.STATEMENT: (Notice.Kind.INVOICE_STATEMENT, "G30.2"),
}


def due_day(month: Month, issued_on: date) -> date:
    """The effective due day of an invoice: the end of the month after, or of a later one where it is issued late (G33).

    On a holiday of the banks it is their next working day.
    """
    due = month.next
    while due.last < issued_on + timedelta(DAYS_TO_PAY):
        due = due.next
    return working_day_from(due.last)


@dataclass(frozen=True)
class IssuePlan:
    """What issuing a run's drafts would do now."""

    run: BillingRun
    today: date
    drafts: Sequence[tuple[int, str, int]]
    """Each with its kind and total."""

    @cached_property
    def by_kind(self) -> dict[str, tuple[int, int]]:
        """How many of each kind, and what they come to."""
        found: dict[str, tuple[int, int]] = {}
        for _pk, kind, total in self.drafts:
            many, yen = found.get(kind, (0, 0))
            found[kind] = (many + 1, yen + total)
        return found

    @property
    def told(self) -> list[tuple[Words, int, int]]:
        """The same, each kind as it is called."""
        return [(kind.label, *self.by_kind[kind]) for kind in InvoiceKind if kind in self.by_kind]

    @property
    def aside(self) -> int:
        """How many management units are set aside meanwhile."""
        return SetAside.objects.open().of_run(self.run).count()

    @property
    def due_on(self) -> date:
        """When its invoices will be due."""
        return due_day(Month.of(self.run.month), self.today)

    @property
    def fingerprint(self) -> str:
        """Of everything that would be issued."""
        return fingerprint([self.run.pk, self.today, *self.drafts])


def plan_issue(run: BillingRun, today: date) -> IssuePlan:
    """What would be issued of a run. Raises RuleViolation where nothing can."""
    if reasons := why_not_issued(run):
        raise refuse(reasons[0].clause.id, reasons[0].remedy)
    drafts = Invoice.objects.drafts().of_run(run).order_by("pk").values_list("pk", "kind", "total")
    return IssuePlan(run, today, list(drafts))


def why_not_issued(run: BillingRun) -> list[Unmet]:
    """Why the drafts of a run cannot be issued now; empty when they can."""
    told = closing.statement(run)
    reasons = []
    if not company.present().invoice_number:
        reasons.append(_("Enter the company's registration number first: without it no invoice is a qualified one."))
    if told.left:
        reasons.append(_("The run is still at work. Wait until all its chunks are done."))
    elif told.missing:
        reasons.append(
            _("The closing statement does not add up. Close the month once more, and look at what is missing.")
        )
    elif not Invoice.objects.drafts().of_run(run).exists():
        reasons.append(_("There are no drafts to issue."))
    return [Unmet(Clause("G37"), reason) for reason in reasons]


def issue(plan: IssuePlan, *, actor: Actor) -> list[int]:
    """Issue what was planned. Raises Stale where the drafts are not those that were shown."""
    with chapter(actor=actor, clause=CLAUSE):
        one_at_a_time(LOCK)
        Invoice.objects.among([pk for pk, _kind, _total in plan.drafts]).hold()
        now = plan_issue(plan.run, plan.today)
        if now.fingerprint != plan.fingerprint:
            raise Stale(now)
        return issue_all([pk for pk, _kind, _total in plan.drafts], plan.today)


def issue_all(ids: Sequence[int], today: date) -> list[int]:
    """Issue these drafts inside the open act; PDFs and mails follow as jobs once it is committed. Returns the issued ones."""
    one_at_a_time(LOCK)
    held = Invoice.objects.drafts().among(ids).hold()
    waiting = list(Invoice.objects.among(held).to_number())
    if not waiting:
        return []
    first = _last_number() + 1
    numbers = {invoice.pk: f"{NUMBER_PREFIX}{first + n:07d}" for n, invoice in enumerate(waiting)}
    dues = {
        invoice.pk: due_day(Month.of(invoice.month), today) if invoice.kind == InvoiceKind.INVOICE else None
        for invoice in waiting
    }
    debited = set(Mandate.objects.in_force_on(today).values_list("customer", flat=True))
    debtors = {invoice.pk: invoice.passed_to_id or invoice.customer_id for invoice in waiting}
    methods = {
        invoice.pk: (Method.DIRECT_DEBIT if debtors[invoice.pk] in debited else Method.TRANSFER).value
        for invoice in waiting
    }
    recipient = {
        f"recipient_{name}": Computed(
            f"(SELECT customer.{name} FROM contracts_customer customer WHERE customer.id = billing_invoice.customer_id)"
        )
        for name in ("name", "postal_code", "address", "corporate_number")
    }
    changes = {"number": Each(numbers), "due_on": Each(dues), "method": Each(methods), "issued_on": today, **recipient}
    issued = bulk_transition(Invoice.objects.among(numbers), "issue", changes)
    later_each(make_papers, [{"pks": issued[start : start + AT_ONCE]} for start in range(0, len(issued), AT_ONCE)])
    later_each(use_credit, [{"pk": pk} for pk in sorted(set(debtors.values()))])
    return issued


def discard(invoice: Invoice, *, reason: str, actor: Actor) -> None:
    """Drop a draft with all that its run drafted beside it for the unit, and let what staff decided wait again.

    The next round computes the unit anew.
    """
    with chapter(actor=actor, reason=reason, clause="G30.1"), locked(*drafted_together(invoice)) as drafts:
        for held in drafts:
            held.discard()
            held.save()
            bulk_transition(ExtraItem.objects.on_invoice(held), "release")
            claiming.forget(held)


def drafted_together(invoice: Invoice) -> list[Invoice]:
    """A draft, and the other drafts of its run for its management unit."""
    beside = Invoice.objects.drafts().of_run(invoice.run).of_unit(invoice.management_unit_id) if invoice.run else ()
    return [invoice, *(other for other in beside if other.pk != invoice.pk)]


def _last_number() -> int:
    last = Invoice.objects.issued().order_by("-number").values_list("number", flat=True).first()
    return int(last.removeprefix(NUMBER_PREFIX)) if last else 0


@job(_("Make PDFs of invoices, and send them"))
def make_papers(pks: list[int]) -> None:
    """Make the PDFs of these documents and have them sent, each once however often this is called. Raises NotDone."""
    failed = []
    waiting = list(Invoice.objects.without_paper().among(pks).select_related("customer").order_by("pk"))
    for invoice, sheet in zip(waiting, printing.sheets_of(waiting, clock.business_day()), strict=True):
        try:
            keep_paper(invoice, printing.pdf(sheet))
        except NotPrinted as failure:
            failed.append(str(failure))
    if failed:
        raise NotDone(" ".join(failed))


def keep_paper(invoice: Invoice, body: bytes) -> None:
    """Put a document's PDF on record and have it sent to the customer, in one act (G33, G12.2.1)."""
    kind, clause = LETTERS[InvoiceKind(invoice.kind)]
    with (
        file_store.placed(body) as key,
        chapter(actor=Actor.command("make-papers"), clause=clause),
    ):
        notice = notifying.tell(invoice.customer, kind, clause=Clause(clause), context={"invoice": invoice})
        InvoicePaper.objects.keep(invoice, notice, key, body)


def enclosed(notice: Notice) -> list[tuple[str, bytes]]:
    """The PDF that goes with the mail of a document. Raises OSError where it is lost: the mail waits until it is back."""
    paper = InvoicePaper.objects.of_notice(notice)
    try:
        with file_store.opened(paper.stored_as, paper.sha256) as file:
            return [(paper.file_name, file.read())]
    except file_store.Lost as lost:
        raise OSError(str(lost)) from lost


@job(_("Use a customer's credit"), about="contracts.customer")
def use_credit(pk: int) -> None:
    """Use what a customer has paid too much, or was credited, for what was invoiced now (G33)."""
    crediting.use_credit(Customer.objects.get(pk=pk), today=clock.business_day(), actor=Actor.command("use-credit"))
