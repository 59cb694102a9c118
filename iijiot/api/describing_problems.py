"""What the description says of problems, of the headers of answers, and of how to be let in."""

from collections.abc import Iterator, Mapping
from typing import Any

from drf_spectacular.plumbing import ResolvedComponent

from iijiot.api.middleware import CORRELATOR
from iijiot.api.problems import KINDS, MEDIA_TYPE, Kind, document
from iijiot.api.schemas import Answer, Schema, Schemas, array, text
from iijiot.api.scopes import scopes
from iijiot.clauses import Clause

CLAUSE, CITATION = text("IOT4"), text("IIJ IoTサービス 第4条")
CITED: Mapping[str, Schema] = {"clause": CLAUSE, "citation": CITATION}
ERROR = Answer(
    "FieldError", {"field": text("named_on"), "code": text("invalid"), "message": text(), **CITED}, frozenset(CITED)
)
REASON = Answer("Reason", {**CITED, "remedy": text()})
PROBLEM = Answer(
    "Problem",
    {
        "type": text("/api/v1/problems/not-found", format="uri-reference"),
        "title": text(),
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "enum": list(KINDS)},
        "detail": text(),
        "request_id": text(),
        **CITED,
        "errors": array(ERROR),
        "reasons": array(REASON),
        "scope": text("contracts:read"),
        "fingerprint": text(),
    },
    frozenset({*CITED, "errors", "reasons", "scope", "fingerprint"}),
)
HEADERS: Mapping[str, tuple[Schema, str]] = {
    "X-Request-ID": (text("3f1f6e0d9a2c4b5e"), "What to name when you ask us."),
    CORRELATOR: (text(), "What you sent."),
    "ETag": (text('"contract-12"'), "The version of the record, for If-Match."),
    "Idempotent-Replayed": (text("true"), "This is the answer that was given before."),
    "Retry-After": ({"type": "integer", "minimum": 0, "examples": [1]}, "Seconds to wait before the next try."),
    "WWW-Authenticate": (text(), "What is missing (RFC 6750)."),
}
ALWAYS = ("X-Request-ID",)
EXTRA: Mapping[str, Mapping[str, Any]] = {
    "invalid": {"errors": [{"field": "named_on", "code": "invalid", "message": "Give a day as in 2026-12-25."}]},
    "scope-missing": {"scope": "contracts:read"},
    "plan-changed": {"fingerprint": "9b74c9897bac770ffc029102a200c5de"},
}
REASONED = ("rule-violated", "illegal-transition")
WITH_HEADER = {401: "WWW-Authenticate", 403: "WWW-Authenticate", 409: "Retry-After", 429: "Retry-After"}
READING, ACTING = (400, 401, 403, 406, 429), (409, 412, 413, 415, 422, 428)
REQUEST_ID = "3f1f6e0d9a2c4b5e"


def statuses(*, acts: bool, names_one: bool) -> Iterator[int]:
    """The problems that an operation can answer with."""
    yield from READING
    if names_one:
        yield 404
    if acts:
        yield from ACTING


def response(schemas: Schemas, status: int) -> Schema:
    """The component for all problems of one status, with an example of each."""
    kinds = [kind for kind in KINDS.values() if kind.status == status]

    def make() -> Schema:
        headers = [*ALWAYS, CORRELATOR, *([WITH_HEADER[status]] if status in WITH_HEADER else [])]
        return {
            "description": " / ".join(str(kind.title) for kind in kinds),
            "headers": {name: header(schemas, name) for name in headers},
            "content": {
                MEDIA_TYPE: {
                    "schema": schemas.of(PROBLEM),
                    "examples": {kind.code: {"summary": str(kind.title), "value": example(kind)} for kind in kinds},
                }
            },
        }

    return schemas.component(f"Problem{status}", make, ResolvedComponent.RESPONSE)


def example(kind: Kind) -> dict[str, Any]:
    """A problem as it can be answered."""
    members = dict(EXTRA.get(kind.code, {}))
    if kind.code in REASONED:
        clause = Clause("IOT4")
        cited = {"clause": clause.id, "citation": clause.citation}
        members |= {
            **cited,
            "reasons": [{**cited, "remedy": "A termination notice stands already. Take it back first."}],
        }
    return {**document(kind.code, **members), "request_id": REQUEST_ID}


def header(schemas: Schemas, name: str) -> Schema:
    """A reference to a header."""
    schema, words = HEADERS[name]
    told = {"description": words, "schema": schema, "required": name in ALWAYS}
    return schemas.component(name, lambda: told, "headers")


def headers_with(version: bool, method: str) -> list[str]:
    """The headers of an answer that is no problem."""
    acted = ["Idempotent-Replayed"] if method not in ("", "GET") else []
    return [*ALWAYS, CORRELATOR, *(["ETag"] if version else []), *acted]


def security() -> dict[str, Any]:
    """How to be let in: client credentials, a scope for each resource and verb."""
    words = {name: str(scope.what) for name, scope in sorted(scopes().items())}
    flow = {"tokenUrl": "/api/v1/oauth/token", "scopes": words}
    return {"oauth2": {"type": "oauth2", "flows": {"clientCredentials": flow}}}
