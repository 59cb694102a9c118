"""Asking somebody at a terminal, or a file that answers in his place, line by line."""

import getpass
import sys
from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError

Check = Callable[[str], object]


class NoAnswer(Exception):
    """The input ended, or nobody may be asked; it says for what."""


class Asker:
    """Takes what was given beforehand, else asks; what is wrong is said and asked again."""

    def __init__(self, tell: Callable[[str], object], given: Mapping[str, str], *, may_ask: bool) -> None:
        self.tell = tell
        self.given = given
        self.may_ask = may_ask

    def value(self, name: str, label: str, check: Check, present: str = "", *, optional: bool = False) -> str:
        """A value that passes its check. Enter keeps the present one; where there is none, only an optional one may lack.

        Raises ValidationError for a wrong value that was given beforehand, NoAnswer where there is none to be had.
        """
        if name in self.given:
            check(self.given[name])
            return self.given[name]
        if not self.may_ask:
            return self._without_asking(name, label, present, optional=optional)
        while True:
            typed = self.line(f"{label} [{present}]: " if present else f"{label}: ") or present
            if not typed and optional:
                return ""
            try:
                check(typed)
            except ValidationError as error:
                self.tell("  " + " ".join(error.messages))
            else:
                return typed

    def _without_asking(self, name: str, label: str, present: str, *, optional: bool) -> str:
        if present or optional:
            return present
        raise NoAnswer(f"{label} is missing: give --{name.replace('_', '-')}.")

    def line(self, prompt: str, *, hidden: bool = False) -> str:
        """One line that is typed; hidden, where there is a terminal to hide it on. Raises NoAnswer at the end of the input."""
        if hidden and sys.stdin.isatty():
            return getpass.getpass(prompt)
        sys.stdout.write(prompt)
        sys.stdout.flush()
        typed = sys.stdin.readline()
        if not sys.stdin.isatty():
            sys.stdout.write("\n")
        if not typed:
            raise NoAnswer(f"The input ended at “{prompt.rstrip(': ')}”.")
        return typed.strip()
