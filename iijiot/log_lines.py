"""Lines of the log: one JSON object each, with the time and its zone, who acts and the number of the request."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from iijiot import request_ids

NOBODY = "-"

_actor: ContextVar[str] = ContextVar("actor of the log", default=NOBODY)


def known(mark: str) -> None:
    """Whoever is behind the request is known from here to its end."""
    _actor.set(mark)


@contextmanager
def by(mark: str) -> Iterator[None]:
    """Who acts, where nobody is known to be behind it: a step of the daily run, a command."""
    token = _actor.set(mark) if _actor.get() == NOBODY else None
    try:
        yield
    finally:
        if token:
            _actor.reset(token)


class Stamp(logging.Filter):
    """Puts into each record who acts and the number of the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id, record.actor = request_ids.current(), _actor.get()
        return True


class Unquoted(logging.Filter):
    """Leaves out of gunicorn's lines what they quote of a request: its address or a header may have a secret."""

    QUOTING = ("Invalid request from ip", "Error handling request")

    def filter(self, record: logging.LogRecord) -> bool:
        """Let it through, without the quotation."""
        if start := next((words for words in self.QUOTING if str(record.msg).startswith(words)), None):
            record.msg, record.args = start, None
        return True


class JsonLines(logging.Formatter):
    """A record as one line of JSON; what a call to the log gave as `told` are members of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Whatever is not ASCII is escaped, so that no sign breaks it."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "request_id": getattr(record, "request_id", request_ids.NONE),
            "actor": getattr(record, "actor", NOBODY),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


FORMATTERS: dict[str, dict[str, Any]] = {
    "json": {"()": JsonLines},
    "text": {"format": "%(asctime)s %(levelname)s %(request_id)s %(name)s: %(message)s"},
}
"""Lines for machines, and for people."""
