"""Rows of a delivery of cards: numbers checked one by one, against each other and against the stock (MA1)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from iijiot.actors import Actor
from iijiot.copying import copy_in
from iijiot.records import chapter
from iijiot.tables.columns import Column, Found
from iijiot.tables.reading import Row
from iijiot.words import said
from sims.identifiers import IMSI, MACHINES, VOICE, NumberClass, clean_iccid, clean_imsi, clean_msisdn, looks_rounded
from sims.identifiers import passes_luhn as fits
from sims.models import SimCard, SimProduct
from sims.models.product import FormFactor
from sims.rows.checking import Finding, Judged, Rows, Slice, a_day

YEARS_BACK = timedelta(days=10 * 366)
LONGEST_DELIVERY = 60


class Card(NamedTuple):
    """A card as it goes into stock."""

    iccid: str
    imsi: str
    msisdn: str
    product: int
    form_factor: str
    received_on: date
    delivery: str


COLUMNS = (
    Column(
        "iccid",
        "ICCID",
        ("SIM番号", "SIMカード番号", "カード番号", "製造番号", "ICC-ID", "SIM ID", "シリアル番号"),
        needed=True,
        help=gettext_lazy("19 or 20 digits, as text: a number cell loses the last ones."),
        example="8981100000123456784",
    ),
    Column(
        "imsi", "IMSI", ("加入者識別番号",), help=gettext_lazy("15 digits from 440 or 441."), example="440101234567890"
    ),
    Column(
        "msisdn",
        gettext_lazy("number"),
        ("電話番号", "回線番号", "MSISDN", "番号", "携帯電話番号", "phone number", "tel"),
        help=gettext_lazy("With the 0 in front, as text."),
        example="02012345678",
    ),
    Column(
        "product",
        gettext_lazy("SIM product"),
        ("製品", "SIM種別", "商品", "product code", "品名"),
        help=gettext_lazy("Code or name; left empty, what is chosen for the whole file."),
        example="docomo-m2m",
    ),
    Column(
        "form_factor",
        gettext_lazy("form factor"),
        ("形状", "サイズ", "SIMサイズ", "カードサイズ", "size"),
        help=gettext_lazy("Standard, micro, nano or chip, or 2FF, 3FF, 4FF, MFF2; left empty, that of the whole file."),
        example="nano",
    ),
    Column(
        "received_on",
        gettext_lazy("received on"),
        ("入荷日", "受領日", "納品日", "received", "date"),
        help=gettext_lazy("A day such as 2026-12-01; left empty, that of the whole file."),
        example="2026-12-01",
    ),
    Column(
        "delivery",
        gettext_lazy("delivery"),
        ("納品書番号", "納品番号", "伝票番号", "delivery note", "lot"),
        help=gettext_lazy("The host carrier's delivery note; left empty, that of the whole file."),
        example="D-2026-1201",
    ),
)
FORM_FACTORS = {
    **{str(value): str(value) for value in FormFactor.values},
    "標準": "2ff", "standard": "2ff", "mini": "2ff", "標準sim": "2ff",
    "micro": "3ff", "マイクロ": "3ff", "microsim": "3ff", "マイクロsim": "3ff",
    "nano": "4ff", "ナノ": "4ff", "nanosim": "4ff", "ナノsim": "4ff",
    "chip": "mff2", "チップ": "mff2", "チップsim": "mff2",
}  # fmt: skip
"""What senders call the form factors."""
NUMBERS = ("iccid", "imsi", "msisdn")
NOTHING: list[Finding] = []
DAMAGED_LIKELY = pgettext_lazy(
    "a doubt",
    "The number ends as one does that a spreadsheet has rounded, although its check digit fits. Compare it with the card.",
)


class CardRows(Rows):
    """A delivery. What is right at first sight goes by quickly; everything else is looked at closely."""

    columns = COLUMNS
    most = 100_000

    def __init__(self, given: Any, found: Found, actor: Actor) -> None:
        super().__init__(given, found, actor)
        self.labels["product"], self.labels["iccid"] = str(_("SIM product")), "ICCID"
        self.same = Card("", "", "", given.product_id or 0, given.form_factor, given.received_on, given.delivery)
        self.products = {key: p for p in SimProduct.objects.offered() for key in (p.code.casefold(), p.name.casefold())}
        self.by_key = {product.pk: product for product in self.products.values()}
        self.seen: tuple[dict[str, int], ...] = ({}, {}, {})
        self.own = {name for name in ("product", "form_factor", "received_on", "delivery") if name in self.places}
        self.quick = None if self.own else self._plainly_right()

    def _plainly_right(self) -> Any:
        """What an ICCID of the file's one product looks like that needs no closer look; None without a product."""
        product = self.by_key.get(self.same.product)
        if product is None or not self.same.form_factor:
            return None
        begins = "|".join(re.escape(prefix) for prefix in product.prefixes)
        return re.compile(rf"(?=(?:{begins}))8981[0-9]{{{product.iccid_length - 4}}}").fullmatch

    def check(self, rows: Sequence[Row], width: int) -> Slice:
        """Each row by itself, then against the rows before, then all of them against the stock in a few queries."""
        cards: list[tuple[Row, Card, list[Finding]]] = []
        told = Slice()
        numbers = VOICE if self._number_class(self.same.product) == NumberClass.VOICE else MACHINES
        at_iccid, at_imsi, at_msisdn = (self.places.get(name, -1) for name in ("iccid", "imsi", "msisdn"))
        rest = self.same[3:]
        for row in rows:
            cells, card, findings = row.cells, None, NOTHING
            if self.quick and len(cells) <= width and not row.formulas:
                cells = [*cells, *[""] * (width - len(cells))] if len(cells) < width else cells
                iccid = cells[at_iccid]
                imsi = cells[at_imsi] if at_imsi >= 0 else ""
                msisdn = cells[at_msisdn] if at_msisdn >= 0 else ""
                if (
                    self.quick(iccid)
                    and iccid[15:].strip("0")
                    and fits(iccid)
                    and (not imsi or IMSI.fullmatch(imsi))
                    and (not msisdn or numbers.fullmatch(msisdn))
                ):
                    card = Card(iccid, imsi, msisdn, *rest)
            if card is None:
                card, findings = self._closely(row, width)
            if card is None:
                told.judged.append(Judged(row, None, findings))
            elif again := self._again(row, card[:3]):
                told.judged.append(Judged(row, None, [*findings, *again]))
            else:
                cards.append((row, card, findings))
        self._against_stock(cards, told)
        return told

    def _closely(self, row: Row, width: int) -> tuple[Card | None, list[Finding]]:
        """The card of a row that is not plainly right, with all that is wrong or doubtful; no card where a number fails."""
        wrong = list(self.of_the_row(row, width))
        product = self.read(row, "product", self._product, wrong)
        form_factor = self.read(row, "form_factor", self._form_factor, wrong)
        received_on = self.read(row, "received_on", self._received_on, wrong)
        delivery = self.read(row, "delivery", self._delivery, wrong)
        profile = product.profile if product else None
        iccid = self.read(row, "iccid", lambda text: clean_iccid(text, profile), wrong)
        imsi = self.read(row, "imsi", lambda text: clean_imsi(text) if text else "", wrong)
        kind = self._number_class(product.pk if product else None)
        msisdn = self.read(row, "msisdn", lambda text: clean_msisdn(text, kind) if text else "", wrong)
        if wrong or product is None:
            return None, wrong
        card = Card(iccid, imsi, msisdn, product.pk, form_factor, received_on, delivery)
        return card, self._doubts(row, card, product)

    def _doubts(self, row: Row, card: Card, product: SimProduct) -> list[Finding]:
        """What could be right, and is more often wrong."""
        doubts: list[Any] = []
        if len(card.iccid) != product.iccid_length:
            doubts.append(
                said(
                    _("Cards of this product have {right} digits; this number has {digits}. Compare it with the card."),
                    right=product.iccid_length,
                    digits=len(card.iccid),
                )
            )
        if not fits(card.iccid):
            doubts.append(_("The check digit does not fit. Compare it with the card."))
        found = [self.finding(row, "iccid", doubt, is_doubt=True) for doubt in doubts]
        if looks_rounded(card.iccid):
            found.append(replace(self.finding(row, "iccid", DAMAGED_LIKELY, is_doubt=True), is_damage=True))
        return found

    def _again(self, row: Row, numbers: Sequence[str]) -> list[Finding]:
        """Numbers that stood in a row before; those that did not are remembered."""
        found = []
        line = row.line
        for seen, value, name in zip(self.seen, numbers, NUMBERS, strict=True):
            if value and (first := seen.setdefault(value, line)) != line:
                told = said(_("The same number stands in line {line} already. Remove one of the two."), line=first)
                found.append(self.finding(row, name, told))
        return found

    def _against_stock(self, cards: Sequence[tuple[Row, Card, list[Finding]]], told: Slice) -> None:
        there = SimCard.objects.numbered_among(
            [card.iccid for _row, card, _f in cards],
            [card.imsi for _row, card, _f in cards if card.imsi],
            [card.msisdn for _row, card, _f in cards if card.msisdn],
        )
        for row, card, findings in cards:
            if card.iccid in there.iccids:
                findings = [*findings, self.finding(row, "iccid", _("There is a card of this ICCID already."))]
            if card.imsi in there.imsis:
                findings = [*findings, self.finding(row, "imsi", _("There is a card of this IMSI already."))]
            if card.msisdn in there.msisdns:
                doubt = _("Another card in use has this number. Ask the host carrier which of the two is right.")
                findings = [*findings, self.finding(row, "msisdn", doubt, is_doubt=True)]
            if findings:
                told.judged.append(Judged(row, card, findings))
            else:
                told.good.append(card)

    def write(self, values: Sequence[Any]) -> int:
        """Into stock with history."""
        with chapter(actor=self.actor, clause=self.clause):
            each = {name: [getattr(card, name) for card in values] for name in ("iccid", "imsi", "msisdn")}
            if self.own or not self.quick:
                own = ("product", "form_factor", "received_on", "delivery")
                return copy_in(
                    SimCard, {**each, **{name: [getattr(card, name) for card in values] for name in own}}, {}
                )
            same = {name: getattr(self.same, name) for name in ("product", "form_factor", "received_on", "delivery")}
            return copy_in(SimCard, each, same)

    def _number_class(self, product: int | None) -> str:
        found = self.by_key.get(product or 0)
        return found.number_class if found else NumberClass.MACHINES

    def _product(self, text: str) -> SimProduct:
        if not text and self.same.product in self.by_key:
            return self.by_key[self.same.product]
        if not text:
            raise ValidationError(_("Say which product it is, here or for the whole file."))
        if text.casefold() not in self.products:
            known = "、".join(sorted({product.code for product in self.products.values()}))
            raise ValidationError(_("There is no such product. Known are: %(known)s."), params={"known": known})
        return self.products[text.casefold()]

    def _form_factor(self, text: str) -> str:
        if not text and self.same.form_factor:
            return self.same.form_factor
        found = FORM_FACTORS.get(text.casefold().replace(" ", "").replace("-", ""))
        if found is None:
            raise ValidationError(_("Say 2FF, 3FF, 4FF or MFF2, here or for the whole file."))
        return found

    def _received_on(self, text: str) -> date:
        if not text and self.same.received_on:
            return self.same.received_on
        return a_day(self.given.today, earliest=self.given.today - YEARS_BACK)(text)

    def _delivery(self, text: str) -> str:
        told = text or self.same.delivery
        if len(told) > LONGEST_DELIVERY or any(ord(sign) < 32 for sign in told):
            raise ValidationError(_("A delivery note is at most 60 signs, without control characters."))
        return told
