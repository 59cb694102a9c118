"""A new password for a customer's user who has forgotten his: a link to the address on record, and nothing told to others.

The request puts one job down, whatever was typed: whether anybody has that address shows neither in the answer nor in
how long it takes. Staff ask an operator instead.
"""

from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from iijiot import clock
from iijiot.jobs import job, later
from iijiot.login import mails, sessions, throttle
from iijiot.models import User


@job(_("Send a link for a new password"))
def send_links(address: str) -> None:
    """Write to each user who has this address; the links are made now and kept nowhere."""
    for user in User.objects.who_may_reset(address):
        link = mails.link(
            "account_reset_password_from_key", user_pk_to_url_str(user), default_token_generator.make_token(user)
        )
        mails.write("password-reset", user, to=user.email, link=link, minutes=settings.PASSWORD_RESET_TIMEOUT // 60)


def ask(address: str) -> None:
    """Somebody asks for a link, whoever it is."""
    later(send_links, address=address)


def was_reset(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The password is another: whoever was in by the old one is out, and may log in at once with the new one."""
    sessions.end_all(user)
    ratelimit.clear(request, app=throttle.APP, action="login_failed", key=throttle.login_key(user.login_id))


@job(_("Tell a user of a change of his login"), about="iijiot.user")
def tell(pk: int, kind: str, what: str, at: str) -> None:
    """Write to a customer's user that his password or second factor was changed, so that he knows if it was not he."""
    user = User.objects.get(pk=pk)
    if user.email:
        mails.write(kind, user, to=user.email, at=datetime.fromisoformat(at), what=what)


def changed(user: User, kind: str, what: str = "") -> None:
    """Have it told; staff hear of it at the console."""
    if not user.is_staff and user.email:
        later(tell, pk=user.pk, kind=kind, what=what, at=clock.now().isoformat())
