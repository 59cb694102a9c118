"""A number for each request: on the failure page, in the answer's header and in every line of the log."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-ID"
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is mistaken for another when read out on the telephone

NONE = "-"

_current: ContextVar[str] = ContextVar("request_id", default=NONE)


def current() -> str:
    """The number of the request that is being answered; "-" outside of one."""
    return _current.get()


def begin() -> str:
    """Give the request that begins now a number of its own; one that came from outside is never taken."""
    drawn = "".join(secrets.choice(LETTERS) for _letter in range(8))
    number = f"{drawn[:4]}-{drawn[4:]}"
    _current.set(number)
    return number


def end() -> None:
    """No request is being answered any more."""
    _current.set(NONE)


@contextmanager
def of(number: str) -> Iterator[None]:
    """Work that a request has begun and that a job goes on with: it has the same number."""
    token = _current.set(number or NONE)
    try:
        yield
    finally:
        _current.reset(token)
