"""Who acts: one value, handed on by keyword, written beside every change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext_lazy as _

from iijiot.words import Words

if TYPE_CHECKING:
    from iijiot.models import User


class ActorKind(StrEnum):
    """The doors through which a change can come."""

    STAFF = "staff"
    ACCOUNT = "account"
    PARTNER = "partner"
    COMMAND = "command"
    CLOCK = "clock"


KIND_LABELS: dict[str, Words] = {
    ActorKind.STAFF.value: _("Staff"),
    ActorKind.ACCOUNT.value: _("Customer"),
    ActorKind.PARTNER.value: _("Partner"),
    ActorKind.COMMAND.value: _("Command"),
    ActorKind.CLOCK.value: _("Clock"),
}


LONGEST_NAME = 150
"""As long as the history keeps a name."""


@dataclass(frozen=True)
class Actor:
    """Somebody or something that changes records; the name stays readable when the account is long gone (G5.3)."""

    kind: ActorKind
    name: str
    user_id: int | None = None

    @classmethod
    def staff(cls, user: "User") -> Self:
        """A member of staff at the console."""
        return cls(ActorKind.STAFF, user.display_name, user.pk)

    @classmethod
    def of(cls, user: "User") -> Self:
        """Whoever is logged in: staff, or an account of a customer (G5.3)."""
        return cls(ActorKind.STAFF if user.is_staff else ActorKind.ACCOUNT, user.display_name, user.pk)

    @classmethod
    def partner(cls, user: "User", key: str) -> Self:
        """A partner's system, by the key with which it came (G5.3)."""
        return cls(ActorKind.PARTNER, f"{user.display_name} {key}"[:LONGEST_NAME], user.pk)

    @classmethod
    def command(cls, name: str, user: "User | None" = None) -> Self:
        """A management command, and who started it where that is known."""
        return cls(ActorKind.COMMAND, name, user.pk if user else None)

    @classmethod
    def clock(cls, step: str) -> Self:
        """The daily run, named after its step."""
        return cls(ActorKind.CLOCK, step)

    @property
    def mark(self) -> str:
        """As a log has it: nobody's name, but the key of whoever logged in, or the step or command."""
        return f"{self.kind}:{self.user_id or self.name}"

    def __str__(self) -> str:
        return f"{KIND_LABELS[self.kind]} {self.name}"


_acting: ContextVar[Callable[[], Actor] | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(actor: Callable[[], Actor]) -> Iterator[None]:
    """Who acts where a library writes by itself, such as a change of one's own password; asked only when it does."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


def who_acts() -> Actor | None:
    """The actor behind what a library writes by itself; None outside `acting_as`."""
    acting = _acting.get()
    return acting() if acting else None
