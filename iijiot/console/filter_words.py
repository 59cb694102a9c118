"""What a list is narrowed to, in words: its filters, what a link says, and what was searched for."""

from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.utils.translation import gettext as _

from iijiot.console.sentences import in_words


def filters_in_words(cl: Any) -> str:
    """Everything by which a list is filtered."""
    told, known = [], set()
    for spec in cl.filter_specs:
        known |= {name for name in spec.expected_parameters() if name}
        choices = list(spec.choices(cl))
        told += [f"{spec.title}: {choice['display']}" for choice in choices[1:] if choice.get("selected")]
    further = {name: value for name, value in cl.get_filters_params().items() if name not in known}
    told += [_of_a_link(cl.model, name, value) for name, value in further.items()]
    return " / ".join(told + ([_("search: %(text)s") % {"text": cl.query}] if cl.query else []))


def _of_a_link(model: Any, name: str, value: Any) -> str:
    """A condition that only the link says, such as whose records they are."""
    path = name.removesuffix("__exact").removesuffix("__id")
    plain = value[-1] if isinstance(value, list) and value else value
    try:
        field = get_fields_from_path(model, path)[-1]
        return f"{field.verbose_name}: {in_words(field, field.to_python(plain))}"
    except (FieldDoesNotExist, ValidationError, AttributeError):
        return f"{name}: {plain}"
