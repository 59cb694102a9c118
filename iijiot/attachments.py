"""Answers that are files to keep."""

from typing import Any
from urllib.parse import quote

from django.utils.http import content_disposition_header


def as_file(answer: Any, name: str, *, plain: str = "") -> Any:
    """As a file to keep, never cached or guessed at; a Japanese name has a plain one beside it (RFC 6266)."""
    both = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    answer["Content-Disposition"] = both if plain else content_disposition_header(True, name)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
