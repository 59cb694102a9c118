"""Contracts with lines by the hundred thousand that are billed: skewed as in life, a tenth of the lines new in the month."""

from django.db import connection

from iijiot.actors import Actor
from iijiot.records import chapter
from tests.benchmarks import fleet
from tests.factories.prices import price_list

SINCE = "CASE WHEN n % 10 = 3 THEN DATE '2026-11-02' + (n / 10 % 28)::int ELSE DATE '2026-04-01' END"
PER_LINE = 300

DIGEST = """
SELECT md5(string_agg(told, '|' ORDER BY told)), count(*), coalesce(sum(total), 0)::bigint FROM (
    SELECT invoice.total, concat_ws(',', invoice.month, unit.number, invoice.kind, root.month, invoice.net, invoice.tax,
        invoice.untaxed, invoice.total, invoice.state, {number},
        (SELECT string_agg(concat_ws(':', line.place, line.kind, line.clause, line.contract_id, line.month, line.first,
             line.last, line.quantity, line.fee, line.unit_amount, line.amount, line.tax_percent, line.is_correction,
             line.cause), ';' ORDER BY line.place) FROM billing_invoiceline line WHERE line.invoice_id = invoice.id),
        (SELECT string_agg(concat_ws(':', percent, net, tax), ';' ORDER BY percent) FROM billing_taxtotal
         WHERE invoice_id = invoice.id),
        (SELECT string_agg(history_type, '') FROM billing_historicalinvoice told WHERE told.id = invoice.id)) AS told
    FROM billing_invoice invoice JOIN contracts_managementunit unit ON unit.id = invoice.management_unit_id
    LEFT JOIN billing_invoice root ON root.id = invoice.corrects_id
) every
"""


def under_contract(lines: int, contracts: int, customers: int) -> None:
    """So many lines, and the list by which they are charged."""
    with chapter(actor=Actor.command("bench"), reason="set-up"):
        price_list({("mobile-access", "line"): PER_LINE})
    fleet.under_contract(lines, contracts, customers, SINCE)


def digest(*, with_numbers: bool = False) -> tuple[str, int, int]:
    """What tells whether two worlds have the same documents, line by line, with as many and the same versions.

    Also how many there are, and what they come to. Numbers only where they must be the same, too.
    """
    with connection.cursor() as cursor:
        cursor.execute(DIGEST.format(number="invoice.number" if with_numbers else "''"))
        told, many, total = cursor.fetchone()
    return told, many, total
