"""Who has a record open just now (U18): its pages say so by themselves every half minute, and when they are left.

Kept in the cache alone. Two who write at the same moment may miss each other until the next half minute.
"""

from datetime import datetime, timedelta

from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from iijiot import clock
from iijiot.console.list_views import model_of

STALE = timedelta(seconds=75)
"""After two signs of life that did not come, nobody is there."""


@require_POST
def also_open(request: HttpRequest) -> JsonResponse:
    """Note that the record sent ("contracts.contract:12") is open, or left (`leaving`); who else has it open, in words."""
    record = request.POST.get("record", "")
    _may_see(request, record.partition(":")[0])
    now, user = clock.now(), request.user
    key = f"open:{record}"[:200]
    there = {pk: seen for pk, seen in cache.get(key, {}).items() if now - seen[2] < STALE}
    _name, since, _last = there.pop(user.pk, ("", now, now))
    others = list(there.values())
    if "leaving" not in request.POST:
        there[user.pk] = (str(user), since, now)
    cache.set(key, there, STALE.total_seconds())
    return JsonResponse({"told": " ".join(told(name, since) for name, since, _last in others)})


def told(name: str, since: datetime) -> str:
    """The sentence about one who is there."""
    return _("%(name)s has this open too, since %(time)s.") % {"name": name, "time": f"{localtime(since):%H:%M}"}


def _may_see(request: HttpRequest, register: str) -> None:
    """Raises PermissionDenied for who may not see such records, and for what is no register."""
    model = model_of(register)
    if model is None or not admin.site.get_model_admin(model).has_view_or_change_permission(request):
        raise PermissionDenied
