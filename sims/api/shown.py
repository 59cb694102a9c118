"""What other systems see of lines and SIM cards."""

from contracts.api.shown import CONTRACT
from iijiot.api.ids import PublicId
from iijiot.api.shapes import Link, Many, Part, Shape
from sims.models import SimCard

LINE_IDS, CARD_IDS, REPORT_IDS = PublicId("line"), PublicId("sim"), PublicId("rep")

_LINE = Shape(
    LINE_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "contract": Link("contract", CONTRACT),
        "msisdn": Part("msisdn"),
        "label": Part("label"),
        "ordered_on": Part("ordered_on", "date"),
        "activated_on": Part("activated_on", "date", null=True),
        "billing_starts_on": Part("billing_starts_on", "date", null=True),
        "ends_on": Part("ends_on", "date", null=True),
        "ends_under": Part("ends_under"),
        "protected": Part("protected", "boolean"),
    },
)

CARD = Shape(
    CARD_IDS,
    {
        "iccid": Part("iccid"),
        "imsi": Part("imsi"),
        "msisdn": Part("msisdn"),
        "form_factor": Part("form_factor"),
        "state": Part("state"),
        "line": Link("line", _LINE, null=True),
        "lent_on": Part("lent_on", "date", null=True),
        "shipment": Part("shipment"),
        "due_back_on": Part("due_back_on", "date", null=True),
    },
    number="iccid",
)

LINE = Shape(LINE_IDS, _LINE.parts, many={"cards": Many(SimCard.objects.of_lines, "line", CARD)})
