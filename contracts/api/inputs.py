"""What other systems send about customers and contracts."""

from typing import ClassVar

from rest_framework.serializers import ChoiceField

from contracts.api.shown import CONTRACT_IDS, CUSTOMER_IDS, UNIT_IDS
from contracts.catalogue.services import SERVICES
from contracts.models.evidence import EvidenceKind
from iijiot.api.inputs import Day, File, Input, Named, Text, Truth, Whole
from iijiot.file_kinds import LONGEST_NAME

LARGEST = 2**31 - 1
LONGEST_FILE = 10 * 1024**2
"""In base64: seven and a half megabytes of a file."""


class NoticeInput(Input):
    """A termination notice: it arrives when it is sent (G29.1)."""

    EXAMPLE: ClassVar = {"named_on": "2026-12-31", "reason": "工場の閉鎖"}

    named_on = Day(required=False, allow_null=True, default=None)
    reason = Text(required=False, allow_blank=True, default="", max_length=300)
    fingerprint = Text(required=False, allow_blank=True, default="", max_length=40)
    """Of the plan that was shown; where it is given, nothing but that plan is carried out."""


class TakeBackInput(Input):
    """Taking an end back, by agreement of both sides."""

    EXAMPLE: ClassVar = {"reason": "ご利用継続のお申し出"}

    reason = Text(max_length=300)
    fingerprint = Text(required=False, allow_blank=True, default="", max_length=40)


class ApplicationInput(Input):
    """An application (G12.1)."""

    EXAMPLE: ClassVar = {
        "customer": "cus_C0000001",
        "management_unit": "unit_M0000001",
        "service": "mobile-access",
        "item": "TypeD",
        "quantity": 10,
        "start_wished_on": "2026-12-10",
    }

    customer = Named(ids=CUSTOMER_IDS)
    management_unit = Named(ids=UNIT_IDS)
    service = ChoiceField(choices=list(SERVICES))
    item = Text(required=False, allow_blank=True, default="", max_length=20)
    quantity = Whole(required=False, default=1, min_value=1, max_value=LARGEST)
    all_or_nothing = Truth(required=False, default=False)
    with_option = Truth(required=False, default=False)
    more_lines_for = Named(ids=CONTRACT_IDS, required=False, allow_null=True, default=None)
    start_wished_on = Day()


class DocumentInput(Input):
    """A document that belongs to an application: PDF, PNG or JPEG (G42.2.1)."""

    EXAMPLE: ClassVar = {"name": "tohon.pdf", "kind": "register", "content": "JVBERi0xLjQK"}

    name = Text(max_length=LONGEST_NAME)
    kind = ChoiceField(choices=EvidenceKind.choices)
    answers = Text(required=False, allow_blank=True, default="", max_length=200)
    """What was asked for, in the words in which it was."""
    content = File(max_length=LONGEST_FILE)


class ConditionInput(Input):
    """What the customer decided or disclosed before the start (PC4.1, PMG4.1, VPN4.1, WPC4.1, IOT3.4)."""

    EXAMPLE: ClassVar = {"code": "operation-policy", "answer": "工場内の閉域網からのみ接続する"}

    code = Text(max_length=30)
    words = Text(required=False, allow_blank=True, default="", max_length=200)
    """Of what was asked besides the provision: in the words in which it was."""
    answer = Text(max_length=2_000)


class ExternalEndInput(Input):
    """The end of what a customer holds under other terms (PC5.2, PMG5.2, WPC3)."""

    EXAMPLE: ClassVar = {"effective_on": "2026-12-31", "reason": "WISE-PaaSの利用終了"}

    effective_on = Day()
    reason = Text(required=False, allow_blank=True, default="", max_length=300)
    fingerprint = Text(required=False, allow_blank=True, default="", max_length=40)


class WithdrawalInput(Input):
    """An applicant who wants it no more."""

    EXAMPLE: ClassVar = {"reason": "計画の中止"}

    reason = Text(required=False, allow_blank=True, default="", max_length=300)
