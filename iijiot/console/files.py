"""Answers that are files to keep."""

from typing import Any
from urllib.parse import quote


def as_file(answer: Any, name: str, *, plain: str) -> Any:
    """As a file to keep, by a Japanese name and a plain one for old browsers (RFC 6266), never cached or guessed at."""
    answer["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
