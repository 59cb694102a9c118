"""PDFs for keeping, laid out by typst: all that is said comes as data, and the same data make the same bytes."""

import json
import logging
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import noto_cjk_sans_jp_bold
import noto_cjk_sans_jp_regular
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    import typst

log = logging.getLogger(__name__)

FONTS = [str(Path(package.__file__).parent) for package in (noto_cjk_sans_jp_regular, noto_cjk_sans_jp_bold)]
STANDARD: Final = "a-2u"
"""For keeping, and every sign readable as text; a sign that the fonts lack is an error instead of a blank."""

NO_FONT_HAS = re.compile(r'the text `"(.+?)"` could not be displayed')

_of_thread = threading.local()


class NotPrinted(Exception):
    """A document that could not be made into a PDF, with what to do about it."""


def pdf(layout: Path, name: str, said: Mapping[str, Any], *, number: str, made_at: int) -> bytes:
    """A document as PDF/A. What is said is the input `name` of the layout; `made_at` is its day, in seconds.

    Raises NotPrinted, naming what could not be printed.
    """
    import typst  # 7 MB, which only whoever prints needs

    try:
        made, warnings = _compiler(layout, name).compile_with_warnings(
            format="pdf", pdf_standards=[STANDARD], timestamp=made_at, sys_inputs={name: json.dumps(said)}
        )
    except typst.TypstError as error:
        raise _not_printed(number, str(error)) from error
    if warnings or not isinstance(made, bytes):
        raise _not_printed(number, "; ".join(str(warning) for warning in warnings))
    return made


@cache
def fonts() -> "typst.Fonts":
    """The fonts that come with the software, and no other."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=FONTS)


def _compiler(layout: Path, name: str) -> "typst.Compiler":
    """The compiler of a layout; each thread has its own."""
    import typst

    own: dict[Any, Any] = _of_thread.__dict__
    key = (layout, fonts())
    if key not in own:
        own[key] = typst.Compiler(layout, font_paths=fonts(), ignore_system_fonts=True, sys_inputs={name: "{}"})
    compiler: typst.Compiler = own[key]
    return compiler


def _not_printed(number: str, why: str) -> NotPrinted:
    log.error("%s could not be made into a PDF: %s", number, " ".join(why.split()))
    told = {"number": number}
    if found := NO_FONT_HAS.search(why):
        sentence = _("%(number)s could not be made into a PDF: “%(sign)s” is in no font. Use the print view instead.")
        return NotPrinted(sentence % {**told, "sign": found[1]})
    return NotPrinted(
        _("%(number)s could not be made into a PDF; the log says why. Use the print view meanwhile.") % told
    )
