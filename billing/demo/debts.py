"""What is decided of debts: who is exempt for a while, what is claimed, waived, given up, and looked at before it goes out."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from billing import claiming, closing, collecting, deciding, exempting, issuing
from billing.demo.cast import NEVER, PARTLY, Scene, Story
from billing.demo.refunds import UNNAMED
from billing.models import ExemptFrom, Exemption, Invoice, InvoiceLine, LateCharge, Receipt, SetAside
from billing.models.invoice_line import LineKind
from billing.models.run import BillingRun
from contracts.models import Contract
from iijiot import roles
from iijiot.worlds import clerk

GOODWILL = 500
MUCH = 200_000
"""What is claimed at least where it is so much that somebody looks at the invoice first."""


class Debts:
    """Customers whose invoices or debts people look at."""

    def __init__(self, scene: Scene) -> None:
        self.cast, self.days, self.first = scene.cast, scene.days, scene.first
        self.last = scene.first.next.next

    def stories(self) -> Iterator[Story]:
        """What happens, with the days."""
        closed, due = self.days.closed, self.days.due
        yield closed[0] + timedelta(9), self.give_goodwill
        yield closed[1] - timedelta(5), self.exempt_from_invoices
        yield closed[1] + timedelta(6), self.claim_much
        yield closed[1] + timedelta(7), self.decide_and_take_back
        yield due[0] + timedelta(8), self.exempt_from_reminders
        yield due[0] + timedelta(20), self.waive_what_accrues
        yield closed[2] + timedelta(1), self.give_up
        yield closed[2] + timedelta(2), self.close_once_more

    def give_goodwill(self, day: date) -> None:
        """One customer gets a little of a fee back for the trouble it had: the next closing makes the credit note."""
        lines = InvoiceLine.objects.filter(kind=LineKind.MONTHLY, amount__gte=2 * GOODWILL)
        if line := lines.order_by("pk").first():
            why = {"text": "障害のお詫び（見本）", "reason": "お問い合わせ対応（見本）"}
            deciding.give_goodwill(line, GOODWILL, **why, on=day, actor=clerk(roles.BILLING))

    def exempt_from_invoices(self, day: date) -> None:
        """A customer is merging two desks: its invoices wait until it is known where they go."""
        for customer in self.cast.among("exempt"):
            exempting.exempt(
                customer, exempt_from=ExemptFrom.INVOICING, since=day, until=day + timedelta(90), today=day,
                because="請求先の統合手続中のため、請求書の発行を見合わせ（見本）", actor=clerk(roles.APPROVER),
            )  # fmt: skip

    def exempt_from_reminders(self, day: date) -> None:
        """With a customer who pays nothing a plan of instalments is talked over."""
        for invoice in self.cast.owing[NEVER][-1:]:
            exempting.exempt(
                invoice.customer, exempt_from=ExemptFrom.DUNNING, since=day, until=day + timedelta(120), today=day,
                because="分割払いの協議中のため、督促を見合わせ（見本）", actor=clerk(roles.APPROVER),
            )  # fmt: skip

    def claim_much(self, day: date) -> None:
        """A fee was evaded, and twice something of ours was damaged: so much that the invoices are looked at first."""
        reason = "調査結果による（見本）"
        for part in ("evades", "damages", "breaks"):
            for contract, before in self._contracts(part):
                told: dict[str, Any] = {"on": day, "reason": reason, "actor": clerk(roles.BILLING)}
                amount = max(MUCH, 4 * before)
                if part == "evades":
                    deciding.claim_surcharge(contract, amount, text="不正に免れた料金の割増金（見本）", **told)
                else:
                    deciding.claim_damages(contract, amount, text="設備の損傷の損害賠償（見本）", **told)

    def decide_and_take_back(self, day: date) -> None:
        """Damages are claimed, and the claim is taken back before any invoice has it."""
        for contract, _before in self._contracts("returned"):
            extra = deciding.claim_damages(
                contract, MUCH, text="設備の損傷の損害賠償（見本）", reason="現地からの報告（見本）", on=day,
                actor=clerk(roles.BILLING),
            )  # fmt: skip
            deciding.withdraw(extra, because="損傷は輸送業者によるものと判明（見本）", actor=clerk(roles.BILLING))

    def waive_what_accrues(self, day: date) -> None:
        """Of one who pays in part what accrued until now is not insisted on."""
        for invoice in Invoice.objects.overdue().among([i.pk for i in self.cast.owing[PARTLY][:1]]):
            accrued = claiming.accruing(invoice, day)
            if accrued and accrued.new:
                why = "システム障害により請求書の到着が遅れたため（見本）"
                claiming.waive_accruing(invoice, because=why, today=day, actor=clerk(roles.APPROVER))

    def look_at_drafts(self, run: BillingRun, day: date) -> bool:
        """The money of a customer is found whose draft has a late charge: the draft is dropped, to be computed anew."""
        found = False
        for customer in self.cast.among("unnamed"):
            for receipt in Receipt.objects.to_match().filter(payer=UNNAMED):
                reason = "経理事務所名義のお振込みと判明（見本）"
                collecting.match(receipt, customer, today=day, actor=clerk(roles.BILLING), learns=True, reason=reason)
                for draft in Invoice.objects.drafts().of_run(run).filter(customer=customer, kind="invoice"):
                    issuing.discard(draft, reason="入金の判明により延滞金を再計算（見本）", actor=clerk(roles.BILLING))
                    found = True
        return found

    def let_through(self, run: BillingRun) -> bool:
        """What was set aside for its size is right; of two in the last month people ask the desk first."""
        found = False
        asked = {customer.pk for customer in self.cast.among("damages", "breaks")}
        for aside in SetAside.objects.open().of_run(run):
            if aside.customer_id in asked and run.month == self.last.first:
                continue
            if not closing.why_not_let_through(aside):
                closing.let_through(aside, reason="見本のため確認済み", actor=clerk(roles.BILLING))
                found = True
        return found

    def give_up(self, day: date) -> None:
        """The oldest invoice of one who pays nothing is written off; a late charge is waived, so that it is credited."""
        for invoice in Invoice.objects.overdue().among([i.pk for i in self.cast.owing[NEVER][:1]]):
            collecting.write_off(invoice, because="回収の見込みがないため（見本）", actor=clerk(roles.APPROVER))
        owed = [invoice.pk for invoice in self.cast.owing[NEVER][1:2] or self.cast.owing[PARTLY][1:2]]
        for claimed in LateCharge.objects.claimed().of_invoices(owed).select_related("extra_item"):
            why = "お客さまとの合意による（見本）"
            claiming.waive(claimed, because=why, today=day, actor=clerk(roles.APPROVER))

    def close_once_more(self, day: date) -> None:
        """The exempt customer gets its invoice, which waits as a draft; then the desk answers for one of two asked."""
        for exemption in Exemption.objects.not_over(day).filter(customer__in=self.cast.among("exempt")):
            exempting.lift(exemption, because="請求先の統合手続が完了（見本）", actor=clerk(roles.APPROVER))
        run = closing.begin(self.last, actor=clerk(roles.BILLING))
        closing.work(run)
        for aside in SetAside.objects.open().of_run(run).filter(customer__in=self.cast.among("damages")):
            closing.let_through(aside, reason="担当窓口で金額を確認済み（見本）", actor=clerk(roles.BILLING))

    def _contracts(self, part: str) -> Iterator[tuple[Contract, int]]:
        """A contract of one who has a part, and what the latest invoice came to."""
        for customer in self.cast.among(part):
            invoice = Invoice.objects.standing().filter(customer=customer, kind="invoice").latest("month", "pk")
            line = invoice.lines.filter(contract__isnull=False).order_by("place").first()
            if line is not None and line.contract is not None:
                yield line.contract, invoice.net + invoice.untaxed
