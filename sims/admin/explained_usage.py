"""Help in plain words: usage, throttles and blocks."""

from django.utils.translation import gettext_lazy as _

from iijiot.console.guide import define, explain

explain(
    "sims.networkpolicy",
    _(
        "What the network does with a line beside its service. A throttle comes and goes by the clock, by a policy; "
        "a block is set by staff on a ground and lifted by them or on its day. Neither changes the state of the line."
    ),
)
explain(
    "sims.throttlepolicy",
    _(
        "How much in how many days is too much, and how slow it then gets for how long. A version never changes: "
        "add a new one from a day on. An old throttle always leads to the version by which it came."
    ),
)
define(
    _("Throttle"),
    _("A slower line for some days after a volume over the threshold; nobody is told beforehand."),
    "MA15.2",
)
define(_("Block"), _("A line that the network lets in no more, on a ground; fees go on."), "MA10.1")
