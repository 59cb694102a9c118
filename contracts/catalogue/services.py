"""The seven services and the option: the provisions, in their order, and nothing else."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts.catalogue.external import PRIVATE_BACKBONE, TYPE_I_CLOSED, TYPE_K, WISE_PAAS_USER
from contracts.catalogue.vocabulary import (
    AllOf,
    AnyOf,
    Condition,
    DiscontinuationLead,
    EndsWith,
    Fees,
    General,
    Guarantee,
    Holds,
    Item,
    LaterOfThirtyDaysAndNamed,
    MinimumTerm,
    Service,
)
from iijiot.clauses import Clause

GENERAL = General(discontinuation_lead=DiscontinuationLead(3).under("G27.2"))

IOT = Holds("iot", _("IIJ IoT service"))
MOBILE_ACCESS = Holds("mobile-access", _("Mobile Access"))
PRIVATE_CONNECTOR = Holds("private-connector", _("Private Connector"))

NONE = MinimumTerm()
NO_GUARANTEE = Guarantee()
USUAL_FEES = Fees()
LATER_OF_THIRTY_DAYS_AND_NAMED = LaterOfThirtyDaysAndNamed()
OPERATION_POLICY = Condition(
    "operation-policy",
    _("Decide the operation policy"),
    _("What was decided: address ranges, routes, who operates it"),
)
WISE_PAAS_INFORMATION = Condition(
    "wise-paas-information",
    _("Disclose the WISE-PaaS information"),
    _("WISE-PaaS tenant, user ID and the connection data that we need"),
)

SERVICES: dict[str, Service] = {
    service.code: service
    for service in [
        Service(
            code="iot",
            name=_("IIJ IoT service"),
            provision="IOT",
            about=_("Manages the whole: devices, data and connections in one place."),
            since=date(2016, 11, 30),
            since_clause=Clause("IOT.S"),
            minimum_term=NONE.under("IOT2"),
            eligibility=AllOf().under("G14.1.1"),
            ends_on=LATER_OF_THIRTY_DAYS_AND_NAMED.under("IOT4"),
            ends_with=EndsWith().under("IOT4"),
            fees=USUAL_FEES.under("IOT5"),
            guarantee=NO_GUARANTEE.under("IOT6"),
        ),
        Service(
            code="wise-paas-option",
            name=_("WISE-PaaS connection option"),
            provision="IOT",
            about=_("Closed mobile communication to WISE-PaaS, as an option of an IIJ IoT service contract."),
            option_of="iot",
            since=date(2020, 9, 23),
            since_clause=Clause("IOT.S"),
            minimum_term=NONE.under("IOT3.7"),
            eligibility=AllOf(IOT, AnyOf(MOBILE_ACCESS, TYPE_I_CLOSED), WISE_PAAS_USER).under("IOT3.3"),
            before_start=[WISE_PAAS_INFORMATION.under("IOT3.4")],
            ends_on=LATER_OF_THIRTY_DAYS_AND_NAMED.under("IOT3.8"),
            ends_with=EndsWith.any_of(IOT, company_may_designate_a_day=False).under("IOT3.2"),
            fees=USUAL_FEES.under("IOT5"),
            guarantee=NO_GUARANTEE.under("IOT6"),
        ),
        Service(
            code="mobile-access",
            name=_("Mobile Access"),
            provision="MA",
            about=_("Closed connection to the IIJ IoT service with SIM cards that we lend."),
            since=date(2016, 11, 30),
            since_clause=Clause("MA.S1"),
            items=[Item("TypeD", _("TypeD (docomo network)"))],
            counts_lines=True,
            changes_under=Clause("MA8.1"),
            minimum_term=NONE.under("MA3"),
            unit=Clause("MA4"),
            eligibility=AllOf(IOT).under("MA6"),
            ends_on=LATER_OF_THIRTY_DAYS_AND_NAMED.under("MA12.1"),
            ends_with=EndsWith.any_of(IOT).under("MA12.2"),
            fees=USUAL_FEES.under("MA13.1"),
            guarantee=NO_GUARANTEE.under("MA14.2"),
        ),
        Service(
            code="data-storage",
            name=_("Data Storage"),
            provision="DS",
            about=_("Storage for the data that is collected through the IIJ IoT service."),
            since=date(2016, 11, 30),
            since_clause=Clause("DS.S"),
            minimum_term=NONE.under("DS2"),
            eligibility=AllOf(IOT).under("DS3"),
            ends_on=LATER_OF_THIRTY_DAYS_AND_NAMED.under("DS4.1"),
            ends_with=EndsWith.any_of(IOT).under("DS4.2"),
            told_before_end=_(
                "The stored data is deleted after the last day and cannot be restored. Save it before then."
            ),
            fees=USUAL_FEES.under("DS5"),
            guarantee=NO_GUARANTEE.under("DS6.1"),
        ),
        Service(
            code="private-connector",
            name=_("Private Connector"),
            provision="PC",
            about=_("Connects the IIJ IoT service with the Private Backbone."),
            since=date(2017, 10, 2),
            since_clause=Clause("PC.S"),
            minimum_term=NONE.under("PC2"),
            eligibility=AllOf(IOT, PRIVATE_BACKBONE).under("PC3"),
            before_start=[OPERATION_POLICY.under("PC4.1")],
            staff_may_designate=Clause("PC4.1"),
            ends_on=LATER_OF_THIRTY_DAYS_AND_NAMED.under("PC5.1"),
            ends_with=EndsWith.any_of(IOT, PRIVATE_BACKBONE).under("PC5.2"),
            fees=USUAL_FEES.under("PC6"),
            guarantee=NO_GUARANTEE.under("PC7"),
        ),
        Service(
            code="private-mobile-gateway",
            name=_("Private Mobile Gateway"),
            provision="PMG",
            about=_("A gateway of the customer's own for Mobile Access, Type I (closed) or Type K."),
            since=date(2017, 10, 2),
            since_clause=Clause("PMG.S"),
            minimum_term=NONE.under("PMG2"),
            eligibility=AllOf(IOT, PRIVATE_BACKBONE, AnyOf(MOBILE_ACCESS, TYPE_I_CLOSED, TYPE_K)).under("PMG3"),
            before_start=[OPERATION_POLICY.under("PMG4.1")],
            staff_may_designate=Clause("PMG4.1"),
            ends_on=LATER_OF_THIRTY_DAYS_AND_NAMED.under("PMG5.1"),
            ends_with=EndsWith.any_of(IOT, MOBILE_ACCESS, TYPE_I_CLOSED, TYPE_K, PRIVATE_BACKBONE).under("PMG5.2"),
            fees=USUAL_FEES.under("PMG6"),
            guarantee=NO_GUARANTEE.under("PMG7"),
        ),
        Service(
            code="wise-paas-connector",
            name=_("WISE-PaaS Connector"),
            provision="WPC",
            about=_("A closed network between WISE-PaaS and the customer's own."),
            since=date(2020, 9, 23),
            since_clause=Clause("WPC.S"),
            minimum_term=NONE.under("WPC2"),
            eligibility=AllOf(IOT, PRIVATE_CONNECTOR, PRIVATE_BACKBONE, WISE_PAAS_USER).under("WPC3"),
            before_start=[WISE_PAAS_INFORMATION.under("WPC4.1")],
            ends_on=LATER_OF_THIRTY_DAYS_AND_NAMED.under("WPC5.1"),
            ends_with=EndsWith.any_of(IOT, PRIVATE_CONNECTOR, PRIVATE_BACKBONE).under("WPC5.2"),
            fees=USUAL_FEES.under("WPC6"),
            guarantee=NO_GUARANTEE.under("WPC7"),
        ),
        Service(
            code="vpn-gateway",
            name=_("VPN Gateway"),
            provision="VPN",
            about=_("Reaches the IIJ IoT service over an internet VPN."),
            since=date(2023, 7, 1),
            since_clause=Clause("VPN.S"),
            minimum_term=NONE.under("VPN2"),
            eligibility=AllOf(IOT, PRIVATE_BACKBONE).under("VPN3"),
            before_start=[OPERATION_POLICY.under("VPN4.1")],
            staff_may_designate=Clause("VPN4.1"),
            ends_on=LATER_OF_THIRTY_DAYS_AND_NAMED.under("VPN5.1"),
            ends_with=EndsWith.any_of(IOT, PRIVATE_BACKBONE).under("VPN5.2"),
            fees=USUAL_FEES.under("VPN6"),
            guarantee=NO_GUARANTEE.under("VPN7"),
        ),
    ]
}

CHANGEABLE = [service.code for service in SERVICES.values() if service.changes_under]
"""The services of which a contract can be changed by an application (G15.1)."""


def discontinuation_lead(service: Service) -> DiscontinuationLead:
    """How long before its discontinuation a service's customers are told: its own rule, else the general one (G4)."""
    return service.discontinuation_lead or GENERAL.discontinuation_lead


def under(provision: str) -> list[str]:
    """The codes of what a provision declares."""
    return [service.code for service in SERVICES.values() if service.provision == provision]
