"""Reading JSON that anybody may have written."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class Json(JSONParser):
    """JSON in UTF-8, each name once, without numbers that there are not, and not nested without end."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """What the body says."""
        try:
            return json.loads(stream.read().decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_no_number)
        except RecursionError:
            raise ParseError(_("The body is nested too deeply.")) from None
        except ValueError as wrong:
            raise ParseError(_("The body is no JSON: %(why)s") % {"why": wrong}) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
