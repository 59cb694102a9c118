"""What other systems send about lines and cards."""

from typing import ClassVar

from rest_framework.serializers import ChoiceField

from iijiot.api.inputs import Day, Input, Text
from sims.models.incident import Kind


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
