"""Users of all doors."""

from typing import Any

import factory
from django.contrib.auth.models import Group

from iijiot.models import User
from iijiot.records import chapter
from tests.factories.base import MAKER, Recorded

PASSWORD = "kaisen-ichiran-7"


class UserFactory(Recorded):
    """A member of staff without any permission. ``groups=["desk"]`` puts the user into groups of the software."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    login_id = factory.Sequence(lambda n: f"user{n}")
    name = factory.LazyAttribute(lambda user: user.login_id.capitalize())
    is_staff = True
    password = factory.django.Password(PASSWORD)

    class Params:
        customer_side = factory.Trait(is_staff=False)

    @factory.post_generation
    def groups(user: User, create: bool, names: list[str] | None, **kwargs: Any) -> None:  # noqa: N805
        """Put the user into these groups."""
        if names:
            with chapter(actor=MAKER):
                user.groups.add(*Group.objects.filter(name__in=names))
