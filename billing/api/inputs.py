"""What other systems send about payments."""

from typing import ClassVar

from rest_framework.serializers import ChoiceField, ListField

from billing.api.shown import INVOICE_IDS
from billing.models.receipt import Source
from contracts.api.shown import CUSTOMER_IDS
from iijiot.api.inputs import Day, Input, Named, Text, Whole

MOST_YEN = 10**12


class PaymentInput(Input):
    """A payment that the partner has taken for us, or knows of (G33)."""

    EXAMPLE: ClassVar = {
        "customer": "cus_C0000001",
        "amount": 5_500,
        "value_on": "2026-11-25",
        "source": "transfer",
        "payer": "ｶ)ｱｵｲｾｲｻｸｼﾖ",
        "invoices": ["inv_O0000001"],
    }

    customer = Named(ids=CUSTOMER_IDS)
    amount = Whole(min_value=1, max_value=MOST_YEN)
    value_on = Day()
    source = ChoiceField(choices=Source.choices, required=False, default=Source.TRANSFER)
    payer = Text(required=False, allow_blank=True, default="", max_length=48)
    remark = Text(required=False, allow_blank=True, default="", max_length=40)
    invoices = ListField(child=Named(ids=INVOICE_IDS), required=False, default=list, max_length=100)
    """Which it is for; the oldest due where none is named (Civil Code art. 488)."""
    reason = Text(required=False, allow_blank=True, default="", max_length=300)
