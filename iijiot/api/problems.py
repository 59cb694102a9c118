"""Problem documents (RFC 9457): what went wrong, in the caller's language, with a code that a program can go by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from iijiot import request_ids
from iijiot.clauses import Clause
from iijiot.rules import NotInThisState, RuleViolation, Unmet
from iijiot.words import Words

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems/"
"""Below this address each kind of problem is explained."""
LONGEST_SCALAR = 200


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its code never changes, its status neither."""

    code: str
    status: int
    title: Words


KINDS = {
    kind.code: kind
    for kind in (
        Kind("malformed", 400, _("The request could not be read.")),
        Kind("invalid", 400, _("Some values are missing or wrong.")),
        Kind("unauthenticated", 401, _("The access token is missing, wrong, expired or revoked.")),
        Kind("https-required", 403, _("This is answered over HTTPS alone.")),
        Kind("scope-missing", 403, _("The access token lacks the scope that this needs.")),
        Kind("forbidden", 403, _("This is not allowed for this client.")),
        Kind("not-found", 404, _("There is no such thing, or not for this client.")),
        Kind("method-not-allowed", 405, _("This address does not take this method.")),
        Kind("not-acceptable", 406, _("The answer is JSON and nothing else.")),
        Kind("rule-violated", 409, _("The terms do not allow this now.")),
        Kind("illegal-transition", 409, _("This is not possible in the present state.")),
        Kind("plan-changed", 409, _("Something changed since the plan was made.")),
        Kind("request-in-progress", 409, _("A request with this idempotency key is being carried out.")),
        Kind("precondition-failed", 412, _("It was changed since it was read.")),
        Kind("too-large", 413, _("The request is too large.")),
        Kind("unsupported-media-type", 415, _("The body is of a kind that is not read here.")),
        Kind("idempotency-key-reused", 422, _("This idempotency key was used for another request.")),
        Kind(
            "precondition-required",
            428,
            _("Send the ETag of the record as you have seen it with If-Match, or * for any."),
        ),
        Kind("too-many-requests", 429, _("Too many requests in too short a time.")),
        Kind("server-error", 500, _("Something failed that should not have.")),
        Kind("unavailable", 503, _("The service is not available for the moment.")),
    )
}
BY_STATUS = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "rule-violated",
    412: "precondition-failed",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
    500: "server-error",
    503: "unavailable",
}
"""The kind where nothing but the status is known."""


def document(code: str, detail: Words = "", **members: Any) -> dict[str, Any]:
    """A problem as it is sent; members that are empty are left out."""
    kind = KINDS[code]
    told = {
        "type": f"{TYPES}{code}",
        "title": str(kind.title),
        "status": kind.status,
        "code": code,
        "detail": str(detail or kind.title),
        "request_id": request_ids.current(),
    }
    return told | {name: value for name, value in members.items() if value not in (None, "", [], {})}


def response(code: str, detail: Words = "", headers: Mapping[str, str] | None = None, **members: Any) -> HttpResponse:
    """A problem as the answer to a request."""
    told = document(code, detail, **members)
    return JsonResponse(told, status=KINDS[code].status, content_type=MEDIA_TYPE, headers=dict(headers or {}))


def refused(refusal: RuleViolation) -> dict[str, Any]:
    """A refusal of the terms: every reason with its clause and what to do about it."""
    wrong_state = any(isinstance(reason, NotInThisState) for reason in refusal.unmet)
    code = "illegal-transition" if wrong_state else "rule-violated"
    first = refusal.unmet[0].clause if refusal.unmet else None
    return document(
        code,
        str(refusal),
        **(cited(first) if first else {}),
        reasons=[reason_of(unmet) for unmet in refusal.unmet],
    )


def reason_of(unmet: Unmet) -> dict[str, Any]:
    """One reason as it is sent."""
    return {**cited(unmet.clause), "remedy": str(unmet.remedy)}


def cited(clause: Clause) -> dict[str, str]:
    """A clause by its id and as people cite it."""
    return {"clause": clause.id, "citation": clause.citation}


def errors_of(detail: Any, path: str = "", code: str = "invalid") -> list[dict[str, str]]:
    """What is wrong with which field, flat: `items[3].named_on`; an empty field stands for the whole."""
    if isinstance(detail, Mapping):
        return [error for name, inner in detail.items() for error in errors_of(inner, _joined(path, name), code)]
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        nested = [isinstance(inner, Mapping) for inner in detail]
        return [
            error
            for place, inner in enumerate(detail)
            for error in errors_of(inner, f"{path}[{place}]" if any(nested) else path, code)
        ]
    given = str(getattr(detail, "code", "") or code)
    error = {"field": path, "code": given, "message": str(detail)}
    clause = _clause(given)
    if clause is None:
        return [error]
    return [error | {"code": "rule-violated"} | cited(clause)]


def _joined(path: str, name: Any) -> str:
    if name in ("non_field_errors", "__all__"):
        return path
    return f"{path}.{name}" if path else str(name)


def _clause(code: str) -> Clause | None:
    """The clause that a validator names as its code, where it names one."""
    try:
        return Clause(code) if code[:1].isupper() else None
    except LookupError:
        return None
