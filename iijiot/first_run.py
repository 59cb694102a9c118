"""The first run of a system: its first member of staff with a second factor, and a mail by way of trial."""

import base64
import binascii
from collections.abc import Sequence

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret, validate_totp_code
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from iijiot import company, outbox, roles
from iijiot.actors import Actor
from iijiot.login import second_factor
from iijiot.login.forms import plain
from iijiot.models import User
from iijiot.records import chapter

LEAST_SEED = 16
"""Bytes of a seed that others have made (RFC 4226)."""

SUBJECT = "試験メール"
BODY = "このメールは、IIJ IoT 業務システムの初期設定で送信した試験メールです。届いていれば、送信の設定は正しく行われています。"


def new_seed() -> str:
    """A seed for an authenticator app."""
    return str(generate_totp_secret())


def seed_of(typed: str) -> str:
    """A seed that was made elsewhere, as it is kept. Raises ValidationError where it is none, or too short."""
    seed = typed.replace(" ", "").replace("-", "").rstrip("=").upper()
    try:
        made = base64.b32decode(seed + "=" * (-len(seed) % 8))
    except binascii.Error:
        raise ValidationError("The seed is not written in base 32: letters A-Z and digits 2-7.") from None
    if len(made) < LEAST_SEED:
        raise ValidationError(f"The seed is too short: it needs {LEAST_SEED} bytes, 26 letters, or more.")
    return base64.b32encode(made).decode()


def address_of(login_id: str, seed: str) -> str:
    """What an authenticator app takes instead of a picture (otpauth://…)."""
    return str(get_adapter().build_totp_url(User(login_id=login_id), seed))


def is_right(seed: str, code: str) -> bool:
    """Whether the app that shows this code has the seed."""
    return bool(validate_totp_code(seed, plain(code)))


def add_staff(
    login_id: str, *, name: str, groups: Sequence[str], password: str, seed: str, code: str, actor: Actor
) -> list[str]:
    """Make a member of staff, with a second factor where a seed is given; the recovery codes.

    A code that was given to show that the app has the seed is used up.
    """
    with chapter(actor=actor, clause="G5.5"):
        user = User.objects.create_user(login_id, password, name=name, is_staff=True)
        user.groups.add(*Group.objects.filter(name__in=groups))
        if not seed:
            return []
        second_factor.enrol(user, seed)
        kept = {each.type: each.wrap() for each in Authenticator.objects.filter(user=user)}
        if code:
            kept[Authenticator.Type.TOTP].validate_code(plain(code))
        return list(kept[Authenticator.Type.RECOVERY_CODES].generate_codes())


def send_test_mail(to: str) -> str:
    """Send a mail at once; where it went. Raises ValidationError for no address, OSError where it is not taken."""
    validate_email(to)
    EmailMessage(SUBJECT, BODY, company.present().mail_sender, [to]).send()
    folder = outbox.folder()
    return f"put into the folder {folder}" if folder else f"taken by {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def is_login_id(typed: str) -> None:
    """Raises ValidationError where it can be no login ID."""
    User._meta.get_field("login_id").clean(typed, None)


def are_roles(typed: str) -> None:
    """Raises ValidationError for a group that there is not."""
    unknown = [name for name in parted(typed) if name not in roles.LABELS]
    if unknown:
        raise ValidationError(f"There is no group {', '.join(unknown)}. There are: {', '.join(roles.LABELS)}.")


def parted(typed: str) -> list[str]:
    """Names between commas."""
    return [name.strip() for name in typed.split(",") if name.strip()]
