"""Help in plain words: address pools, addresses, devices, care of cards."""

from django.utils.translation import gettext_lazy as _

from iijiot.console.guide import explain

explain(
    "sims.ippool",
    _(
        "A network whose addresses are given to lines: new ones first, then those that came back longest ago and have "
        "rested. Home tells in time which pool is nearly used up."
    ),
)
explain(
    "sims.addressuse",
    _(
        "Which line has, or had, which address, since when and until when. For a warning, look up who had an address at "
        "its moment: it may have moved to another line since."
    ),
)
explain(
    "sims.equipment",
    _(
        "A customer's device on a line, with the reason why it may connect. Where a test was asked for, the line does not "
        "go live before it is passed."
    ),
)
explain(
    "sims.sighting",
    _(
        "A device that was seen on a line and that is neither registered nor designated. Record it as a violation, "
        "register it, or say why it is none."
    ),
)
