"""Fields by which lines and cards are named in forms, and links to them."""

import re
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts.admin.shared import linked
from contracts.models import Contract
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.searching import Query
from sims.identifiers import plain_iccid
from sims.models import SimCard
from sims.models.line_search import begins_with

SEPARATORS = re.compile(r"[\n\r\t,;、，；]+")
NAMED = 10
"""Numbers that a refusal names."""


class LineField(PlainTextField):
    """A line of a contract by number."""

    contract: Contract | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=20,
            widget=UnfoldAdminTextInputWidget,
            help_text=_("By number, such as L0000012; one of this contract."),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """The line of this number. Raises ValidationError where the contract has none."""
        number = Query(super().clean(value)).numbered("L") or ""
        found = self.contract.lines.numbered(number).first() if self.contract else None
        if found is None:
            raise ValidationError(_("The contract has no line of this number. Check it."), code="invalid")
        return found


class LinesField(SentencesField):
    """Lines of a contract, pasted one in each line, or with commas between: numbers, telephone numbers, ICCIDs."""

    contract: Contract | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            rows=6,
            help_text=_(
                "Numbers of lines, telephone numbers or ICCIDs, one in each line; full width, blanks, hyphens and padding are "
                "forgiven."
            ),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """The keys of the lines. Raises ValidationError that names what the contract has no living line for."""
        typed = list(dict.fromkeys(as_stored(name) for name in SEPARATORS.split(super().clean(value) or "") if name))
        if not typed or self.contract is None:
            return []
        found = self.contract.lines.living().called(typed)
        if unknown := [name for name in typed if name not in found]:
            raise ValidationError(
                _("The contract has no living line for %(many)s of these: %(names)s. Take them out, or correct them."),
                code="invalid",
                params={"many": len(unknown), "names": "、".join(unknown[:NAMED]) + ("…" if unknown[NAMED:] else "")},
            )
        return sorted(set(found.values()))


def as_stored(name: str) -> str:
    """A number as it is stored: a line's own from L12 on, a telephone number in its national form, an ICCID in digits."""
    query = Query(name)
    own = query.numbered("L") if query.compact.startswith("L") else None
    return own or begins_with(plain_iccid(name).removeprefix("+"))


class CardField(PlainTextField):
    """A card that a line of a contract has or had, by ICCID."""

    contract: Contract | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=40,
            widget=UnfoldAdminTextInputWidget,
            help_text=_("By ICCID; full width, blanks and hyphens are forgiven. One of this contract."),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """The card of this ICCID; nothing where none is needed. Raises ValidationError where the contract has none."""
        typed = super().clean(value)
        if not typed:
            return None
        found = SimCard.objects.with_iccid(plain_iccid(typed)).first()
        if found is None or found.line is None or found.line.contract != self.contract:
            raise ValidationError(_("The contract has no card of this ICCID. Check it."), code="invalid")
        return found


def page_link(record: Any, words: str = "") -> str:
    """A link to a record's page, where it has one."""
    return linked(record, words) if admin.site.is_registered(type(record)) else words or str(record)


def has_lines(record: Any) -> bool:
    """Whether a contract's provision counts lines; whatever stands on a line has one."""
    service = getattr(record, "service", None)
    return service is None or bool(service.counts_lines)
