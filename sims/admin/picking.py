"""Fields by which lines and cards are named in forms, and links to them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from contracts.admin.shared import linked
from contracts.models import Contract
from iijiot import clock
from iijiot.console.fields import ConsoleDateField, PlainTextField, SentencesField
from iijiot.searching import Query
from sims import stocking
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
        typed = super().clean(value) or ""
        return [] if self.contract is None else self.contract.lines.living().pasted(typed)


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
        found = SimCard.objects.one(typed)
        if found is None or found.line is None or found.line.contract != self.contract:
            raise ValidationError(_("The contract has no card of this ICCID. Check it."), code="invalid")
        return found


class CardsField(SentencesField):
    """Cards by ICCID, one in each line; empty where all are meant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, rows=4, **kwargs)

    def clean(self, value: Any) -> list[SimCard]:
        """The cards. Raises ValidationError with the first number that is none of a card."""
        lines = [typed for typed in str(super().clean(value)).splitlines() if typed.strip()]
        whole = {card.iccid: card for card in SimCard.objects.listed([plain_iccid(typed) for typed in lines])}
        found = []
        for typed in lines:
            card = whole.get(plain_iccid(typed)) or SimCard.objects.one(typed)
            if card is None:
                raise ValidationError(
                    _("There is no card of the number %(number)s. Compare it with the card."),
                    code="MA1",
                    params={"number": typed.strip()[:40]},
                )
            found.append(card)
        return found


class StockCardField(PlainTextField):
    """A card in stock, by ICCID; empty where the next one is meant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("A certain card"),
            required=False,
            max_length=40,
            widget=UnfoldAdminTextInputWidget,
            help_text=_(
                "By ICCID, typed or scanned. Empty: the one that is longest in stock, of the form factor above."
            ),
            **kwargs,
        )

    def clean(self, value: Any) -> SimCard | None:
        """The card; nothing where none was named. Raises ValidationError where it is not in stock."""
        typed = super().clean(value)
        return stocking.of_choice(typed) if typed else None


class NewCardForm(forms.Form):
    """Which card a line gets: a certain one, or the next of a form factor; each with how many are in stock."""

    form_factor = forms.ChoiceField(label=_("Form factor"), widget=UnfoldAdminSelectWidget)
    card = StockCardField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_factor"].choices = stocking.choices()  # type: ignore[attr-defined]


class DayComeField(ConsoleDateField):
    """A day that has come."""

    def clean(self, value: Any) -> Any:
        """The day. Raises ValidationError for one to come."""
        day = super().clean(value)
        if day and day > clock.business_day():
            raise ValidationError(_("This day has not come yet. Check it."), code="MA1")
        return day


def page_link(record: Any, words: str = "") -> str:
    """A link to a record's page, where it has one."""
    return linked(record, words) if admin.site.is_registered(type(record)) else words or str(record)


def has_lines(record: Any) -> bool:
    """Whether a contract's provision counts lines; whatever stands on a line has one."""
    service = getattr(record, "service", None)
    return service is None or bool(service.counts_lines)
