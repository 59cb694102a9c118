"""The staff's groups, shipped with the software; each app grants its own permissions to them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

DESK, BILLING, STOCK, APPROVER, AUDITOR, OPERATOR = "desk", "billing", "stock", "approver", "auditor", "operator"

LABELS = {
    DESK: _("Desk"),
    BILLING: _("Billing"),
    STOCK: _("SIM stock"),
    APPROVER: _("Approver"),
    AUDITOR: _("Auditor (reads, logs)"),
    OPERATOR: _("Operator"),
}


def make_groups(**kwargs: Any) -> None:
    """Make the groups that are missing."""
    from django.contrib.auth.models import Group

    for name in LABELS:
        Group.objects.get_or_create(name=name)


def grant(group: str, permissions: Iterable[str]) -> None:
    """Give a group these permissions ("app.codename") beside those it has. Raises LookupError for one unknown."""
    from django.contrib.auth.models import Group, Permission

    make_groups()
    wanted = [permission.split(".", 1) for permission in permissions]
    found = {
        (p.content_type.app_label, p.codename): p
        for p in Permission.objects.filter(codename__in=[code for _app, code in wanted]).select_related("content_type")
    }
    missing = [f"{app}.{code}" for app, code in wanted if (app, code) not in found]
    if missing:
        raise LookupError(f"No such permission: {', '.join(missing)}")
    Group.objects.get(name=group).permissions.add(*(found[app, code] for app, code in wanted))
