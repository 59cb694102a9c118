"""What must hold of a contract before it can start, change or be ended by notice."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from iijiot.clauses import Clause
from iijiot.rules import rule
from iijiot.words import said


@rule(
    lambda contract: next((c.clause_value for c in contract.open_conditions()[:1]), Clause("G3")),  # met meanwhile
    lambda contract: said(
        _("Complete the checklist first. Open: {conditions}."),
        conditions="、".join(str(condition) for condition in contract.open_conditions()),
    ),
    helps="meet-condition",
)
def conditions_met(contract: Any) -> bool:
    """Everything that the customer must do beforehand is done, or an approver has waived it (PC4, WPC4, IOT3.5)."""
    return bool(contract.conditions_waived) or not contract.open_conditions().exists()


@rule(
    "G18.1",
    _("The customer has died. The contract waits until an heir takes over or the two weeks are over."),
    helps=lambda contract: contract.customer.deaths.open(),
)
def nobody_has_died(contract: Any) -> bool:
    """No death waits for heirs: until then nothing else happens to the contracts (G18.1)."""
    return contract.customer.kind != "sole-proprietor" or not contract.customer.deaths.open().exists()


@rule("G3", _("Set the billing start date first."), helps="set-start")
def start_is_set(contract: Any) -> bool:
    """The company has set the billing start date (G3)."""
    return contract.billing_starts_on is not None


@rule(
    lambda contract: contract.service.eligibility.said_by,
    lambda contract: said(
        _("What it rests on must be active on the billing start date. Not active: {bases}."),
        bases="、".join(str(d.base) for d in contract.idle_dependencies(contract.billing_starts_on)),
    ),
    helps=lambda contract: [d.base for d in contract.idle_dependencies(contract.billing_starts_on)],
)
def rests_on_active(contract: Any) -> bool:
    """Everything that the contract rests on is in service on the billing start date."""
    return contract.billing_starts_on is None or not contract.idle_dependencies(contract.billing_starts_on)


@rule(
    "G29.1",
    _(
        "The contract is protected against termination. Switch the protection off first; a notice then counts from its arrival."
    ),
    helps="unprotect",
)
def not_protected(contract: Any) -> bool:
    """Nobody has protected the contract against being ended by notice."""
    return not contract.protected


@rule("G29.1", _("The contract is protected already."))
def may_be_protected(contract: Any) -> bool:
    """Nobody has protected the contract yet."""
    return not contract.protected


@rule("G29.1", _("The contract is not protected."))
def is_protected(contract: Any) -> bool:
    """Somebody has protected the contract."""
    return bool(contract.protected)


@rule("G15.1", _("This service has no lines that could be changed. Everything else is a new application."))
def counts_lines(contract: Any) -> bool:
    """Its provision lets the number of lines be changed (MA8.1)."""
    return contract.service.changes_under is not None
