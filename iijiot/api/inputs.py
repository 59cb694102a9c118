"""Bodies: each field by its own kind, none that is not known, no sign that could break a line or a page."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from iijiot.api.ids import PublicId

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0080-\u009f\u2028\u2029\ud800-\udfff]")
BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
UNKNOWN, NOT_OF_THIS_KIND = _("There is no such field."), _("This value is of another kind than this field takes.")
NOT_OF_THIS_FORM = _("This value does not have the form that this field takes.")


class Text(serializers.CharField):
    """A text: a string, without control characters but the end of a line; of a form of its own where it has one."""

    pattern = ""

    def __init__(self, *, pattern: str = "", **kwargs: Any) -> None:
        self.pattern = pattern
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The text."""
        if not isinstance(data, str):
            raise ValidationError(NOT_OF_THIS_KIND, code="invalid")
        if self.max_length is not None and len(data) > self.max_length:  # before what surrounds it is taken off
            self.fail("max_length", max_length=self.max_length)
        if self.pattern and not re.fullmatch(self.pattern, data):
            raise ValidationError(NOT_OF_THIS_FORM, code="invalid")
        if CONTROL.search(data):
            raise ValidationError(_("This text holds a control character."), code="invalid")
        return str(super().to_internal_value(data))


class Day(serializers.DateField):
    """A day: 2026-12-25."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_internal_value(self, value: Any) -> Any:
        """The day."""
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise ValidationError(_("Give a day as in 2026-12-25."), code="invalid")
        return super().to_internal_value(value)


class Whole(serializers.IntegerField):
    """A whole number, as a number; 10.0 is one, as JSON Schema has it."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            raise ValidationError(NOT_OF_THIS_KIND, code="invalid")
        return int(super().to_internal_value(data))


class Truth(serializers.BooleanField):
    """True or false, and nothing that stands for it."""

    def to_internal_value(self, data: Any) -> bool:
        """Which of both."""
        if not isinstance(data, bool):
            raise ValidationError(NOT_OF_THIS_KIND, code="invalid")
        return data


class Named(Text):
    """The public id of a record; what is not visible to the caller is not there."""

    def __init__(self, *, ids: PublicId, **kwargs: Any) -> None:
        self.ids = ids
        super().__init__(max_length=60, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The record's number."""
        number = self.ids.number(super().to_internal_value(data))
        if number is None:
            raise ValidationError(_("There is no such thing, or not for this client."), code="not-found")
        return number


class File(Text):
    """The bytes of a file, in base64 (RFC 4648, 4) without breaks of lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pattern=BASE64, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """The bytes."""
        try:
            return base64.b64decode(super().to_internal_value(data), validate=True)
        except binascii.Error:
            raise ValidationError(NOT_OF_THIS_FORM, code="invalid") from None


class Input(serializers.Serializer[Any]):
    """A body."""

    EXAMPLE: ClassVar[dict[str, Any] | None] = None
    """In the description."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """The body of a request, checked; an empty one where every field may be left out."""
        body = cls(data=request.data if request.body else {})
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        """Every field's value. Raises a sentence for each that is not known."""
        if isinstance(data, Mapping):
            unknown = {
                str(name)[:50]: [ErrorDetail(str(UNKNOWN), code="unknown")] for name in data if name not in self.fields
            }
            if unknown:
                raise ValidationError(unknown)
        return super().to_internal_value(data)


def absent(field: str) -> ValidationError:
    """The refusal of an id in a body that names nothing the caller can see."""
    told = str(_("There is no such thing, or not for this client."))
    return ValidationError({field: [ErrorDetail(told, code="not-found")]})
