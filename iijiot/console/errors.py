"""Errors as people read them at the console: the sentence, and behind it the clause that is its code."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from iijiot.clause_index import INDEX
from iijiot.clauses import Clause


def cite(form: forms.BaseForm) -> None:
    """Put the citation behind every error of the form whose code is a clause."""
    for errors in form.errors.values():
        errors.data = [cited(error) for error in errors.as_data()]


def cited(error: ValidationError) -> ValidationError:
    """One error with the citation of its clause, unless its sentence has it already."""
    if error.code not in INDEX:
        return error
    sentence, citation = error.messages[0], Clause(str(error.code)).citation
    if citation in sentence:
        return error
    return ValidationError(_("%(remedy)s (%(citation)s)") % {"remedy": sentence, "citation": citation}, code=error.code)


def of_the_whole(error: ValidationError) -> ValidationError:
    """The same reasons without their fields, for a form that has none of these."""
    by_field = getattr(error, "error_dict", {"": [error]})
    return ValidationError([reason for reasons in by_field.values() for reason in reasons])
