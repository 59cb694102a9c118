"""The outbox of a machine for trying out: mails that were written into a folder instead of being sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from heapq import nlargest
from pathlib import Path

from django.conf import settings

MOST = 100
"""How many mails the list shows, the latest."""

FILES = "django.core.mail.backends.filebased.EmailBackend"
END = re.compile(rb"\n-{79}\n")
"""What Django writes after each mail of a file."""


@dataclass(frozen=True)
class Mail:
    """A mail as it would have left."""

    name: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        """What it is about."""
        return str(self.message["Subject"] or "").strip()

    @property
    def to(self) -> str:
        """Whom it goes to."""
        return str(self.message["To"] or "")

    @property
    def message_id(self) -> str:
        """The name that it has on its way."""
        return str(self.message["Message-ID"] or "")

    @property
    def sent_at(self) -> datetime | None:
        """When it was written; None where that cannot be read."""
        try:
            moment = parsedate_to_datetime(str(self.message["Date"]))
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    @property
    def text(self) -> str:
        """What it says."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""


def folder() -> Path | None:
    """Where mails are put; None where they are really sent, or kept from everybody."""
    path = getattr(settings, "EMAIL_FILE_PATH", None)
    return Path(path) if settings.EMAIL_BACKEND == FILES and path else None


def files() -> Iterator[Path]:
    """The files of the outbox."""
    here = folder()
    if here is not None and here.is_dir():
        yield from here.glob("*.log")


def latest() -> list[Mail]:
    """The latest mails, the newest first."""
    found = nlargest(MOST, files(), key=lambda path: path.name)
    return [mail for path in found for mail in reversed(mails_in(path))][:MOST]


def found(name: str) -> list[Mail]:
    """The mails of one file; none where there is no such file in the folder."""
    return next((mails_in(path) for path in files() if path.name == name), [])


def mails_in(path: Path) -> list[Mail]:
    """What a file holds: one mail or several, the last perhaps cut short."""
    parts = [part for part in END.split(path.read_bytes()) if part.strip()]
    read = [message_from_bytes(part, _class=EmailMessage, policy=policy.default) for part in parts]
    return [Mail(path.name, message) for message in read]
