"""Devices on lines: registered with the reason why they may connect, tested where asked, seen without being known (MA7)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import Violation
from contracts.models.violation import Breach
from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_change, bulk_insert, bulk_transition
from iijiot.clauses import Clause
from iijiot.records import chapter, citing, locked
from iijiot.rules import Unmet, refuse, refuse_for
from iijiot.words import said
from sims.identifiers import clean_imei, whole_imei
from sims.models import DesignatedDevice, Equipment, Line, Sighting
from sims.models.device import Basis

UNKNOWN = """
SELECT DISTINCT line.id AS line_id, seen.imei, seen.day
FROM (SELECT unnest(%s::bigint[]) AS line_id, unnest(%s::text[]) AS imei, %s::date AS day) AS seen
JOIN sims_line line ON line.id = seen.line_id
WHERE NOT EXISTS (
    SELECT FROM sims_designateddevice listed WHERE listed.is_listed AND listed.tac = left(seen.imei, 8)
) AND NOT EXISTS (
    SELECT FROM sims_equipment known JOIN sims_line its ON its.id = known.line_id
    WHERE known.imei = seen.imei AND known.state <> 'retired' AND its.contract_id = line.contract_id
) AND NOT EXISTS (
    SELECT FROM sims_sighting before LEFT JOIN contracts_violation violation ON violation.id = before.violation_id
    WHERE before.line_id = line.id AND before.imei = seen.imei
    AND (before.state IN ('open', 'dismissed') OR violation.state = 'open')
)
"""
"""Devices that may not connect as far as we know, and of which nobody was told yet."""


def why_no_device(line: Line) -> list[Unmet]:
    """Why no device can be registered on a line; empty where one can."""
    if str(line.state) != "ended":
        return []
    return [Unmet(Clause("MA7"), _("The line has ended. Register the device on the line that it is used on now."))]


def register(line: Line, *, on: date, actor: Actor, **device: Any) -> Equipment:
    """Register a device on a line: `imei`, `maker`, `name`, `basis`, `mark` (MA7).

    Raises RuleViolation where the line has ended, or the device is called designated and its IMEI is not on the list.
    """
    with chapter(actor=actor, clause="MA7"), locked(line) as (held,):
        refuse_for(why_no_device(held))
        made = Equipment(line=held, registered_on=on, **{**device, "imei": _imei(device.get("imei", ""))})
        if made.basis == Basis.DESIGNATED and not DesignatedDevice.objects.of_imei(made.imei).exists():
            raise refuse(
                "MA7",
                said(
                    _("No designated device has an IMEI that begins with {tac}. Look at the list."), tac=made.imei[:8]
                ),
            )
        made.save()
    return made


def _imei(typed: str) -> str:
    return clean_imei(typed) if typed else ""


def ask_test(device: Equipment, *, due_on: date, today: date, actor: Actor, reason: str = "") -> None:
    """Ask for a test and its report by a day; until it is passed the line does not go live (MA7)."""
    with chapter(actor=actor, reason=reason, clause="MA7"), locked(device) as (held,):
        held.ask_test(due_on, today)
        held.save()


def record_test(device: Equipment, *, passed: bool, on: date, report: str, actor: Actor) -> None:
    """Record what the report says (MA7)."""
    with chapter(actor=actor, reason=report, clause="MA7"), locked(device) as (held,):
        if passed:
            held.pass_test(on, report)
        else:
            held.fail_test(on, report)
        held.save()


def retire(device: Equipment, *, on: date, actor: Actor, reason: str = "") -> None:
    """Record that it is used on the line no more (MA7)."""
    with chapter(actor=actor, reason=reason, clause="MA7"), locked(device) as (held,):
        held.retire(on)
        held.save()


WITH_ITS_LINE = Computed(
    "GREATEST(registered_on, (SELECT line.ends_on FROM sims_line line WHERE line.id = sims_equipment.line_id))"
)


def retire_left_behind(ids: Sequence[int]) -> None:
    """Retire devices whose lines have ended, inside the open act: their IMEIs can be registered elsewhere (MA7)."""
    bulk_transition(Equipment.objects.left_behind().among(ids), "retire", {"retired_on": WITH_ITS_LINE})


def sighted(pairs: Iterable[tuple[int, str]], *, on: date) -> int:
    """Take in which devices were seen on which lines on a day, set-based, inside the open act (MA15.1).

    `pairs` are keys of lines and IMEIs of 14 to 16 digits; what is none is passed over. Each device that is neither
    designated nor registered on its contract makes one proposal; returns how many were made.
    """
    seen = sorted({(line, whole) for line, imei in pairs if (whole := whole_imei(imei))})
    if not seen:
        return 0
    lines, imeis = [line for line, _imei in seen], [imei for _line, imei in seen]
    with citing("MA15.1"):
        again = Sighting.objects.open().of_pairs(lines, imeis).seen_before(on)
        pairs_seen = set(seen)
        ids = [pk for pk, line, imei in again.values_list("pk", "line", "imei") if (line, imei) in pairs_seen]
        bulk_change(Sighting.objects.among(ids), {"last_seen_on": on})
        return bulk_insert(
            Sighting,
            {
                "line": "line_id",
                "imei": "imei",
                "first_seen_on": "day",
                "last_seen_on": "day",
                "violation": "NULL",
                "outcome": "''",
                "state": "'open'",
            },
            UNKNOWN,
            [lines, imeis, on],
        )


def record_violation(sighting: Sighting, *, what: str, on: date, actor: Actor) -> Violation:
    """Record that a device was used that may not connect (MA15.1)."""
    contract = sighting.line.contract
    with chapter(actor=actor, reason=what, clause="MA15.1"), locked(sighting) as (held,):
        made = Violation(customer=contract.customer, contract=contract, breach=Breach.DEVICE, found_on=on, what=what)
        made.save()
        held.record_violation(made)
        held.save()
    return made


def register_seen(sighting: Sighting, *, on: date, actor: Actor, **device: Any) -> Equipment:
    """Register the device that was seen: it may connect (MA7)."""
    with chapter(actor=actor, clause="MA7"), locked(sighting.line, sighting) as (line, held):
        held.register()
        held.save()
        return register(line, on=on, actor=actor, imei=held.imei, **device)


def dismiss(sighting: Sighting, *, because: str, actor: Actor) -> None:
    """Record why it is no violation; this device on this line is not proposed again (MA15.1)."""
    with chapter(actor=actor, reason=because, clause="MA15.1"), locked(sighting) as (held,):
        held.dismiss(because)
        held.save()
