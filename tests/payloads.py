"""Marks that would run a script if a page took them for more than text, and a world that is full of them (X37)."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.db import DataError, IntegrityError, ProgrammingError, models, transaction

from iijiot.actors import Actor, ActorKind
from iijiot.bulk import bulk_change
from iijiot.records import RecordedModel, chapter
from tests.recorder import recorded_models

CALL = "xss()"
PAYLOADS = (
    f'"><script>{CALL}</script>',
    f"<img src=x onerror={CALL}>",
    f"';{CALL};//",
    f"javascript:{CALL}",
    f"</title><svg/onload={CALL}>",
    "{{" + CALL + "}}${" + CALL + "}",
)
"""For text and attributes, scripts, addresses, elements that hold text only, templates of scripts."""
ALL_OF_THEM = " ".join(PAYLOADS)
INTRUDER = Actor(ActorKind.STAFF, ALL_OF_THEM)
CODES = {
    "act", "clause", "code", "ends_under", "fingerprint", "form", "ground", "item", "number", "password", "permission",
    "register", "step",
}  # fmt: skip
"""Names of fields that hold what the software itself writes; a page with anything else there does not come about."""
OURS = ("iijiot", "contracts", "sims", "billing")
ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "srcset"}
SCRIPTS = ("on", "x-", "@", ":")
"""How attributes begin that hold scripts, the theme's own among them."""


def text_fields(model: type[RecordedModel]) -> Iterator[Any]:
    """The fields of a model that hold what somebody typed."""
    states = model.fsm_fields()
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and field.name not in states and field.name not in CODES:
            yield field


def fill_the_world() -> tuple[int, list[str]]:
    """Put marks into every text of every record there is, and into its history; how many, and what took none.

    A long field gets all of them, of a short one each row another. What the database refuses stays as it was.
    """
    filled, left = 0, []
    for model in recorded_models():
        if model._meta.app_label not in OURS:
            continue
        rows = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        for place, field in enumerate(text_fields(model)):
            for turn, pk in enumerate(rows):
                long = field.max_length is None or field.max_length >= len(ALL_OF_THEM)
                mark = ALL_OF_THEM if long else PAYLOADS[(place + turn) % len(PAYLOADS)]
                if put(model, pk, field.name, mark):
                    filled += 1
                else:
                    left.append(f"{model.__name__}.{field.name}")
    return filled, left


def put(model: type[RecordedModel], pk: Any, name: str, mark: str) -> bool:
    """Store a mark past every form and validator, as an older fault would have."""
    try:
        with transaction.atomic(), chapter(actor=INTRUDER, reason=ALL_OF_THEM):
            bulk_change(model._base_manager.filter(pk=pk), {name: mark}, releasing=[name])
    except (DataError, IntegrityError, ProgrammingError):
        return False
    return True


class Reader(HTMLParser):
    """Reads a page as a browser does, and keeps what of it would run, and what of it is text."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []
        self.text: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """An element that a mark has opened, or an attribute in which it would run."""
        given = {name: value or "" for name, value in attrs}
        if any(name.startswith("on") and CALL in value for name, value in given.items()):
            self.live.append(f"<{tag}> with a handler")
        for name, value in given.items():
            if name in ADDRESSES and "".join(value.split()).lower().startswith("javascript:"):
                self.live.append(f"<{tag} {name}={value[:60]}>")
            if name.startswith(SCRIPTS) and CALL in value:
                self.live.append(f"<{tag} {name}={value[:60]}>")
        if tag in ("script", "style"):
            self.inside = "" if given.get("type") == "application/json" else tag

    def handle_endtag(self, tag: str) -> None:
        """The script is over."""
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        """Text, or the inside of a script."""
        if self.inside and CALL in data:
            self.live.append(f"in <{self.inside}>: {data[:60]}")
        elif not self.inside:
            self.text.append(data)


def read(page: str) -> Reader:
    """A page, read."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader
