"""What another system does: once however often it is sent, seen before where it is asked for, and on what it has seen."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from iijiot import answers, clock
from iijiot.api.paging import wrong
from iijiot.api.refusing import Problem
from iijiot.api.views import etag
from iijiot.events import untold
from iijiot.numbers import provisional_numbers
from iijiot.records import RecordedModel, changed_by_others, chapter

KEY, MATCH, DRY_RUN = "Idempotency-Key", "If-Match", "dry_run"
LAWFUL_KEY = re.compile(rf"[\x21-\x7e]{{1,{answers.LONGEST_KEY}}}\Z")
SECONDS_TO_TRY_AGAIN = 1
WORD = "new"
"""In the numbers of what a dry run would make."""

Act = Callable[[], tuple[int, Any]]
"""Does something; gives the status and what is answered."""


def is_dry_run(request: Request) -> bool:
    """Whether the caller only wants to see."""
    values = request.query_params.getlist(DRY_RUN)
    if set(request.query_params) - {DRY_RUN}:
        raise wrong(sorted(set(request.query_params) - {DRY_RUN})[0][:50], _("There is no such parameter."), "unknown")
    if values not in ([], ["true"], ["false"]):
        raise wrong(DRY_RUN, _("Give true or false."))
    return values == ["true"]


def do(request: Request, act: Act, *, subject: RecordedModel | None = None) -> HttpResponse:
    """Carry out an act as the caller, in one transaction with the answer that is kept; or try it and take it back."""
    if is_dry_run(request):
        if KEY in request.headers:
            key_of(request)  # refused where it would be refused without the dry run
        return sent(tried(request, act, subject))
    return sent(once_for(request, lambda: carried_out(request, act, subject)))


def once_for(request: Request, act: Callable[[], answers.Reply]) -> answers.Reply:
    """The reply to a request that carries a key: of the act, or kept from before."""
    try:
        return answers.once(
            client=request.auth.key.client_id,
            key=key_of(request),
            fingerprint=answers.fingerprint_of(str(request.method), request.get_full_path(), request.body),
            at=clock.now(),
            act=act,
        )
    except answers.KeyReused:
        raise Problem("idempotency-key-reused") from None
    except answers.InProgress:
        raise Problem("request-in-progress", headers={"Retry-After": str(SECONDS_TO_TRY_AGAIN)}) from None


def carried_out(request: Request, act: Act, subject: RecordedModel | None) -> answers.Reply:
    """The act as one chapter of the caller, refused where the subject is not as the caller has seen it."""
    seen = seen_version(request, subject)
    with chapter(actor=request.auth.actor) as current:
        status, told = act()
        if subject is not None and seen is not None and changed_by_others(subject, since=seen, but=current.id):
            raise Problem("precondition-failed")
    headers = {"ETag": etag(type(subject), subject.pk)} if subject is not None else {}
    return answers.Reply(status, JSONRenderer().render(told).decode(), headers)


def tried(request: Request, act: Act, subject: RecordedModel | None) -> answers.Reply:
    """What the act would answer. Nothing stays, no number is used up, nothing leaves."""
    with provisional_numbers(WORD), untold(), transaction.atomic():
        reply = carried_out(request, act, subject)
        transaction.set_rollback(True)
    return answers.Reply(200, reply.body)


def key_of(request: Request) -> str:
    """The key that makes it safe to send the request again; also as the quoted string that the draft standard has."""
    given = request.headers.get(KEY, "")
    if not LAWFUL_KEY.match(given):
        raise wrong(
            KEY,
            _("Send a key of your own with this request, such as a UUID, and the same again when you repeat it."),
            "required",
        )
    quoted = len(given) > 2 and given[0] == given[-1] == '"'
    return given[1:-1] if quoted else given


def seen_version(request: Request, subject: RecordedModel | None) -> int | None:
    """The version that the caller says it has seen; None where it says any.

    Raises where it says none, or one of something else.
    """
    given = request.headers.get(MATCH, "").strip()
    if subject is None or given == "*" or (not given and is_dry_run(request)):
        return None
    if not given:
        raise Problem("precondition-required")
    found = re.fullmatch(rf'"{type(subject)._meta.model_name}-(\d{{1,18}})"', given)
    if found is None:
        raise Problem("precondition-failed")
    return int(found[1])


def sent(reply: answers.Reply) -> HttpResponse:
    """The answer as it goes out."""
    response = HttpResponse(reply.body, status=reply.status, content_type="application/json")
    headers: Mapping[str, str] = {**reply.headers, **({"Idempotent-Replayed": "true"} if reply.replayed else {})}
    for name, value in headers.items():
        response.headers[name] = value
    return response
