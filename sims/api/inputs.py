"""What other systems send about lines and cards."""

from typing import ClassVar

from rest_framework.serializers import ChoiceField, ListField

from contracts.api.shown import CONTRACT_IDS
from iijiot.api.inputs import Day, Input, Named, Text, Whole
from sims.api.shown import CARD_IDS, LINE_IDS
from sims.measuring import MOST_BYTES
from sims.models.incident import Kind

MOST_AT_ONCE, MOST_ROWS, MOST_LINES = 5_000, 10_000, 100_000


class NothingInput(Input):
    """An act that needs no more than its line."""

    EXAMPLE: ClassVar = {}


class WishInput(Input):
    """A customer's wish, with the reason where there is one."""

    EXAMPLE: ClassVar = {"reason": "冬季休業"}

    reason = Text(required=False, allow_blank=True, default="", max_length=300)


class ReportInput(Input):
    """A fault or a loss of the card of a line (MA10.1)."""

    EXAMPLE: ClassVar = {"kind": "loss", "reported_on": "2026-11-25", "what": "屋外の機器ごと紛失"}

    kind = ChoiceField(choices=Kind.choices)
    reported_on = Day(required=False, allow_null=True, default=None)
    """Today, where it is left out."""
    what = Text(max_length=300)


class ManyLinesInput(Input):
    """An act on many lines; each is answered for itself."""

    EXAMPLE: ClassVar = {"act": "pause", "lines": ["line_L0000001", "line_L0000002"], "reason": "冬季休業"}

    act = ChoiceField(choices=["activate", "pause", "resume"])
    lines = ListField(child=Named(ids=LINE_IDS), min_length=1, max_length=MOST_AT_ONCE)
    reason = Text(required=False, allow_blank=True, default="", max_length=300)


class ManyCardsInput(Input):
    """That customers have received cards; each is answered for itself (MA1)."""

    EXAMPLE: ClassVar = {"sim_cards": ["sim_8981300000000000017"]}

    sim_cards = ListField(child=Named(ids=CARD_IDS), min_length=1, max_length=MOST_AT_ONCE)


class ReductionInput(Input):
    """Fewer lines: those named, or so many (MA8.1)."""

    EXAMPLE: ClassVar = {"contract": "ctr_K0000001", "effective_on": "2026-12-31", "how_many": 10}

    contract = Named(ids=CONTRACT_IDS)
    effective_on = Day()
    lines = ListField(child=Named(ids=LINE_IDS), required=False, default=list, max_length=MOST_LINES)
    how_many = Whole(required=False, default=0, min_value=0, max_value=MOST_LINES)
    """Where none are named: first those without a card, then the latest ordered."""
    reason = Text(required=False, allow_blank=True, default="", max_length=300)
    fingerprint = Text(required=False, allow_blank=True, default="", max_length=40)


class FoundInput(Input):
    """A lost card that was found (MA10.2.1)."""

    EXAMPLE: ClassVar = {"found_on": "2026-11-25"}

    found_on = Day(required=False, allow_null=True, default=None)
    """Today, where it is left out."""
    reason = Text(required=False, allow_blank=True, default="", max_length=300)


class TrafficInput(Input):
    """What one line moved on one day, as the network counted it (MA15.2)."""

    msisdn = Text(required=False, max_length=20)
    iccid = Text(required=False, max_length=25)
    imsi = Text(required=False, max_length=20)
    """The line by one of these three, as it was on this day."""
    day = Day()
    up = Whole(min_value=0, max_value=MOST_BYTES)
    down = Whole(min_value=0, max_value=MOST_BYTES)
    imei = Text(required=False, max_length=20)


class UsageInput(Input):
    """Usage of many lines and days; loaded again, the last figures hold (MA15.2)."""

    EXAMPLE: ClassVar = {"items": [{"msisdn": "02000000001", "day": "2026-11-24", "up": 123456, "down": 654321}]}

    items = ListField(child=TrafficInput(), min_length=1, max_length=MOST_ROWS)
