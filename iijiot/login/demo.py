"""The demo's second factors: a newcomer needs no telephone. Under DEBUG only, and only while the invented seed is in use."""

from django.conf import settings

from iijiot import clock, worlds
from iijiot.login import second_factor, seeds
from iijiot.login.codes import code_of
from iijiot.models import User


def present_code(user: User) -> str:
    """The present code of an invented user who has the invented seed still; empty for anybody else, and outside DEBUG."""
    if not settings.DEBUG or user.login_id not in worlds.STAFF:
        return ""
    authenticator = second_factor.of(user)
    seed = worlds.seed_of(user.login_id)
    if authenticator is None or seeds.decrypt(authenticator.data["secret"]) != seed:
        return ""
    return code_of(seed, clock.now())
