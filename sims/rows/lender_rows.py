"""Rows of the host carrier's own list: which cards it has lent us, since when, and what it has back (MA1)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iijiot.actors import Actor
from iijiot.tables.columns import Column, Found
from iijiot.tables.reading import Row
from iijiot.words import said
from sims import reconciling
from sims.identifiers import Profile, clean_iccid
from sims.reconciling import LENT, RETURNED, Listed
from sims.rows.checking import Finding, Judged, Rows, Slice, a_day

EARLIEST = date(2005, 1, 1)
STATES = {
    "貸与": LENT, "貸与中": LENT, "貸出": LENT, "貸出中": LENT, "利用中": LENT, "使用中": LENT, "有効": LENT,
    "lent": LENT, "onloan": LENT, "active": LENT, "返還": RETURNED, "返還済": RETURNED, "返却": RETURNED, "返却済": RETURNED,
    "廃棄": RETURNED, "解約": RETURNED, "returned": RETURNED, "disposed": RETURNED,
}  # fmt: skip
"""What carriers call a card that we have, and one that they have back."""

COLUMNS = (
    Column(
        "iccid",
        "ICCID",
        ("SIM番号", "SIMカード番号", "カード番号", "製造番号"),
        needed=True,
        example="8981100000123456784",
    ),
    Column(
        "state",
        gettext_lazy("state"),
        ("状態", "ステータス", "貸与状態", "status"),
        needed=True,
        help=gettext_lazy("On loan or returned, in the carrier's words."),
        example="貸与中",
    ),
    Column(
        "lent_on",
        gettext_lazy("on loan since"),
        ("貸与日", "貸与開始日", "貸出日", "利用開始日", "lent", "lent since"),
        help=gettext_lazy("A day such as 2026-12-01."),
        example="2026/12/1",
    ),
    Column(
        "returned_on",
        gettext_lazy("returned on"),
        ("返還日", "返却日", "returned"),
        help=gettext_lazy("Empty while the card is on loan."),
    ),
)


class LenderRows(Rows):
    """The list of one host carrier; nothing of it changes our cards, it is only compared with them."""

    columns = COLUMNS
    most = 1_000_000

    def __init__(self, given: Any, found: Found, actor: Actor) -> None:
        super().__init__(given, found, actor)
        self.seen: dict[str, int] = {}
        self.listed: list[Listed] = []
        self.a_day = a_day(given.today, earliest=EARLIEST)
        self.profile = Profile(("8981",), 19, strict=False)

    def check(self, rows: Sequence[Row], width: int) -> Slice:
        """Each row by itself, and whether its card stood there before."""
        told = Slice()
        for row in rows:
            wrong: list[Finding] = list(self.of_the_row(row, width))
            iccid = self.read(row, "iccid", lambda text: clean_iccid(text, self.profile), wrong)
            state = self.read(row, "state", _state, wrong)
            lent_on = self.read(row, "lent_on", self._day, wrong)
            returned_on = self.read(row, "returned_on", self._day, wrong)
            if returned_on and state == LENT:
                wrong.append(
                    self.finding(row, "returned_on", _("A card on loan has no day of return. Ask the carrier."))
                )
            if iccid and self.seen.setdefault(iccid, row.line) != row.line:
                again = said(
                    _("The same number stands in line {line} already. Remove one of the two."), line=self.seen[iccid]
                )
                wrong.append(self.finding(row, "iccid", again))
            if wrong:
                told.judged.append(Judged(row, None, wrong))
            else:
                told.good.append(Listed(iccid, state, lent_on, returned_on))
        return told

    def write(self, values: Sequence[Any]) -> int:
        """Put them aside; they are compared once all are there."""
        self.listed += values
        return len(values)

    def finish(self) -> dict[str, Any]:
        """Compare both ledgers."""
        reconciling.compare(
            self.listed,
            lender=self.given.lender,
            of_file=self.given.file,
            on=self.given.today,
            grace=self.given.grace,
            actor=self.actor,
        )
        return {}

    def _day(self, text: str) -> date | None:
        return self.a_day(text) if text else None


def _state(text: str) -> str:
    found = STATES.get(text.casefold().replace(" ", "").replace("み", ""))
    if found is None:
        raise ValidationError(
            _("This is no state that is known: 貸与中 or 返還済.")
            if text
            else _("Say whether the card is on loan or returned.")
        )
    return found
