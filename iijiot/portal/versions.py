"""A form saved over what somebody else has saved since it was opened: refused once, with both shown (X11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from iijiot.plans import fingerprint
from iijiot.words import Words

NAME = "seen"


@dataclass(frozen=True)
class Newer:
    """One field that says something else now than when the form was opened."""

    label: Words
    now: Words
    typed: Words


def marked(form: Any, stands: Mapping[str, Any]) -> Any:
    """The form with what it shows, so that it can be told later whether that is still what stands."""
    form.fields[NAME] = forms.CharField(required=False, widget=forms.HiddenInput, initial=_version(stands))
    return form


def newer(form: Any, stands: Mapping[str, Any]) -> list[Newer]:
    """What stands now beside what was typed, where the form was opened before it came to stand."""
    seen = form.data.get(NAME, "")
    if not seen or seen == _version(stands):
        return []
    shown = [(form[name], value) for name, value in stands.items()]
    return [
        Newer(field.label, _told(field, value), _told(field, field.value()))
        for field, value in shown
        if str(field.value() or "") != str(value or "")
    ]


def renewed(form: Any, stands: Mapping[str, Any]) -> Any:
    """The form as it was typed, now opened on what stands: sent once more it is meant."""
    form.data = form.data.copy()
    form.data[NAME] = _version(stands)
    return form


def _version(stands: Mapping[str, Any]) -> str:
    return fingerprint(sorted((name, str(value)) for name, value in stands.items()))


def _told(field: Any, value: Any) -> Words:
    choices = dict(getattr(field.field, "choices", ()))
    found: Words = choices.get(value, value)
    return found if found not in (None, "") else "—"
