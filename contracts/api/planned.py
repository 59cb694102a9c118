"""Plans as they are sent: everything that an act would end, move or lift, each with its clause."""

from typing import Any

from contracts.api.shown import CONTRACT_IDS, SUBSCRIPTION_IDS
from contracts.cascade import Fall
from contracts.ending import Change, EndingPlan
from contracts.models import Contract
from contracts.models.dependency import Subject
from iijiot.api.problems import cited
from iijiot.clauses import Clause


def told(plan: EndingPlan) -> dict[str, Any]:
    """A plan; its fingerprint is sent back to have exactly this carried out."""
    return {
        "fingerprint": plan.fingerprint,
        "changes": [changed(change) for change in plan.changes],
        "kept": [changed(change) for change in plan.kept],
        "effects": [{"on": effect.on, "what": str(effect.what), **cited(effect.clause)} for effect in plan.effects],
        "warnings": [str(warning) for warning in plan.warnings],
        "letters": [{"kind": letter.kind, "subject": letter.subject, "body": letter.body} for letter in plan.letters],
        "further_letters": plan.further_letters,
    }


def changed(change: Change) -> dict[str, Any]:
    """What changes for one contract or subscription."""
    return {
        **named(change.subject),
        "before": end(change.before),
        "after": end(change.after),
        "last_billing_day": change.last_billing_day,
    }


def named(subject: Subject) -> dict[str, str | None]:
    """What ends, by its id."""
    is_contract = isinstance(subject, Contract)
    return {
        "contract": CONTRACT_IDS.of(subject.number) if is_contract else None,
        "external_subscription": None if is_contract else SUBSCRIPTION_IDS.of(subject.number),
    }


def end(fall: Fall | None) -> dict[str, Any] | None:
    """An end: its last day, and the clause that makes it that day."""
    return {"ends_on": fall.on, **cited(Clause(fall.clause))} if fall else None
