"""``manage.py check_books``: that every yen of the books adds up."""

from typing import Any

from django.core.management.base import CommandError

from billing import ledger
from iijiot.amounts import yen
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py check_books      adds everything up anew; exit code 1 where something differs
"""


class Command(ExplainedCommand):
    """Add up documents, runs, payments, refunds and debits from their rows (X05)."""

    help = "Prove that the books balance: documents are their lines and tax, runs what was expected, payments what they pay."
    examples = EXAMPLES

    def handle(self, *args: Any, **options: Any) -> None:
        findings = {finding.check.name: finding for finding in ledger.check()}
        for check in ledger.CHECKS:
            self.stdout.write(f"{check.name}: {self.said(findings.get(check.name))}")
        told = ledger.statement()
        self.stdout.write(
            f"Received {yen(told.received)} = for invoices {yen(told.to_invoices)} + paid back {yen(told.refunded)}"
            f" + credit {yen(told.credit)} + to match {yen(told.unmatched)} + put aside {yen(told.dismissed)}"
        )
        if findings or told.difference:
            raise CommandError(
                f"The books do not balance: {len(findings)} of {len(ledger.CHECKS)} checks, {yen(told.difference)}."
            )
        self.stdout.write(f"The books balance: {len(ledger.CHECKS)} checks, difference {yen(0)}.")

    def said(self, finding: ledger.Finding | None) -> str:
        """That a check holds, or which rows break it."""
        if finding is None:
            return "right"
        first = ", ".join(f"{type(row).__name__} {row}" for row in finding.first)
        return f"{finding.many} wrong, such as {first}"
