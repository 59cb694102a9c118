"""Invoices, credit notes and statements on paper: what a qualified invoice must say, read from the columns that all read."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.models import Invoice, InvoiceKind, InvoiceLine, Method
from billing.models.invoice_state import UNISSUED
from contracts.letters.marks import in_one_line
from contracts.models import CustomerKind, TermsVersion
from contracts.printing import sender_lines
from iijiot import company, typesetting
from iijiot.clock import midnight
from iijiot.company import Company
from iijiot.days import japanese_day, reads_japanese

LAYOUT = Path(__file__).parent / "layout" / "invoice.typ"

TITLES = {
    InvoiceKind.INVOICE: "請求書",
    InvoiceKind.CREDIT_NOTE: "適格返還請求書",
    InvoiceKind.STATEMENT: "ご利用明細書",
}
OPENINGS = {
    InvoiceKind.INVOICE: "下記のとおりご請求申し上げます。",
    InvoiceKind.CREDIT_NOTE: "下記のとおり、ご請求済みの料金を減額いたします。",
    InvoiceKind.STATEMENT: "下記のとおりご案内いたします。お支払いいただく金額はありません。",
}
TOTALS = {
    InvoiceKind.INVOICE: "ご請求金額（税込）",
    InvoiceKind.CREDIT_NOTE: "減額金額（税込）",
    InvoiceKind.STATEMENT: "ご請求金額（税込）",
}
HEADS = ("内容", "期間", "単価", "数量", "金額（税抜）", "税率")
TAX_HEADS = ("税率", "税抜金額", "消費税額", "税込金額")
OUTSIDE = "対象外"
SAMPLE = "見本"
WIDEST = 13
"""So many full-width signs have room in the first column."""

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Group:
    """The lines of one contract."""

    title: str
    rows: Rows


@dataclass(frozen=True)
class InvoiceSheet:
    """A document as it stands on paper."""

    title: str
    number: str
    made_at: int
    """The beginning of its day, in seconds: the same document makes the same file."""
    postal_code: str
    address: str
    addressee: str
    sender: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    opening: str
    total_label: str
    total: str
    payment: tuple[str, ...]
    tax_heads: tuple[str, ...]
    taxes: Rows
    heads: tuple[str, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    footer: str
    mark: str = ""
    """What lies across each page of a paper that is not one: a draft."""


def pdf(sheet: InvoiceSheet) -> bytes:
    """The document as PDF/A, the same bytes each time. Raises NotPrinted, naming what could not be printed."""
    return typesetting.pdf(LAYOUT, "sheet", asdict(sheet), number=sheet.number, made_at=sheet.made_at)


def sheets_of(invoices: Sequence[Invoice], today: date) -> list[InvoiceSheet]:
    """These documents on paper, drafts as they would be issued today; a few queries for all of them."""
    prefetch_related_objects(
        list(invoices),
        "customer",
        "management_unit",
        "corrects",
        "lines__contract",
        "lines__extra",
        "lines__event",
        "tax_totals",
    )
    sender, terms = company.present(), _Terms()
    with translation.override("ja"):
        return [_sheet(invoice, sender, terms.on(invoice.issued_on or today), today) for invoice in invoices]


class _Terms:
    """The version of the general provisions by day, each asked for once."""

    def __init__(self) -> None:
        self.known: dict[date, str] = {}

    def on(self, day: date) -> str:
        if day not in self.known:
            version = TermsVersion.objects.in_force("G", day)
            self.known[day] = f"IIJ IoT サービス契約約款　{version}から適用" if version else "IIJ IoT サービス契約約款"
        return self.known[day]


def _sheet(invoice: Invoice, sender: Company, terms: str, today: date) -> InvoiceSheet:
    kind, customer = InvoiceKind(invoice.kind), invoice.customer
    issued = invoice.state not in UNISSUED
    day = invoice.issued_on or today
    name = in_one_line(invoice.recipient_name or customer.name)
    postal_code = invoice.recipient_postal_code if issued else customer.postal_code
    return InvoiceSheet(
        title=TITLES[kind],
        number=invoice.number or "下書き（未発行）",
        made_at=int(midnight(day).timestamp()),
        postal_code=f"〒{postal_code}" if postal_code else "",
        address=in_one_line(invoice.recipient_address or customer.address),
        addressee=f"{name} {'様' if customer.kind == CustomerKind.SOLE_PROPRIETOR else '御中'}",
        sender=(*sender_lines(sender), *_registration(sender, day)),
        facts=_facts(invoice, day),
        opening=OPENINGS[kind],
        total_label=TOTALS[kind],
        total=f"{yen(invoice.total)} 円",
        payment=_payment(invoice, sender),
        tax_heads=TAX_HEADS,
        taxes=tuple(tax_rows(invoice)),
        heads=HEADS,
        groups=tuple(_groups(invoice)),
        notes=_notes(invoice),
        footer=terms,
        mark="" if issued else SAMPLE,
    )


def yen(amount: int) -> str:
    """Yen as documents write them; what is below zero has a triangle before it."""
    return f"▲{-amount:,}" if amount < 0 else f"{amount:,}"


def _registration(sender: Company, day: date) -> list[str]:
    """The registration number, from the day of the registration on (G37)."""
    if not sender.invoice_number or sender.registered_on is None or day < sender.registered_on:
        return []
    return [f"登録番号　{sender.invoice_number}"]


def _facts(invoice: Invoice, day: date) -> tuple[tuple[str, str], ...]:
    facts = [("番号", invoice.number or "下書き（未発行）"), ("発行日", japanese_day(day))]
    if invoice.corrects is not None:
        of = f"{invoice.corrects.number}（{invoice.corrects.month:%Y年%-m月}分）"
        facts.append(("元の請求書", of))
    else:
        facts.append(("ご利用月", f"{invoice.month:%Y年%-m月}"))
    facts.append(("管理単位", in_one_line(str(invoice.management_unit))))
    return tuple(facts)


def _payment(invoice: Invoice, sender: Company) -> tuple[str, ...]:
    if invoice.kind == InvoiceKind.STATEMENT:
        return ()
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return ("次回以降のご請求に充当するか、ご返金いたします。",)
    due = japanese_day(invoice.due_on) if invoice.due_on else "発行時に決まります"
    if invoice.method == Method.DIRECT_DEBIT:
        return (f"口座振替日　{due}", "ご登録の口座から振り替えます。")
    account = [f"お振込先　{sender.bank_account}"] if sender.bank_account else []
    return (f"お支払期限　{due}", *account)


def tax_rows(invoice: Invoice) -> list[tuple[str, ...]]:
    """By rate: net, tax, gross; what lies outside the tax; all together."""
    rows: list[tuple[str, ...]] = []
    for tax in sorted(invoice.tax_totals.all(), key=lambda tax: -tax.percent):
        rows.append((f"{tax.percent}％対象", yen(tax.net), yen(tax.tax), yen(tax.net + tax.tax)))
    if invoice.untaxed:
        rows.append((OUTSIDE, yen(invoice.untaxed), "－", yen(invoice.untaxed)))
    rows.append(("合計", yen(invoice.net + invoice.untaxed), yen(invoice.tax), yen(invoice.total)))
    return rows


def _groups(invoice: Invoice) -> Iterable[Group]:
    """The lines of each contract together."""
    lines = sorted(invoice.lines.all(), key=lambda line: line.place)
    for contract, own in groupby(lines, key=lambda line: line.contract):
        title = contract.name_for_letters if contract else "その他"
        yield Group(title, tuple(row for line in own for row in _in_lines(row_of(line))))


def _in_lines(row: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """A row in as many lines as its first cell needs, since no column of the layout breaks its lines by itself."""
    first, *rest = wrapped(row[0])
    yield (first, *row[1:])
    for more in rest:
        yield (more, *("" for _cell in row[1:]))


def wrapped(text: str) -> list[str]:
    """A text in lines of the first column's width."""
    lines, width = [""], 0.0
    for sign in text:
        wide = 1.0 if unicodedata.east_asian_width(sign) in "FWA" else 0.6
        if width + wide > WIDEST:
            lines, width = [*lines, ""], 0.0
        lines[-1] += sign
        width += wide
    return lines


