"""Recalling: a customer takes its own termination notice back by itself, until the day before the last day.

Our consent to that is given for all beforehand (Civil Code art. 540); later, and for ends of another origin, staff agree.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts import ending
from contracts.ending import EndingPlan
from contracts.models import Termination
from contracts.models.termination import Origin
from iijiot.rules import RuleViolation, Unmet, refuse_for
from iijiot.words import said


def why_not(termination: Termination, *, today: date) -> list[Unmet]:
    """Why the customer cannot take this end back by itself; empty where it can (G29.1)."""
    try:
        ending.may_be_taken_back(termination, today=today)
    except RuleViolation as violation:
        return list(violation.unmet)
    if termination.origin != Origin.NOTICE:
        return [Unmet(termination.clause_value, _("This end does not come from a notice of yours. Ask us about it."))]
    if termination.effective_on is not None and termination.effective_on <= today:
        sentence = _("The last day, {day}, has come: it could be taken back until the day before. Ask us about it.")
        return [Unmet(termination.clause_value, said(sentence, day=termination.effective_on))]
    return []


def plan_recalling(termination: Termination, *, today: date) -> EndingPlan:
    """What taking it back would lift (G29.1). Raises RuleViolation where the customer cannot do so by itself."""
    refuse_for(why_not(termination, today=today))
    return ending.plan_taking_back(termination, today=today)
