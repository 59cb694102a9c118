"""Text as people write it, in the console's forms and the portal's."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def plain_text(text: str) -> str:
    """The text stripped. Raises ValidationError for control characters, which no keyboard types."""
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in text):
        raise ValidationError(_("Remove the control characters."), code="invalid")
    return text.strip()


class PlainTextField(forms.CharField):
    """Text without control characters, stripped."""

    def to_python(self, value: Any) -> Any:
        """Refuse what no keyboard types."""
        text = super().to_python(value)
        return plain_text(text) if text else text
