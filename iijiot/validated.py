"""What is validated whenever it is saved, with as few questions to the database as that takes."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import django_fsm
from django.db import models

from iijiot.constraints import all_hold, is_asked, stop_if_lost


class Validated(models.Model):
    """A record whose constraints the database is asked for at once, and one by one only for the sentence of what is broken."""

    class Meta:
        abstract = True

    @classmethod
    def fsm_fields(cls) -> list[str]:
        """Names of the fields that only transitions change."""
        return [field.name for field in cls._meta.concrete_fields if isinstance(field, django_fsm.FSMFieldMixin)]

    def full_clean(
        self, exclude: Iterable[str] | None = None, validate_unique: bool = True, validate_constraints: bool = True
    ) -> None:
        """Validate all but the state fields, which assigning would refuse; check constraints guard their values."""
        left_out = set(exclude or ())
        self._answers: dict[frozenset[str], bool] = {}
        try:
            super().full_clean({*left_out, *self.fsm_fields()}, validate_unique, validate_constraints=False)
            if validate_constraints:
                self.validate_constraints(exclude=left_out)
        finally:
            del self._answers

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Ask of no record at hand whether it is there: records are never deleted."""
        at_hand = {field.name for field in self._meta.concrete_fields if self._is_at_hand(field)}
        super().clean_fields({*(exclude or ()), *at_hand})

    def _is_at_hand(self, field: Any) -> bool:
        if not field.is_relation or not field.is_cached(self) or field.get_limit_choices_to():
            return False
        record = field.get_cached_value(self)
        if not isinstance(record, Validated) or record._state.adding:
            return False
        return bool(getattr(record, field.target_field.attname) == getattr(self, field.attname))

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Ask for each alone, for its sentence, only where not all holds."""
        if not self._all_hold({*(exclude or ())} - {*self.fsm_fields()}):
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Ask for each alone, for its sentence, only where not all holds."""
        self._holds = self._all_hold({*(exclude or ())})
        try:
            super().validate_constraints(exclude)
        finally:
            stop_if_lost()

    def _all_hold(self, left_out: set[str]) -> bool:
        """The database's answer on everything at once, asked for once in a `full_clean`."""
        answers: dict[frozenset[str], bool] = self.__dict__.get("_answers", {})
        if (key := frozenset(left_out)) not in answers:
            answers[key] = all_hold(self, key)
        return answers[key]

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """The constraints still to be asked for."""
        found = super().get_constraints()
        if not getattr(self, "_holds", False):
            return found
        return [(model, [c for c in asked if not is_asked(model, c)]) for model, asked in found]
