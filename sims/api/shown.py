"""What other systems see of lines and SIM cards."""

from contracts.api.shown import APPLICATION, CONTRACT
from iijiot.api.ids import PublicId
from iijiot.api.shapes import Link, Many, Part, Shape
from sims.models import SimCard

LINE_IDS, CARD_IDS, REPORT_IDS = (
    PublicId("line", "L0000001"),
    PublicId("sim", "8981300000000000017"),
    PublicId("rep", "I0000001"),
)
CHANGE_IDS = PublicId("chg", "Q0000001")

_LINE = Shape(
    LINE_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "contract": Link("contract", CONTRACT),
        "msisdn": Part("msisdn", example="02000000001"),
        "label": Part("label", example="第一工場 温度計"),
        "ordered_on": Part("ordered_on", "date"),
        "activated_on": Part("activated_on", "date", null=True),
        "billing_starts_on": Part("billing_starts_on", "date", null=True),
        "ends_on": Part("ends_on", "date", null=True),
        "ends_under": Part("ends_under", example="MA8.1"),
        "protected": Part("protected", "boolean"),
    },
    name="LineInBrief",
)

CHANGE = Shape(
    CHANGE_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "contract": Link("contract", CONTRACT),
        "application": Link("application", APPLICATION, null=True),
        "kind": Part("kind"),
        "quantity": Part("quantity", "integer"),
        "asked_on": Part("asked_on", "date"),
        "effective_on": Part("effective_on", "date"),
        "closed_because": Part("closed_because"),
    },
    name="LineChange",
)

CARD = Shape(
    CARD_IDS,
    {
        "iccid": Part("iccid", example="8981300000000000017"),
        "imsi": Part("imsi", example="440030000000001"),
        "msisdn": Part("msisdn", example="02000000001"),
        "form_factor": Part("form_factor"),
        "state": Part("state"),
        "line": Link("line", _LINE, null=True),
        "lent_on": Part("lent_on", "date", null=True),
        "shipment": Part("shipment", example="1234-5678-9012"),
        "due_back_on": Part("due_back_on", "date", null=True),
    },
    number="iccid",
    name="SimCard",
)

LINE = Shape(LINE_IDS, _LINE.parts, many={"cards": Many(SimCard.objects.of_lines, "line", CARD)}, name="Line")

REPORT = Shape(
    REPORT_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "kind": Part("kind"),
        "channel": Part("channel"),
        "line": Link("line", _LINE),
        "sim_card": Link("card", CARD),
        "reported_on": Part("reported_on", "date"),
        "what": Part("what", example="屋外の機器ごと紛失"),
    },
    name="Report",
)

USAGE = Shape(
    None, {"day": Part("day", "date"), "up": Part("up", "integer"), "down": Part("down", "integer")}, name="DailyUsage"
)
