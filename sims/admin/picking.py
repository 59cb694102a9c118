"""Fields by which lines and cards are named in forms, and links to them."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts.admin.shared import linked
from contracts.models import Contract
from iijiot.console.fields import PlainTextField
from iijiot.searching import Query
from sims.identifiers import plain_iccid
from sims.models import SimCard


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
