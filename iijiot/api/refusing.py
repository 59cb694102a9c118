"""Every exception of a view as a problem document: the one place where the API says no."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from iijiot.api import problems
from iijiot.api.problems import KINDS, document
from iijiot.plans import Stale
from iijiot.rules import RuleViolation


class Problem(Exception):
    """A refusal of the interface itself, by its code: a key that was used before, a scope that is missing."""

    def __init__(self, code: str, detail: Any = "", headers: dict[str, str] | None = None, **members: Any) -> None:
        self.code, self.detail, self.headers, self.members = code, detail, headers or {}, members
        super().__init__(code)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception; None for what nobody foresaw, which the site's handlers tell."""
    if isinstance(error, exceptions.ValidationError):
        return _answered(document("invalid", errors=problems.errors_of(error.detail)))
    if isinstance(error, exceptions.APIException):
        return _answered(document(problems.BY_STATUS[error.status_code], _detail(error)), headers_of(error))
    if isinstance(error, Problem):
        return _answered(document(error.code, error.detail, **error.members), error.headers)
    told = told_of(error)
    return _answered(told) if told else None


def told_of(error: Exception) -> dict[str, Any] | None:
    """What is said of an exception that is not the interface's own."""
    match error:
        case RuleViolation():
            return problems.refused(error)
        case Stale():
            return document("plan-changed", str(error), fingerprint=getattr(error.now, "fingerprint", ""))
        case ValidationError():
            return document("invalid", errors=problems.errors_of(_as_detail(error)))
        case Http404():
            return document("not-found")
        case PermissionDenied():
            return document("forbidden")
    return None


def _detail(error: exceptions.APIException) -> str:
    return "" if isinstance(error, exceptions.NotFound) else str(error.detail)


def _as_detail(error: ValidationError) -> Any:
    if hasattr(error, "error_dict"):
        return {name: [_coded(one) for one in errors] for name, errors in error.error_dict.items()}
    return [_coded(one) for one in error.error_list]


def _coded(error: ValidationError) -> exceptions.ErrorDetail:
    return exceptions.ErrorDetail(" ".join(error.messages), code=error.code or "invalid")


def headers_of(error: exceptions.APIException) -> dict[str, str]:
    """What HTTP wants said beside the body."""
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        headers["Retry-After"] = str(max(1, round(error.wait)))
    return headers


def _answered(told: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(told, status=KINDS[told["code"]].status, headers=headers, content_type=problems.MEDIA_TYPE)
