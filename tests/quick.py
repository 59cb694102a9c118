"""How long an answer may take, on a machine that may be busy with other tests."""

import time
from collections.abc import Callable
from typing import Any

TRIES = 3


def quick(ask: Callable[[], Any], name: str, *, seconds: float = 1.0) -> Any:
    """What is answered within so many seconds; what is slow is asked again, for a slow page is slow each time."""
    took = []
    for _try in range(TRIES):
        began = time.monotonic()
        answer = ask()
        took.append(time.monotonic() - began)
        if took[-1] < seconds:
            return answer
    raise AssertionError(f"{name}: {', '.join(f'{one:.1f}' for one in took)} s, at most {seconds:.1f}")
