"""Plans as they are sent: everything that an act would end, move or lift, each with its clause."""

from typing import Any

from contracts.api.shown import CONTRACT_IDS, SUBSCRIPTION_IDS, TERMINATION_IDS
from contracts.cascade import Fall
from contracts.ending import Change, EndingPlan
from contracts.models import Contract
from contracts.models.dependency import Subject
from iijiot.api.problems import cited
from iijiot.api.schemas import DAY, WHOLE, Answer, Maybe, array, id_of, text
from iijiot.clauses import Clause

CITED = {"clause": text("IOT4"), "citation": text("IIJ IoTサービス 第4条")}
END = Maybe(Answer("End", {"ends_on": DAY, **CITED}))
CHANGE = Answer(
    "EndingChange",
    {
        "contract": Maybe(id_of(CONTRACT_IDS)),
        "external_subscription": Maybe(id_of(SUBSCRIPTION_IDS)),
        "before": END,
        "after": END,
        "last_billing_day": Maybe(DAY),
    },
)
EFFECT = Answer("Effect", {"on": DAY, "what": text("SIMカード10枚の返却期限"), **CITED})
LETTER = Answer("Letter", {"kind": text(), "subject": text(), "body": text()})
PLAN = Answer(
    "EndingPlan",
    {
        "fingerprint": text("9b74c9897bac770ffc029102a200c5de"),
        "changes": array(CHANGE),
        "kept": array(CHANGE),
        "effects": array(EFFECT),
        "warnings": array(text()),
        "letters": array(LETTER),
        "further_letters": WHOLE,
    },
)
ENDED = Answer("Ended", {"termination": Maybe(id_of(TERMINATION_IDS)), "plan": PLAN})


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
