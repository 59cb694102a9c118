"""What of a customer can be disclosed, on which ground, to whom, and under which clause. Data alone."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Information(TextChoices):
    """What is disclosed."""

    COMMUNICATIONS = "communications", _("Communication records")
    USAGE = "usage", _("That the service is used, and how")
    PERSONAL = "personal", _("Personal information")
    SECRET = "secret", _("Trade secret of the customer")
    DOCUMENT = "document", _("Information that is no trade secret")
    SETTINGS = "settings", _("Settings of a communication environment")
    DETECTED = "detected", _("Detected logs (source address, port, time)")
    DESTINATIONS = "destinations", _("Destination data (destination address, port, time)")
    STATISTIC = "statistic", _("Statistic that identifies nobody")


class Ground(TextChoices):
    """Why it may be disclosed."""

    CONSENT = "consent", _("Consent of the customer")
    BUSINESS = "business", _("Needed for the business, such as subcontracting")
    LAW = "law", _("Request under law")
    PROVIDER_LIABILITY = "provider-liability", _("Request under the provider liability act")
    PROPOSALS = "proposals", _("Proposals by a subsidiary")
    CONNECTION = "connection", _("Interconnection with another customer")
    NONE_NEEDED = "none-needed", _("No ground is needed")


class Standing(TextChoices):
    """What somebody is to the company who is given information."""

    SUBSIDIARY = "subsidiary", _("Subsidiary")
    PROCESSOR = "processor", _("Processor of personal information")
    SUBCONTRACTOR = "subcontractor", _("Subcontractor")
    AUTHORITY = "authority", _("Authority or court")
    ASSOCIATION = "association", _("Certified association against attacks")
    OTHER = "other", _("Other")


class Scope(TextChoices):
    """Whom a disclosure concerns."""

    LISTED = "listed", _("Only what is listed")
    CUSTOMER = "customer", _("Everything of this kind of this customer")
    ALL = "all", _("All customers")


SECRECY: Mapping[str, str] = {
    Ground.CONSENT: "G38.2",
    Ground.BUSINESS: "G38.2",
    Ground.LAW: "G38.2",
    Ground.PROVIDER_LIABILITY: "G40.4",
}

GROUNDS: Mapping[str, Mapping[str, str]] = {
    Information.COMMUNICATIONS: SECRECY,
    Information.USAGE: {**SECRECY, Ground.PROPOSALS: "G38.4"},
    Information.PERSONAL: {
        Ground.CONSENT: "G40.3",
        Ground.BUSINESS: "G40.3",
        Ground.LAW: "G40.4",
        Ground.PROVIDER_LIABILITY: "G40.4",
    },
    Information.SECRET: {Ground.CONSENT: "G39.2", Ground.BUSINESS: "G39.2", Ground.LAW: "G39.2"},
    Information.DOCUMENT: {Ground.NONE_NEEDED: "G39.1"},
    Information.SETTINGS: {Ground.CONNECTION: "G41"},
    Information.DETECTED: {Ground.CONSENT: "G46.1"},
    Information.DESTINATIONS: {Ground.CONSENT: "G46.2"},
    Information.STATISTIC: {Ground.NONE_NEEDED: "G38.2"},
}
"""For each kind of information the grounds that there are, each with its clause."""

FOR_LACK: Mapping[str, str] = {
    Information.PERSONAL: "G40.3",
    Information.SECRET: "G39.2",
    Information.DOCUMENT: "G39.1",
    Information.SETTINGS: "G41",
    Information.DETECTED: "G46.1",
    Information.DESTINATIONS: "G46.2",
}
"""The clause that is cited where a ground is missing; of what is not named, the secrecy of communications (G38.2)."""

BY_REQUEST = (Ground.LAW, Ground.PROVIDER_LIABILITY)
"""Grounds that somebody outside asks for: by name, and for somebody by name."""

TO: Mapping[str, tuple[str, ...]] = {
    Ground.BUSINESS: (Standing.PROCESSOR, Standing.SUBCONTRACTOR),
    Ground.LAW: (Standing.AUTHORITY,),
    Ground.PROPOSALS: (Standing.SUBSIDIARY,),
}
"""The grounds that hold for some recipients only."""

TO_THE_ASSOCIATION = (Information.DETECTED, Information.DESTINATIONS)
"""What goes to the certified association alone."""

OF_ITS_OWN = (Information.DOCUMENT, Information.SETTINGS, Information.STATISTIC)
"""What is disclosed by a dialog of its own."""
