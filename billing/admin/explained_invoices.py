"""Help in plain words: invoices, billing runs, what is set aside, exemptions."""

from django.utils.translation import gettext_lazy as _

from iijiot.console.guide import define, explain

explain(
    "billing.billingrun",
    _(
        "The closing of one month: every management unit gets its one document, or is set aside with the cause. Close the "
        "month, look at the statement and at what was set aside, compute once more, then issue the drafts."
    ),
)
explain(
    "billing.invoice",
    _(
        "An invoice, credit note or statement of a management unit for a month. A draft can be discarded and computed anew; "
        "once issued it never changes, and what turns out wrong is charged or credited on a later document."
    ),
)
explain(
    "billing.setaside",
    _(
        "A management unit that a run did not bill, and why. Mend the cause, or let through what is only large; the next "
        "round of the run makes its invoice."
    ),
)
explain(
    "billing.exemption",
    _(
        "A customer who gets no invoice or no reminder for a while, decided by a supervisor with a reason. What is owed "
        "stays owed, and it ends by itself on its last day."
    ),
)
define(
    _("Credit note"),
    _("Lessens an invoice that was issued; with the invoice it says what is owed. Its tax follows the invoice's rate."),
    "G30.1",
)
define(
    _("Statement of zero yen"),
    _("Tells a management unit of which contracts run what they cost in a month in which nothing is to be paid."),
    "G30.2",
)
define(_("Late charge"), _("What is owed for paying later than ten days after the due day; without tax."), "G35.1")
define(
    _("Effective due day"),
    _("The last day of the month after, or the banks' next working day; it lies two weeks after the issue at least."),
    "G33",
)
