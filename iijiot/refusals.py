"""Refusals beside a form: whatever keeps an act from being done is said there, and what was typed stays."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

from iijiot.constraints import constraint_sentence
from iijiot.failures import held_up
from iijiot.rules import RuleViolation

T = TypeVar("T")


def said_in(form: Any, tell: Callable[[ValidationError], object], act: Callable[[], T]) -> T | None:
    """What an act gives; None where something refuses it, which then stands in the form.

    `tell` says what is wrong with given values.
    """
    try:
        return act()
    except RuleViolation as violation:
        form.add_error(None, violation.as_validation_error())
    except ValidationError as error:
        tell(error)
    except IntegrityError as error:
        form.add_error(None, constraint_sentence(error) or ValidationError(str(error)))
    except OperationalError as error:
        if not held_up(error):
            raise
        form.add_error(None, _("Somebody else is working on this at the moment. Try again in a few seconds."))
    return None
