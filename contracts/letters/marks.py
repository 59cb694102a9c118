"""Texts with marks: what stands in 《 》 is put in once, literally; nothing in a text or a value is ever carried out."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MARK = re.compile(r"《([^《》\n]*)》")
LOOK_ALIKE = re.compile(r"[≪«<＜〈{｛〔\[［]{1,2}([^≪≫«»<>＜＞〈〉{}｛｝〔〕\[\]［］\n]+)[≫»>＞〉}｝〕\]］]{1,2}")
"""What somebody types who does not find the mark's own brackets."""
LINE_ENDS = re.compile(r"[\r\n\v\f\x00\x1c-\x1e\x85\u2028\u2029]+")
"""What some reader takes for the end of a line, and so a header."""
TEXTS = Path(__file__).parent / "texts"
CODE = "G12.2.1"


@dataclass(frozen=True)
class Mark:
    """A place in a letter: its name, what stands there, an invented example, and whether the text may do without it."""

    name: str
    value: Callable[[Any], Any]
    example: str
    needed: bool = False
    block: bool = False
    """Whether it can be of several lines, or of none: then it stands in no subject."""

    @property
    def written(self) -> str:
        """As it stands in a text."""
        return f"《{self.name}》"


@dataclass(frozen=True)
class Letter:
    """A kind of letter: its marks, and the text that holds until staff write their own."""

    kind: str
    marks: tuple[Mark, ...]

    @cached_property
    def subject(self) -> str:
        """The built-in subject: the first line of its file."""
        return self._file.partition("\n")[0]

    @cached_property
    def text(self) -> str:
        """The built-in text."""
        return self._file.partition("\n")[2].strip()

    @cached_property
    def _file(self) -> str:
        return (TEXTS / f"{self.kind}.txt").read_text(encoding="utf-8").strip()

    def values(self, told: Mapping[str, Any]) -> dict[str, str]:
        """What stands at each mark of a letter about this."""
        said = {mark.name: (str(mark.value(told)), mark.block) for mark in self.marks}
        return {name: words if block else in_one_line(words) for name, (words, block) in said.items()}

    def examples(self) -> dict[str, str]:
        """What stands at each mark of an invented letter."""
        return {mark.name: mark.example for mark in self.marks}

    def written(self, subject: str, text: str, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and text with these values."""
        return in_one_line(MARK.sub(lambda found: values.get(found[1], found[0]), subject)), filled(text, values)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its marks replaced in a single pass: a mark inside a value stays what it is.

    A line of marks that are all empty falls out, and of the blank lines around it one.
    """
    kept: list[str] = []
    fell_out = False
    for line in text.split("\n"):
        said = MARK.sub(lambda found: values.get(found[1], found[0]), line)
        blank = not said.strip()
        if blank and line.strip():
            fell_out = True
        elif not (blank and fell_out and kept and not kept[-1].strip()):
            kept.append(said)
            fell_out = fell_out and blank
    return "\n".join(kept).strip()


def in_one_line(words: str) -> str:
    """Words that stand in a mail's header or begin a letter: whatever they hold, they end no line."""
    return LINE_ENDS.sub(" ", words).strip()


def check(letter: Letter, subject: str, text: str) -> None:
    """Raises ValidationError, by field, for a text by which no right letter could be written (G12.2.1)."""
    found = {"subject": _subject_faults(letter, subject), "text": _text_faults(letter, text)}
    if faults := {name: [ValidationError(said, code=CODE) for said in told] for name, told in found.items() if told}:
        raise ValidationError(faults)


def _subject_faults(letter: Letter, subject: str) -> list[str]:
    faults = _mark_faults(letter, subject)
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in subject):
        faults.append(_("The subject is one line, without control characters."))
    blocks = [mark.written for mark in letter.marks if mark.block and mark.written in subject]
    if blocks:
        faults.append(_("These marks can be of several lines and stand in the text alone: %s.") % _listed(blocks))
    return faults


def _text_faults(letter: Letter, text: str) -> list[str]:
    faults = _mark_faults(letter, text)
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") and sign != "\n" for sign in text):
        faults.append(_("Remove the control characters."))
    missing = [mark.written for mark in letter.marks if mark.needed and mark.written not in text]
    if missing:
        faults.append(_("The text must say what stands at these marks; put them in: %s.") % _listed(missing))
    return faults


def _mark_faults(letter: Letter, words: str) -> list[str]:
    known = {mark.name: mark.written for mark in letter.marks}
    faults = []
    if unknown := [f"《{name}》" for name in dict.fromkeys(MARK.findall(words)) if name not in known]:
        faults.append(
            _("This letter does not know %(unknown)s. It knows: %(known)s.")
            % {"unknown": _listed(unknown), "known": _listed(list(known.values()))}
        )
    if re.search("[《》]", MARK.sub("", words)):
        faults.append(_("A mark is not complete: it begins with 《 and ends with 》 in the same line."))
    if meant := [known[name] for name in dict.fromkeys(LOOK_ALIKE.findall(words)) if name in known]:
        faults.append(_("Write the mark with its own brackets: %s.") % _listed(meant))
    return faults


def _listed(marks: Sequence[str]) -> str:
    return "、".join(marks)
