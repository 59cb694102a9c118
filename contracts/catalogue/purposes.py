"""What information of customers is used for, and what a customer has a say in. Data, in the order of the terms."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from iijiot.clauses import Clause
from iijiot.words import Words


class Say(StrEnum):
    """What a customer can say about a use."""

    NOTHING = "nothing"
    STOPS = "stops"
    CONSENTS = "consents"


@dataclass(frozen=True)
class Purpose:
    """One use; by itself, until the customer stops it, or once the customer has consented to just that."""

    code: str
    words: Words
    clause: Clause
    say: Say = Say.NOTHING

    @property
    def by_default(self) -> bool:
        """Whether it is allowed while the customer has said nothing."""
        return self.say != Say.CONSENTS


PROPOSALS = Purpose("proposals", _("Sharing with subsidiaries for proposals"), Clause("G38.4"), Say.STOPS)
PROVIDING = Purpose("providing", _("Providing the service, with its notices"), Clause("G40.2.1"))
IMPROVING = Purpose("improving", _("Surveys and their analysis"), Clause("G40.2.2"))
MARKETING = Purpose("marketing", _("Information on products and services"), Clause("G40.2.3"), Say.STOPS)
RELATED = Purpose("related", _("Work that goes with these"), Clause("G40.2.4"))
FURTHER = Purpose("further", _("Further use, as consented to"), Clause("G40.2.5"), Say.CONSENTS)
BY_LAW = Purpose("by-law", _("Answering a request under law"), Clause("G40.4"))
DETECTED_LOGS = Purpose(
    "detected-logs", _("Detected logs to the association, against attacks"), Clause("G46.1"), Say.CONSENTS
)
RESEARCH = Purpose(
    "research", _("Detection and destination data to the association, for research"), Clause("G46.2"), Say.CONSENTS
)
DNS_BLOCKING = Purpose("dns-blocking", _("Detection and blocking by DNS"), Clause("G46.4"), Say.STOPS)
ANALYSIS = Purpose("analysis", _("Analysis against attacks"), Clause("G46.5"))

PURPOSES: dict[str, Purpose] = {
    purpose.code: purpose
    for purpose in [
        PROPOSALS,
        PROVIDING,
        IMPROVING,
        MARKETING,
        RELATED,
        FURTHER,
        BY_LAW,
        DETECTED_LOGS,
        RESEARCH,
        DNS_BLOCKING,
        ANALYSIS,
    ]
}

SAID: dict[str, Purpose] = {code: purpose for code, purpose in PURPOSES.items() if purpose.say != Say.NOTHING}
"""Those in which the customer has a say."""

IN_PLAIN_WORDS: dict[str, Words] = {
    PROPOSALS.code: _(
        "How much you use may be told to companies of our group, so that they can propose services to you. "
        "You can stop this; your contracts go on as they are."
    ),
    MARKETING.code: _(
        "We may write to you about products and services. You can stop this and take it up again; "
        "notices about your contracts come all the same."
    ),
    FURTHER.code: _("We may use your personal information further than the terms say, if you allow it."),
    DETECTED_LOGS.code: _(
        "Where an attack is found on your lines, we may hand its address, port and time to the association that fights it, "
        "if you allow it. Without your consent we do not."
    ),
    RESEARCH.code: _(
        "We may detect data of attacks and where they go, and give them to the association for research, if you allow it. "
        "This is a consent of its own beside the other one."
    ),
    DNS_BLOCKING.code: _(
        "Connections to known control servers of attacks are detected and blocked when names are looked up. "
        "You can switch this off and on at any time."
    ),
}
"""What each of these means, as customers are told it before they say anything."""
