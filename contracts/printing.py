"""Letters on paper: laid out for a window envelope, for the screen and as PDF. What is printed is what was stored."""

import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from contracts import letters, notifying
from contracts.letters.frame import framed, parts, signature
from contracts.letters.marks import in_one_line
from contracts.models import Customer, CustomerKind, Notice, Wording
from iijiot import company, typesetting
from iijiot.clock import midnight, tokyo_day
from iijiot.company import Company
from iijiot.days import japanese_day
from iijiot.lookups import history_of
from iijiot.typesetting import NotPrinted as NotPrinted

LAYOUT = Path(letters.__file__).parent / "letter.typ"


@dataclass(frozen=True)
class Sheet:
    """A letter as it stands on paper."""

    number: str
    day: str
    made_at: int
    """The beginning of its day, in seconds: the same letter makes the same file."""
    postal_code: str
    address: str
    addressee: tuple[str, ...]
    sender: tuple[str, ...]
    subject: str
    text: str

    @property
    def lines(self) -> list[str]:
        """The text line by line."""
        return self.text.split("\n")


def sheet_of(notice: Notice) -> Sheet:
    """A stored notice, addressed as its customer was when it was written."""
    written_at = (
        history_of(Notice).filter(id=notice.pk).order_by("history_id").values_list("history_date", flat=True)[0]
    )
    return laid_out(notice, _as_it_was(notice, written_at), written_at)


def example_of(wording: Wording, at: datetime) -> Sheet:
    """An invented letter by a text."""
    subject, text = wording.example()
    body = framed("", text, tokyo_day(at), company.present())
    customer = Customer(
        kind=CustomerKind.CORPORATION,
        name="見本株式会社",
        postal_code="100-0001",
        address="東京都千代田区千代田0-0-0　見本ビル10階",
        contact_person="総務部　見本 花子",
    )
    return laid_out(Notice(subject=subject, body=body, number=_("EXAMPLE")), customer, at)


def laid_out(notice: Notice, customer: Customer, written_at: datetime) -> Sheet:
    """A notice to somebody, on paper."""
    found, day, sender = parts(notice.body), tokyo_day(written_at), company.present()
    return Sheet(
        number=notice.number,
        day=found.day or japanese_day(day),
        made_at=int(midnight(day).timestamp()),
        postal_code=f"〒{customer.postal_code}" if customer.postal_code else "",
        address=in_one_line(customer.address),
        addressee=tuple(addressed(customer, found.addressee or notifying.addressee(customer))),
        sender=(*(found.sender or signature(sender)), *_where(sender)),
        subject=in_one_line(notice.subject),
        text=_printable(found.text),
    )


def addressed(customer: Customer, addressee: str) -> list[str]:
    """The lines that name the addressee: with a person named, the person has the title, and the body has none."""
    person = in_one_line(customer.contact_person)
    if not person or customer.kind == CustomerKind.SOLE_PROPRIETOR:
        return [addressee]
    titled = person if person.endswith(("様", "御中")) else f"{person} 様"
    return [addressee.removesuffix(" 御中"), titled]


def pdf(sheet: Sheet) -> bytes:
    """The letter as PDF/A, the same bytes each time. Raises NotPrinted, naming what could not be printed."""
    return typesetting.pdf(LAYOUT, "letter", asdict(sheet), number=sheet.number, made_at=sheet.made_at)


def _as_it_was(notice: Notice, at: datetime) -> Customer:
    versions = history_of(Customer).filter(id=notice.customer_id, history_date__lte=at).order_by("-history_id")
    version = versions.first()
    return version.instance if version else notice.customer


def sender_lines(sender: Company) -> list[str]:
    """Who a document comes from, line by line."""
    return [*signature(sender), *_where(sender)]


def _where(sender: Company) -> list[str]:
    address = f"〒{sender.postal_code} {sender.address}" if sender.postal_code else sender.address
    return [line for line in (address, f"電話 {sender.phone}" if sender.phone else "") if line]


def _printable(text: str) -> str:
    """A text without what moves a printer or turns the direction of writing; tabs as blanks."""
    spaced = text.replace("\t", "　")
    return "".join(
        sign for sign in spaced if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Zl", "Zp")
    )
