"""What other systems see of customers and contracts: the shapes, by the names of the terms."""

from contracts.models import Dependency, DocumentRequest, Evidence, StartCondition
from iijiot.api.ids import PublicId
from iijiot.api.shapes import Link, Many, Part, Shape

CUSTOMER_IDS, UNIT_IDS, CONTRACT_IDS = PublicId("cus", "C0000001"), PublicId("unit", "M0000001"), PublicId("ctr")
APPLICATION_IDS, TERMINATION_IDS = PublicId("app", "A0000001"), PublicId("term", "E0000001")
NOTICE_IDS, SUBSCRIPTION_IDS = PublicId("ntc", "N0000001"), PublicId("ext", "X0000001")

FILE_IDS = PublicId("file", "F0000001")

CUSTOMER = Shape(
    CUSTOMER_IDS,
    {
        "number": Part("number"),
        "kind": Part("kind"),
        "name": Part("name", example="株式会社青井製作所"),
        "name_kana": Part("name_kana", example="カブシキガイシャアオイセイサクショ"),
        "corporate_number": Part("corporate_number", example="1234567890128"),
        "postal_code": Part("postal_code", example="102-0071"),
        "address": Part("address", example="東京都千代田区富士見二丁目"),
        "contact_person": Part("contact_person", example="青井 花"),
        "phone": Part("phone", example="03-0000-0000"),
        "notice_email": Part("notice_email", example="keiyaku@aoi.example"),
    },
    name="Customer",
)

UNIT = Shape(
    UNIT_IDS,
    {"number": Part("number"), "name": Part("name", example="本社"), "customer": Link("customer", CUSTOMER)},
    name="ManagementUnit",
)

SUBSCRIPTION = Shape(
    SUBSCRIPTION_IDS,
    {
        "number": Part("number"),
        "customer": Link("customer", CUSTOMER),
        "service": Part("service"),
        "network": Part("network"),
        "reference": Part("reference", example="N-000123"),
        "starts_on": Part("starts_on", "date"),
        "ends_on": Part("ends_on", "date", null=True),
    },
    name="ExternalSubscription",
)

_APPLICATION = Shape(
    APPLICATION_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "customer": Link("customer", CUSTOMER),
        "management_unit": Link("management_unit", UNIT, null=True),
        "service": Part("service_code", example="mobile-access"),
        "item": Part("item", example="TypeD"),
        "quantity": Part("quantity", "integer"),
        "quantity_accepted": Part("quantity_accepted", "integer", null=True),
        "all_or_nothing": Part("all_or_nothing", "boolean"),
        "with_option": Part("with_option", "boolean"),
        "start_wished_on": Part("start_wished_on", "date"),
        "received_at": Part("received_at", "date-time"),
        "decided_on": Part("decided_on", "date", null=True),
    },
    name="ApplicationInBrief",
)

ASKED = Shape(
    None,
    {
        "what": Part("what", example="履歴事項全部証明書"),
        "asked_on": Part("asked_on", "date"),
        "arrived_on": Part("arrived_on", "date", null=True),
    },
    name="DocumentAskedFor",
)

FILE = Shape(
    FILE_IDS,
    {
        "number": Part("number"),
        "kind": Part("kind"),
        "name": Part("name", example="tohon.pdf"),
        "media_type": Part("media_type", example="application/pdf"),
        "size": Part("size", "integer"),
        "sha256": Part("sha256"),
        "received_on": Part("received_on", "date"),
        "state": Part("state"),
    },
    name="Document",
)

APPLICATION = Shape(
    APPLICATION_IDS,
    _APPLICATION.parts,
    many={
        "documents_asked_for": Many(DocumentRequest.objects.of_applications, "application", ASKED),
        "documents": Many(Evidence.objects.of_applications, "application", FILE),
    },
    name="Application",
)

_CONTRACT = Shape(
    CONTRACT_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "customer": Link("customer", CUSTOMER),
        "management_unit": Link("management_unit", UNIT),
        "service": Part("service_code", example="mobile-access"),
        "item": Part("item", example="TypeD"),
        "quantity": Part("quantity", "integer"),
        "accepted_on": Part("accepted_on", "date"),
        "billing_starts_on": Part("billing_starts_on", "date", null=True),
        "ends_on": Part("ends_on", "date", null=True),
        "ends_under": Part("ends_under", example="MA12.1"),
        "protected": Part("protected", "boolean"),
    },
    name="ContractInBrief",
)

RESTS_ON = Shape(
    None,
    {
        "contract": Link("on_contract", _CONTRACT, null=True),
        "external_subscription": Link("on_external", SUBSCRIPTION, null=True),
        "clause": Part("clause", example="MA12.1"),
        "ends_with_it": Part("cascades", "boolean"),
    },
    name="RestsOn",
)

CONDITION = Shape(
    None,
    {
        "code": Part("code", example="operation-policy"),
        "words": Part("words", example="運用ポリシー"),
        "clause": Part("clause", example="PC4.1"),
        "state": Part("state"),
        "answer": Part("answer"),
        "met_on": Part("met_on", "date", null=True),
    },
    name="StartCondition",
)

CONTRACT = Shape(
    CONTRACT_IDS,
    {
        **_CONTRACT.parts,
        "option_of": Link("parent", _CONTRACT, null=True),
        "application": Link("application", _APPLICATION, null=True),
    },
    many={
        "rests_on": Many(Dependency.objects.standing_below, "contract", RESTS_ON),
        "conditions": Many(StartCondition.objects.of_contracts, "contract", CONDITION),
    },
    name="Contract",
)

TERMINATION = Shape(
    TERMINATION_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "contract": Link("contract", _CONTRACT, null=True),
        "external_subscription": Link("external", SUBSCRIPTION, null=True),
        "origin": Part("origin"),
        "clause": Part("clause", example="MA12.1"),
        "arrived_on": Part("arrived_on", "date", null=True),
        "named_on": Part("named_on", "date", null=True),
        "effective_on": Part("effective_on", "date", null=True),
    },
    name="Termination",
)

NOTICE = Shape(
    NOTICE_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "customer": Link("customer", CUSTOMER),
        "contract": Link("contract", _CONTRACT, null=True),
        "application": Link("application", _APPLICATION, null=True),
        "kind": Part("kind"),
        "channel": Part("channel"),
        "clause": Part("clause", example="MA12.1"),
        "subject": Part("subject", example="解約申込書の受付のお知らせ"),
        "body": Part("body", example="株式会社青井製作所 御中"),
        "sent_at": Part("sent_at", "date-time", null=True),
    },
    name="Notice",
)
