"""What letters are about, for looking at every kind of them: everything that can be typed is this text."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from contracts.letters import LETTERS
from iijiot.clock import TOKYO

KINDS = sorted(LETTERS)

PAYLOADS = (
    "{{ x.__class__ }}",
    "{x.__init__}",
    '#read("/etc/passwd")',
    "{% now 'Y' %}",
    "<script>alert(1)</script>",
    "$x^2$ *b* _i_ @ref <lbl>",
    "%(name)s %s ${name} \\u{41}",
    '"quoted" -- ... // no comment',
)
"""What template languages, typesetters and browsers would carry out."""


class Typed(str):
    """Anything that a letter may name, hostile wherever it is text; days where it is a day."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name.endswith("_at"):
            return datetime(2026, 11, 25, 9, 30, tzinfo=TOKYO)
        return date(2026, 11, 25) if name.endswith(("_on", "_day", "_from")) or name == "on" else Typed(self)

    def __call__(self) -> "Typed":
        return self


NAMES = (
    "application", "change", "clause", "contract", "customer", "plan", "predecessor", "source", "suspension", "base",
    "card", "company", "incident", "line", "report",
)  # fmt: skip


def told(kind: str, typed: str) -> dict[str, Any]:
    """What a letter of this kind is about."""
    text = Typed(typed)
    about: dict[str, Any] = dict.fromkeys(NAMES, text)
    about |= {"told": [text] if kind == "refused" else text, "told_end": date(2026, 11, 25)}
    about |= {"cards": [text], "many": 2, "days": 31}
    about |= {"invoice": billed(text)}
    about |= {"fees": [text], "changes": [text]}
    about |= {"debts": [text], "sum": "110,000", "accrued": "2,200", "warns": True}
    about |= {"reached_on": date(2026, 11, 25), "reached": [(90, 2, [text, text])]}
    return about | {"effective_on": date(2026, 11, 25), "documents": [text], "contracts": [text]}


def billed(text: Typed) -> Any:
    """A document of which everything that can be typed is this text."""
    return SimpleNamespace(
        number=text, management_unit=text, month=date(2026, 11, 1), total=110_000, due_on=date(2027, 1, 4), method="transfer",
        corrects=text,
    )  # fmt: skip


def squeezed(text: str) -> str:
    """A text without blanks and line ends, which a typesetter may move."""
    return "".join(text.split())
