"""What other systems see of customers and contracts: the shapes, by the names of the terms."""

from contracts.models import Dependency
from iijiot.api.ids import PublicId
from iijiot.api.shapes import Link, Many, Part, Shape

CUSTOMER_IDS, UNIT_IDS, CONTRACT_IDS = PublicId("cus"), PublicId("unit"), PublicId("ctr")
APPLICATION_IDS, TERMINATION_IDS, NOTICE_IDS = PublicId("app"), PublicId("term"), PublicId("ntc")
SUBSCRIPTION_IDS = PublicId("ext")

CUSTOMER = Shape(
    CUSTOMER_IDS,
    {
        "number": Part("number"),
        "kind": Part("kind"),
        "name": Part("name"),
        "name_kana": Part("name_kana"),
        "corporate_number": Part("corporate_number"),
        "postal_code": Part("postal_code"),
        "address": Part("address"),
        "contact_person": Part("contact_person"),
        "phone": Part("phone"),
        "notice_email": Part("notice_email"),
    },
)

UNIT = Shape(UNIT_IDS, {"number": Part("number"), "name": Part("name"), "customer": Link("customer", CUSTOMER)})

SUBSCRIPTION = Shape(
    SUBSCRIPTION_IDS,
    {
        "number": Part("number"),
        "customer": Link("customer", CUSTOMER),
        "service": Part("service"),
        "network": Part("network"),
        "reference": Part("reference"),
        "starts_on": Part("starts_on", "date"),
        "ends_on": Part("ends_on", "date", null=True),
    },
)

APPLICATION = Shape(
    APPLICATION_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "customer": Link("customer", CUSTOMER),
        "management_unit": Link("management_unit", UNIT, null=True),
        "service": Part("service_code"),
        "item": Part("item"),
        "quantity": Part("quantity", "integer"),
        "quantity_accepted": Part("quantity_accepted", "integer", null=True),
        "all_or_nothing": Part("all_or_nothing", "boolean"),
        "with_option": Part("with_option", "boolean"),
        "start_wished_on": Part("start_wished_on", "date"),
        "received_at": Part("received_at", "date-time"),
        "decided_on": Part("decided_on", "date", null=True),
    },
)

_CONTRACT = Shape(
    CONTRACT_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "customer": Link("customer", CUSTOMER),
        "management_unit": Link("management_unit", UNIT),
        "service": Part("service_code"),
        "item": Part("item"),
        "quantity": Part("quantity", "integer"),
        "accepted_on": Part("accepted_on", "date"),
        "billing_starts_on": Part("billing_starts_on", "date", null=True),
        "ends_on": Part("ends_on", "date", null=True),
        "ends_under": Part("ends_under"),
        "protected": Part("protected", "boolean"),
    },
)

RESTS_ON = Shape(
    None,
    {
        "contract": Link("on_contract", _CONTRACT, null=True),
        "external_subscription": Link("on_external", SUBSCRIPTION, null=True),
        "clause": Part("clause"),
        "ends_with_it": Part("cascades", "boolean"),
    },
)

CONTRACT = Shape(
    CONTRACT_IDS,
    {
        **_CONTRACT.parts,
        "option_of": Link("parent", _CONTRACT, null=True),
        "application": Link("application", APPLICATION, null=True),
    },
    many={"rests_on": Many(Dependency.objects.standing_below, "contract", RESTS_ON)},
)

TERMINATION = Shape(
    TERMINATION_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "contract": Link("contract", _CONTRACT, null=True),
        "external_subscription": Link("external", SUBSCRIPTION, null=True),
        "origin": Part("origin"),
        "clause": Part("clause"),
        "arrived_on": Part("arrived_on", "date", null=True),
        "named_on": Part("named_on", "date", null=True),
        "effective_on": Part("effective_on", "date", null=True),
    },
)

NOTICE = Shape(
    NOTICE_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "customer": Link("customer", CUSTOMER),
        "contract": Link("contract", _CONTRACT, null=True),
        "application": Link("application", APPLICATION, null=True),
        "kind": Part("kind"),
        "channel": Part("channel"),
        "clause": Part("clause"),
        "subject": Part("subject"),
        "body": Part("body"),
        "sent_at": Part("sent_at", "date-time", null=True),
    },
)
