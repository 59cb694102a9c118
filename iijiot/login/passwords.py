"""Passwords that others would try first: words of the company and the user, repetitions and rows of keys (ASVS 6.2.11)."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CONTEXT_WORDS = (
    "iij",
    "インターネットイニシアティブ",
    "internetinitiative",
    "backoffice",
    "simカード",
    "閉域網",
    "パスワード",
    "password",
    "passw0rd",
)
"""Words of the company, its services and this software; no password may hold one of them."""

SHORTEST_WORD = 3
ROWS = (
    "0123456789" * 12,
    "9876543210" * 12,
    "abcdefghijklmnopqrstuvwxyz" * 5,
    "zyxwvutsrqponmlkjihgfedcba" * 5,
    "qwertyuiopasdfghjklzxcvbnm" * 5,
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p" * 4,
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん" * 3,
)
LONGEST_UNIT = 8


def bare(text: str) -> str:
    """Letters and digits alone, half width and lower case: what differs in signs is the same word."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


class ContextWordValidator:
    """Refuses passwords with words of the company, the service or the user."""

    def words(self, user: Any) -> list[str]:
        """What this user's password may not hold."""
        own = [user.login_id, *user.name.replace("\u3000", " ").split(" ")] if user else []
        return [word for word in map(bare, (*CONTEXT_WORDS, *own)) if len(word) >= SHORTEST_WORD or not word.isascii()]

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError that names the word."""
        given = bare(password)
        for word in self.words(user):
            if word and word in given:
                raise ValidationError(
                    _("The password holds “%(word)s”, which others would try first. Take other words."),
                    code="password_context_word",
                    params={"word": word},
                )

    def get_help_text(self) -> str:
        """What the form says."""
        return _("No words of the company or the service, not your login ID or name.")


class PatternValidator:
    """Refuses one short thing repeated, and rows of keys or letters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError."""
        given = password.casefold()
        repeated = any(
            given == (given[:size] * len(given))[: len(given)]
            for size in range(1, min(LONGEST_UNIT, len(given) // 2) + 1)
        )
        if repeated or any(given in row for row in ROWS):
            raise ValidationError(
                _("The password is one thing repeated, or a row of keys. Take several words instead."),
                code="password_pattern",
            )

    def get_help_text(self) -> str:
        """What the form says."""
        return _("No repetition such as “abcabcabc”, no row of keys.")
