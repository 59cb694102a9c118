"""Python's search for cycles of garbage, held back while very many values are made that have none and are all needed.

It would go through all of them again and again, for a third of the time; what has no cycle is freed without it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_several = Lock()
_working = 0


@contextmanager
def unsearched() -> Iterator[None]:
    """No search inside; for work of a bounded size, such as a chunk. Any number of threads may be inside at once."""
    global _working
    with _several:
        _working += 1
        gc.disable()
    try:
        yield
    finally:
        with _several:
            _working -= 1
            if not _working:
                gc.enable()