def row_of(line: InvoiceLine) -> tuple[str, ...]:
    """A line as it stands on paper, cell by cell."""
    rate = OUTSIDE if line.tax_percent is None else f"{line.tax_percent}％"
    each = ("－", "－") if line.is_correction else (yen(line.fee), f"{line.quantity:,}")
    return (what_for(line), days_of(line), *each, yen(line.amount), rate)


def what_for(line: InvoiceLine) -> str:
    """What a line is for, in the customer's words."""
    if line.extra is not None:
        return in_one_line(line.extra.text)
    words = line.get_kind_display()
    if line.event is not None:
        words = _("%(kind)s (%(cause)s)") % {"kind": words, "cause": line.event.get_cause_display()}
    return _("%(what)s, correction") % {"what": words} if line.is_correction else words


def days_of(line: InvoiceLine) -> str:
    """The days of a line: the month where it is whole, else the days and how many of the month's they are."""
    if line.days == line.of_days > 1:
        return f"{line.month:%Y年%-m月}分" if reads_japanese() else date_format(line.month, "F Y")
    if line.of_days == 1:
        return f"{line.first:%Y/%-m/%-d}"
    if reads_japanese():
        return f"{line.first:%Y/%-m/%-d}～{line.last:%-m/%-d}（{line.days}/{line.of_days}日）"
    return f"{line.first:%Y/%-m/%-d} to {line.last:%-m/%-d} ({line.days} of {line.of_days} days)"


def _notes(invoice: Invoice) -> tuple[str, ...]:
    notes = ["消費税額は、税率ごとに合計した金額に対して計算し、1円未満を切り捨てています。"]
    if invoice.kind == InvoiceKind.INVOICE:
        notes.append(
            "お支払期限の翌日から10日を過ぎた場合は、遅延損害金（課税対象外）を"
            "後の月の請求書でご請求します（一般規程 第35条、第36条）。"
            "ご入金は請求書の元本に充当します。"
        )
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        notes.append("減額する消費税額は、元の税率により、減額前の消費税額と減額後の消費税額の差額です。")
    return tuple(notes)
