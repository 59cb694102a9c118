"""Rows of a delivery of cards: numbers checked one by one, against each other and against the stock (MA1)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import repeat, starmap
from typing import Any, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from iijiot.actors import Actor
from iijiot.copying import copy_in
from iijiot.records import chapter
from iijiot.tables.columns import Found
from iijiot.tables.reading import Row
from iijiot.words import said
from sims.identifiers import (
    IMSI,
    KEPT_BY_SPREADSHEETS,
    MACHINES,
    VOICE,
    NumberClass,
    all_pass_luhn,
    clean_iccid,
    clean_imsi,
    clean_msisdn,
    looks_rounded,
    passes_luhn,
)
from sims.models import SimCard, SimProduct
from sims.rows.card_columns import COLUMNS, FORM_FACTORS
from sims.rows.checking import Finding, Judged, Rows, Slice, a_day

YEARS_BACK = timedelta(days=10 * 366)
LONGEST_DELIVERY = 60
FEW = 500
"""Rows that are looked at once more together before they are looked at one by one."""


class Card(NamedTuple):
    """A card as it goes into stock."""

    iccid: str
    imsi: str
    msisdn: str
    product: int
    form_factor: str
    received_on: date
    delivery: str


NUMBERS = ("iccid", "imsi", "msisdn")
OWN = ("product", "form_factor", "received_on", "delivery")
DAMAGED_LIKELY = pgettext_lazy(
    "a doubt",
    "The number ends as one does that a spreadsheet has rounded, although its check digit fits. Compare it with the card.",
)


@dataclass(frozen=True)
class Plain:
    """Numbers that need no closer look, as patterns of many of them, one in each line."""

    length: int
    patterns: Mapping[str, re.Pattern[str]]

    @classmethod
    def of(cls, prefixes: tuple[str, ...], length: int, number_class: str) -> Self:
        """Those of a product: neither rounded nor of another length, prefix or class of numbers."""
        begins = "|".join(re.escape(prefix) for prefix in prefixes)
        kept = KEPT_BY_SPREADSHEETS
        iccid = rf"(?=(?:{begins}))(?![0-9]{{{kept}}}0+\n)8981[0-9]{{{length - 4}}}"
        numbers = VOICE if number_class == NumberClass.VOICE else MACHINES
        told = {"iccid": iccid, "imsi": IMSI.pattern, "msisdn": numbers.pattern}
        return cls(length, {name: re.compile(rf"(?:(?:{one})\n)+") for name, one in told.items()})

    def fits(self, name: str, values: Sequence[str]) -> bool:
        """Whether each of these is such a number."""
        lines = "\n".join(values) + "\n"
        if lines.count("\n") != len(values) or not self.patterns[name].fullmatch(lines):
            return False
        return name != "iccid" or all_pass_luhn(values, self.length)


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
        self.seen: dict[str, dict[str, int]] = {name: {} for name in NUMBERS}
        self.own = {name for name in OWN if name in self.places}
        self.plain = self._plainly_right()

    def _plainly_right(self) -> Plain | None:
        """What numbers look like that need no closer look; None where each row could be of another product."""
        product = self.by_key.get(self.same.product)
        if product is None or not self.same.form_factor or self.own:
            return None
        return Plain.of(tuple(product.prefixes), product.iccid_length, product.number_class)

    def check(self, rows: Sequence[Row], width: int) -> Slice:
        """Look at many rows at once; where there is something to say of one of them, at few at once, and then at each."""
        if cards := self._at_once(rows, width):
            return Slice(good=cards)
        told = Slice()
        for first in range(0, len(rows), FEW):
            few = rows[first : first + FEW]
            if cards := self._at_once(few, width):
                told.good += cards
            else:
                self._one_by_one(few, width, told)
        return told

    def _at_once(self, rows: Sequence[Row], width: int) -> list[Any]:
        """The cards of rows of which nothing is to be said; none where something is to be said of any."""
        if self.plain is None or any(row.formulas or len(row.cells) != width for row in rows):
            return []
        read = {name: [row.cells[place] for row in rows] for name, place in self.places.items()}
        if not all(self.plain.fits(name, read[name]) for name in NUMBERS if name in read):
            return []
        lines = [row.line for row in rows]
        new = {name: dict(zip(read[name], lines, strict=True)) for name in NUMBERS if name in read}
        if any(len(found) < len(rows) or not self.seen[name].keys().isdisjoint(found) for name, found in new.items()):
            return []
        if any(SimCard.objects.numbered_among(*(read.get(name, []) for name in NUMBERS))):
            return []
        for name, found in new.items():
            self.seen[name].update(found)
        columns: list[Iterable[Any]] = [read.get(name) or repeat("", len(rows)) for name in NUMBERS]
        columns += [repeat(value, len(rows)) for value in self.same[3:]]
        return list(starmap(Card, zip(*columns, strict=True)))

    def _one_by_one(self, rows: Sequence[Row], width: int, told: Slice) -> None:
        """Each row by itself, then against the rows before, then all of them against the stock in a few queries."""
        cards: list[tuple[Row, Card, list[Finding]]] = []
        for row in rows:
            card, findings = self._closely(row, width)
            if card is None:
                told.judged.append(Judged(row, None, findings))
            elif again := self._again(row, card[:3]):
                told.judged.append(Judged(row, None, [*findings, *again]))
            else:
                cards.append((row, card, findings))
        self._against_stock(cards, told)

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
        if not passes_luhn(card.iccid):
            doubts.append(_("The check digit does not fit. Compare it with the card."))
        found = [self.finding(row, "iccid", doubt, is_doubt=True) for doubt in doubts]
        if looks_rounded(card.iccid):
            found.append(replace(self.finding(row, "iccid", DAMAGED_LIKELY, is_doubt=True), is_damage=True))
        return found

    def _again(self, row: Row, numbers: Sequence[str]) -> list[Finding]:
        """Numbers that stood in a row before; those that did not are remembered."""
        found = []
        for name, value in zip(NUMBERS, numbers, strict=True):
            if value and (first := self.seen[name].setdefault(value, row.line)) != row.line:
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
            each = dict(zip((*NUMBERS, *OWN), zip(*values, strict=True), strict=True))
            same = {name: getattr(self.same, name) for name in OWN} if self.plain else {}
            return copy_in(SimCard, {name: each[name] for name in each if name not in same}, same)

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
