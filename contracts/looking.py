"""The one door to communication records: a permission of its own, a purpose each time, every look in the log."""

from django.utils.translation import gettext_lazy as _

from contracts.models import Customer
from iijiot import access_log
from iijiot.actors import Actor, ActorKind
from iijiot.models import AccessEvent, User
from iijiot.rules import refuse

PERMISSION = "contracts.view_communication"


def look_at_communications(customer: Customer, purpose: str, *, actor: Actor) -> AccessEvent:
    """Let somebody look at a customer's communication records: call it before any of them is read (G38.1, G38.2).

    Raises RuleViolation for whoever may not, or does not say what for. Each look is in the access log, and each refusal
    for want of the permission.
    """
    about = f"{customer.number} {purpose.strip()}"
    if not _may_look(actor):
        access_log.note(AccessEvent.Kind.DENIED, None, actor=actor, detail=about)
        raise refuse("G38.1", _("You may not look at communication records. Volumes by month are open to you."))
    if not purpose.strip():
        raise refuse("G38.2", _("Say what you need to look at communication records for."))
    return access_log.note(AccessEvent.Kind.LOOKED, None, actor=actor, detail=about, about=customer.number)


def _may_look(actor: Actor) -> bool:
    if actor.kind != ActorKind.STAFF:
        return False
    user = User.objects.among([actor.user_id]).first()
    return user is not None and user.has_perm(PERMISSION)
