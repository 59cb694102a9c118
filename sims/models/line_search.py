"""How people look for lines: by their own numbers, by those of their cards, by address; each by an index."""

import re
from collections.abc import Sequence
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Reverse
from django.utils.translation import gettext as _

from contracts.models import Contract
from iijiot.lookups import keys, many
from iijiot.searching import Query
from sims.identifiers import PAD, is_imsi, plain_iccid
from sims.models.many import ManyLines

FEWEST_DIGITS = 3
"""Digits of a part by which lines are looked for."""
LONGEST_NUMBER = 7
"""Digits of a line's own number, typed without what stands before them."""
WHOLE = 11
"""Digits of the shorter telephone numbers."""
SHORTEST_ICCID = 18
"""Digits from which on a number can be a whole ICCID, which readers pad."""
MANY = 20_000
"""From so many on that begin alike they are met soonest in the list's own order."""
COUNTRY, CARDS_OF_JAPAN = "81", "8981"
SEPARATORS = re.compile(r"[\n\r\t,;、，；]+")
NAMED = 10
"""Numbers that a refusal names."""


def lines_of(rows: QuerySet[Any]) -> ArraySubquery:
    """The lines of these cards or addresses as one array."""
    return ArraySubquery(rows.order_by().values("line_id"))


def begins_with(digits: str) -> str:
    """A number's digits as numbers are stored: +81 and 81 are turned into the 0."""
    international = digits.startswith(COUNTRY) and len(digits) in (12, 15)
    return f"0{digits.removeprefix(COUNTRY)}" if international else digits


def as_stored(name: str) -> str:
    """A number as it is stored: a line's own from L12 on, a telephone number in its national form, an ICCID in digits."""
    query = Query(name)
    own = query.numbered("L") if query.compact.startswith("L") else None
    return own or begins_with(plain_iccid(name).removeprefix("+"))


def tags_apart() -> Func:
    """The tags of a line one by one, as their index has them."""
    return Func(F("tags"), Value(" "), function="string_to_array", output_field=ArrayField(TextField()))


class LineSearch(ManyLines):
    """Lines by what people type."""

    def meant(self, query: Query) -> Self:
        """By number of the line, telephone number or ICCID, each whole, its first or last digits, IMSI, or IPv4 address.

        Full width, hyphens and the padding of readers are forgiven; what is none of these finds nothing.
        """
        typed = query.compact.removeprefix("'").removeprefix("+")
        if len(unpadded := typed.strip(PAD)) >= SHORTEST_ICCID:
            typed = unpadded
        if typed.isascii() and typed.isdecimal() and len(typed) >= FEWEST_DIGITS:
            return self._by_digits(typed)
        if "." in typed:
            return self.filter(pk__any_of=lines_of(_uses().meant(typed, "").current()))
        number = query.numbered("L")
        return self.filter(number=number) if number else self.none()

    def sought(self, typed: str) -> Self:
        """Those meant by a number or address; where there is none, those in whose own name or tags this stands."""
        meant = self.meant(Query(typed))
        if meant.exists():
            return meant
        return self.filter(Q(label__icontains=typed) | Q(tags__icontains=typed))

    def tagged(self, tag: str) -> Self:
        """Those with this tag."""
        return self.alias(apart=tags_apart()).filter(apart__contains=[tag]).exclude(tags="")

    def pasted(self, text: str) -> list[int]:
        """The keys of the lines meant by numbers with commas or line ends between, full width and hyphens forgiven.

        Raises ValidationError that names what none of these lines has.
        """
        typed = list(dict.fromkeys(as_stored(name) for name in SEPARATORS.split(text) if name.strip()))
        found = self.called(typed) if typed else {}
        if unknown := [name for name in typed if name not in found]:
            raise ValidationError(
                _("The contract has no living line for %(many)s of these: %(names)s. Take them out, or correct them."),
                code="invalid",
                params={"many": len(unknown), "names": "、".join(unknown[:NAMED]) + ("…" if unknown[NAMED:] else "")},
            )
        return sorted(set(found.values()))

    def called(self, names: Sequence[str]) -> dict[str, int]:
        """Which of these lines is meant by each number: its own, its telephone number, or the ICCID of its card of now.

        Written as they are stored; a number that none of them has is left out.
        """
        own = dict(self.filter(number__any_of=many(names)).values_list("number", "pk"))
        numbered = self.filter(msisdn__any_of=many(names)).exclude(msisdn="").order_by("pk")
        cards = _cards().live().filter(iccid__any_of=many(names), line__in=self)
        return dict(numbered.values_list("msisdn", "pk")) | dict(cards.values_list("iccid", "line_id")) | own

    def of_contract_called(self, number: str) -> Self:
        """Those of the contract with this number."""
        return self.filter(contract__any_of=keys(Contract.objects.numbered(number)))

    def _by_digits(self, typed: str) -> Self:
        if typed.startswith(CARDS_OF_JAPAN) and len(typed) > len(CARDS_OF_JAPAN):
            return self._by_card(typed)
        if is_imsi(typed):
            return self.filter(pk__any_of=lines_of(_cards().filter(imsi=typed).exclude(imsi="")))
        digits = begins_with(typed)
        if digits.startswith("0") and len(digits) >= WHOLE:
            return self.filter(msisdn__startswith=digits).exclude(msisdn="")
        found = self._ending_with(typed)
        if digits.startswith("0"):
            alike = self.model._base_manager.filter(msisdn__startswith=digits).exclude(msisdn="")
            if alike[: MANY + 1].count() > MANY:
                return self.filter(msisdn__startswith=digits)
            found |= Q(pk__any_of=keys(alike))
        return self.filter(found)

    def _by_card(self, digits: str) -> Self:
        """With a card, present or past, whose ICCID begins with these digits."""
        cards = _cards().filter(iccid__startswith=digits, line__isnull=False)
        if cards.order_by()[: MANY + 1].count() > MANY:
            return self.filter(Exists(cards.filter(line=OuterRef("pk"))))
        return self.filter(pk__any_of=lines_of(cards))

    def _ending_with(self, digits: str) -> Q:
        """Whose telephone number, or the ICCID of a card, ends with these digits; or whose own number they are."""
        behind = digits[::-1]
        numbered = self.model._base_manager.exclude(msisdn="").alias(behind=Reverse("msisdn"))
        cards = _cards().alias(behind=Reverse("iccid")).filter(behind__startswith=behind, line__isnull=False)
        found = Q(pk__any_of=keys(numbered.filter(behind__startswith=behind))) | Q(pk__any_of=lines_of(cards))
        if len(digits) <= LONGEST_NUMBER:
            found |= Q(number=f"L{int(digits):07d}")
        return found


def _cards() -> Any:
    return apps.get_model("sims.SimCard").objects.all()


def _uses() -> Any:
    return apps.get_model("sims.AddressUse").objects.all()
