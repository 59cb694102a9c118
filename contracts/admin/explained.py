"""Help in plain words: what each kind of record is, and the words of the terms."""

from django.utils.translation import gettext_lazy as _

from iijiot.console.guide import define, explain

explain(
    "contracts.customer",
    _(
        "A company or sole proprietor with whom we have contracts. Its page has everything of it: "
        "contracts and what they rest on, coming dates, notices, and who did what."
    ),
)
explain(
    "contracts.application",
    _(
        "An application for one service. It is screened ground by ground in the order of receipt, "
        "then accepted, which makes the contract, or refused in writing."
    ),
)
explain(
    "contracts.contract",
    _(
        "A contract for one service. It starts on the billing start date, once its conditions are met and what it rests "
        "on is in service; it ends by notice, by the company, or with what it rests on."
    ),
)
explain(
    "contracts.termination",
    _(
        "The end of one contract or subscription: of its own, or caused by another end. "
        "Until it takes effect it can be taken back, and what only it caused is lifted with it."
    ),
)
explain(
    "contracts.externalsubscription",
    _(
        "Something that the customer has under other terms and on which our contracts rest, such as a Private Backbone. "
        "Record its end as soon as it is known: the contracts that rest on it end with it."
    ),
)
explain(
    "contracts.notice",
    _("What we told a customer. A mail leaves by itself; a letter is printed, posted, and recorded as posted."),
)
explain(
    "contracts.managementunit",
    _("What contracts of one customer are managed and invoiced by; every contract belongs to exactly one."),
)
explain(
    "contracts.startcondition",
    _("What the customer must decide or disclose before the contract may start; we set nothing in its place."),
)
define(_("Management unit"), _("The unit that contracts are managed and invoiced by."), "G9.2")
define(_("Billing start date"), _("The day from which monthly fees are owed; set by us."), "G3")
define(_("Termination date"), _("The last day of service; it still counts as a day of use."), "G29.1")
define(
    _("Termination notice"),
    _("Our form, filled in by the customer. Thirty days run from the day after it arrives; a later day may be named."),
    "G29.1",
)
define(
    _("Rests on"),
    _("A contract needs another contract or subscription; where the terms say so it ends with it."),
    "PC5.2",
)
define(_("Option"), _("A part of another contract that is applied for and ended by itself."), "IOT3.1")
define(_("Item"), _("A kind within a service, such as TypeD of Mobile Access."), "MA2")
define(
    _("Cap"),
    _("The most lines or contracts that one customer may have; beyond it an application is accepted in part."),
    "G14.3",
)
define(_("Notice address"), _("Mail sent here counts as given, so it must not be a free-mail address."), "G12.2.1")
define(_("Ground for refusal"), _("One of the reasons for which an application may be refused."), "G14.1")
