"""Which column of a table is which: by names in Japanese and English, as senders write them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from iijiot.tables.correcting import ADDED
from iijiot.words import Words

BETWEEN = re.compile(r"[\s\-_・./:：]+|\(.*?\)|［.*?］|\[.*?\]")
DIGITS = re.compile(r"\d{9,}")


@dataclass(frozen=True)
class Column:
    """One thing that a row says: its name here, what it is called, and what senders call it."""

    name: str
    label: Words
    names: tuple[str, ...] = ()
    needed: bool = False
    help: Words = ""
    example: str = ""


@dataclass(frozen=True)
class Found:
    """Where each column stands in a table, and the columns that nobody knows."""

    places: dict[str, int]
    unknown: tuple[str, ...]


def comparable(name: str) -> str:
    """A column's name as it is compared: without blanks, hyphens, and what stands in brackets."""
    return BETWEEN.sub("", unicodedata.normalize("NFKC", name)).casefold()


def find(header: Sequence[str], columns: Sequence[Column]) -> Found:
    """The place of each column. Raises ValidationError, naming all that is wrong, where one is missing or there twice."""
    known = {comparable(name): column for column in columns for name in (*_labels(column), column.name, *column.names)}
    ours = {comparable(name) for name in ADDED}
    places: dict[str, int] = {}
    unknown: list[str] = []
    wrong: list[ValidationError] = []
    for place, name in enumerate(header):
        column = known.get(comparable(name))
        if column is None:
            unknown += [name] if name and comparable(name) not in ours else []
        elif column.name in places:
            wrong.append(_error(_("The column “%(column)s” is there twice."), column=column.label))
        else:
            places[column.name] = place
    if not places and any(DIGITS.search(cell) for cell in header):
        raise _error(_("The first row must hold the names of the columns. Take the template to begin with."))
    wrong += [
        _error(
            _("The column “%(column)s” is missing. Names that are known: %(names)s."),
            column=column.label,
            names="、".join((str(column.label), *column.names)),
        )
        for column in columns
        if column.needed and column.name not in places
    ]
    if wrong:
        raise ValidationError(wrong)
    return Found(places, tuple(unknown))


def _labels(column: Column) -> Iterator[str]:
    """What the column is called in each language: a template may have been taken in another than this."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield str(column.label)


def _error(sentence: Words, **params: object) -> ValidationError:
    return ValidationError(sentence, code="invalid", params=params)
