"""What people read: the type of it, and sentences with days in them."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.functional import lazy

from iijiot.days import fullday

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = str


def _said(sentence: Words, *parts: Any, **named: Any) -> str:
    shown = [fullday(part) if isinstance(part, date) else part for part in parts]
    return str(sentence).format(
        *shown, **{name: fullday(part) if isinstance(part, date) else part for name, part in named.items()}
    )


said = lazy(_said, str)
"""A sentence with its parts, put together when it is shown: in the reader's language, days as people write them."""
