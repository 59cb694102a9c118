"""Who acts: one value, handed on by keyword, written beside every change."""

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
    ActorKind.STAFF: _("Staff"),
    ActorKind.ACCOUNT: _("Customer"),
    ActorKind.PARTNER: _("Partner"),
    ActorKind.COMMAND: _("Command"),
    ActorKind.CLOCK: _("Clock"),
}


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
    def command(cls, name: str, user: "User | None" = None) -> Self:
        """A management command, and who started it where that is known."""
        return cls(ActorKind.COMMAND, name, user.pk if user else None)

    @classmethod
    def clock(cls, step: str) -> Self:
        """The daily run, named after its step."""
        return cls(ActorKind.CLOCK, step)

    def __str__(self) -> str:
        return f"{KIND_LABELS[self.kind]} {self.name}"
