"""Files that people hand in: what they are is read from their bytes; what is none of the kinds taken is refused.

A file is taken only if it is one thing from its first byte to its last, and does nothing when it is opened. Its name
and the browser's word for its kind decide nothing; a name that says something else than the bytes is refused.
"""

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from mimetypes import MimeTypes

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from iijiot.words import Words

LONGEST_NAME = 100
MOST_PIXELS = 100_000_000
"""An A3 page at 600 dots to the inch has 70 million; more is a picture made to fill somebody's memory."""
MOST_PARTS, MOST_PICTURES = 20_000, 8
"""Of how many parts a file may be made, so that looking at it takes no longer than a second."""
MOST_INFLATED = 32 * 1024**2
"""How much of a PDF's packed objects is looked at."""
PIECE = 4096
"""Bytes of a deflated stream; inflated they are 4 MB at most."""

PROGRAMS = {
    "asp", "aspx", "cmd", "hta", "jsp", "lnk", "msi", "phar", "php", "phtml", "ps1", "scr", "vbs", "wsf",
}  # fmt: skip
"""Endings of what runs, beside those that Python knows."""
ENDINGS = frozenset(MimeTypes().types_map[True]) | frozenset(MimeTypes().types_map[False])

MARKUP = re.compile(rb"<script|<\?php|<html|<!doctype|<iframe|<!entity", re.IGNORECASE)
"""Beginnings of what a browser or a web server would run; too long to come about by chance in packed data."""

ZIP_END, LONGEST_ZIP_END = b"PK\x05\x06", 22 + 0xFFFF
"""What stands at the end of an archive, and how far from its last byte it can stand."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: how it is served, the endings of its names, what it begins with."""

    media_type: str
    words: Words
    endings: tuple[str, ...]
    magic: bytes
    why_not: Callable[[bytes], Words | None]
    """What is wrong with the bytes; None where nothing is."""


@dataclass(frozen=True)
class TakenFile:
    """A file that was looked at and may be kept; made by `taken` alone."""

    name: str
    body: bytes
    kind: Kind


class NotWhole(Exception):
    """A file ends before it is complete, or is not built as its kind is."""


BROKEN = _("The file is damaged or incomplete. Make it anew.")
MORE_BEHIND = _("Something else follows the end of the file. Make it anew, for instance by scanning it again.")
TOO_MANY_PIXELS = _("The picture has too many pixels. Make it smaller.")
HIDES_CODE = _("The file holds program code. Make it anew, for instance by scanning it again.")
HIDES_ARCHIVE = _("The file is an archive at the same time. Make it anew, for instance by scanning it again.")
ACTS = _("The PDF has scripts, attached files or programs in it. Print it into a new PDF, and hand that in.")
PROTECTED = _("The PDF is protected by a password, so it cannot be checked. Hand it in without one.")


def taken(name: str, body: bytes, largest: int) -> TakenFile:
    """The file as one that may be kept. Raises ValidationError with the reason for any other."""
    if not body:
        raise ValidationError(_("The file is empty."), code="invalid")
    if len(body) > largest:
        raise too_large(largest)
    kind = next((kind for kind in KINDS.values() if body.startswith(kind.magic)), None)
    if kind is None:
        raise ValidationError(_("This is none of the kinds of files that are taken: PDF, PNG, JPEG."), code="invalid")
    shown = plain_name(name)
    for reason in _reasons(shown, kind, body):
        raise ValidationError(reason, code="invalid")
    return TakenFile(shown, body, kind)


def too_large(largest: int) -> ValidationError:
    """The refusal of a file for its size, in bytes."""
    return ValidationError(
        _("The file is larger than %(most)d MB. Scan it in grey or at fewer dots to the inch."),
        code="invalid",
        params={"most": largest // 1024**2},
    )


def plain_name(name: str) -> str:
    """The name as it may be shown. Raises ValidationError where it leads somewhere or is made to look like another."""
    shown = unicodedata.normalize("NFC", name).strip()
    if not shown or "/" in shown or "\\" in shown or shown.startswith("."):
        raise ValidationError(_("A file's name is without folders. Rename the file."), code="invalid")
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in shown):
        raise ValidationError(
            _("The file's name has signs in it that cannot be seen. Rename the file."), code="invalid"
        )
    if len(shown) > LONGEST_NAME:
        raise ValidationError(
            _("The file's name is longer than %(most)d signs. Rename the file."),
            code="invalid",
            params={"most": LONGEST_NAME},
        )
    return shown


def _reasons(name: str, kind: Kind, body: bytes) -> Iterator[Words]:
    """What keeps the file from being taken, what is quickly seen first."""
    _first, *endings = name.lower().split(".")
    if not endings or endings[-1] not in kind.endings:
        yield _("The ending of the file's name does not say what the file is. Rename the file.")
    if any(_is_ending(part.strip()) for part in endings[:-1]):
        yield _("The file's name has two endings. Rename the file.")
    if MARKUP.search(body):
        yield HIDES_CODE
    if ZIP_END in body[-LONGEST_ZIP_END:]:
        yield HIDES_ARCHIVE
    if reason := kind.why_not(body):
        yield reason


def _is_ending(part: str) -> bool:
    """Whether a part of a name is one that programs go by: “1.2” and “登記” are none."""
    return part in PROGRAMS or f".{part}" in ENDINGS


# PDF

PDF_HEAD = re.compile(rb"%PDF-[12]\.\d[\s%]")
PDF_TAIL = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
NEAR = 4096
"""How far from its kind the rest of an object's dictionary is looked for."""


def spelt(*names: str) -> bytes:
    """A pattern of names in a PDF, each sign plain or escaped: /J#61vaScript is /JavaScript."""
    signs = (b"".join(b"(?:%c|#(?i:%02x))" % (sign, sign) for sign in name.encode()) for name in names)
    return b"/(?:" + b"|".join(signs) + b")"


ACTING = re.compile(spelt("JavaScript", "Launch", "EmbeddedFile", "RichMedia", "SubmitForm", "ImportData"))
ENCRYPTED = re.compile(spelt("Encrypt"))
PACKED = re.compile(spelt("ObjStm"))
FILTER, PARAMETERS = re.compile(spelt("Filter")), re.compile(spelt("DecodeParms"))
DEFLATED = re.compile(rb"\s*\[?\s*/FlateDecode[\s\]/>]")
STREAM = re.compile(rb"stream\r?\n")


def pdf_why_not(body: bytes) -> Words | None:
    """A PDF that ends where it says, can be looked into, and has nothing in it that acts."""
    if not PDF_HEAD.match(body):
        return BROKEN
    if not PDF_TAIL.search(body[-NEAR:]):
        return MORE_BEHIND if b"%%EOF" in body else BROKEN
    if ENCRYPTED.search(body):
        return PROTECTED
    try:
        acts = ACTING.search(body) or any(ACTING.search(part) for part in _packed_objects(body))
    except NotWhole:
        return BROKEN
    return ACTS if acts else None


def _packed_objects(body: bytes) -> Iterator[bytearray]:
    """The objects that a PDF keeps packed. Raises NotWhole for a way of packing that nobody needs, and for too much."""
    left = MOST_INFLATED
    for number, found in enumerate(PACKED.finditer(body)):
        begins = body.rfind(b"obj", max(0, found.start() - NEAR), found.start())
        stream = STREAM.search(body, found.end(), found.end() + NEAR)
        if begins < 0 or stream is None or number > MOST_PARTS:
            raise NotWhole
        dictionary = body[begins : stream.start()]
        packed = FILTER.search(dictionary)
        if packed is None:
            continue  # it stands there plainly
        if not DEFLATED.match(dictionary, packed.end()) or PARAMETERS.search(dictionary):
            raise NotWhole
        part = _inflated(memoryview(body)[stream.end() :], left)
        left -= len(part)
        yield part


def _inflated(packed: memoryview, most: int) -> bytearray:
    """Piece by piece: whole, what swells would be in memory several times while it grows."""
    inflater, part = zlib.decompressobj(), bytearray()
    try:
        for start in range(0, len(packed), PIECE):
            part += inflater.decompress(packed[start : start + PIECE])
            if len(part) > most:
                raise NotWhole
            if inflater.eof:
                break
    except zlib.error:
        raise NotWhole from None
    return part


# PNG


def png_why_not(body: bytes) -> Words | None:
    """A PNG whose parts follow each other, each with its right sum, to the last byte."""
    at, names = len(PNG.magic), set[bytes]()
    try:
        for _number in range(MOST_PARTS):
            name, part, at = _png_part(body, at)
            if not names and (name != b"IHDR" or len(part) != 13):
                break
            if not names and _pixels(part[0:4], part[4:8]) > MOST_PIXELS:
                return TOO_MANY_PIXELS
            names.add(name)
            if name == b"IEND":
                return BROKEN if b"IDAT" not in names else MORE_BEHIND if at < len(body) else None
    except NotWhole:
        pass
    return BROKEN


def _png_part(body: bytes, at: int) -> tuple[bytes, bytes, int]:
    """The name and content of the part that begins here, and where it ends."""
    end = at + 12 + int.from_bytes(body[at : at + 4])
    part, sum_ = body[at + 4 : end - 4], body[end - 4 : end]
    if end > len(body) or zlib.crc32(part) != int.from_bytes(sum_):
        raise NotWhole
    return part[:4], part[4:], end


# JPEG

EOI, SOS = 0xD9, 0xDA
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
ALONE = {0x01, *range(0xD0, 0xD8)}
NO_MARKER = {0x00, 0xD8}
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def jpeg_why_not(body: bytes) -> Words | None:
    """A JPEG whose segments lead to its last byte; telephones put a second picture behind the first."""
    at = 0
    try:
        for _picture in range(MOST_PICTURES):
            at, pixels = _end_of_jpeg(body, at)
            if pixels > MOST_PIXELS:
                return TOO_MANY_PIXELS
            if at == len(body):
                return None
            if not body.startswith(JPEG.magic, at):
                return MORE_BEHIND
    except NotWhole:
        pass
    return BROKEN


def _end_of_jpeg(body: bytes, begins: int) -> tuple[int, int]:
    """Where the picture ends that begins here, and how many pixels it has."""
    at, pixels = begins + 2, 0
    for _number in range(MOST_PARTS):
        if at + 2 > len(body) or body[at] != 0xFF or body[at + 1] in NO_MARKER:
            break
        marker = body[at + 1]
        if marker == EOI and pixels:
            return at + 2, pixels
        if marker in FRAMES:
            pixels = _pixels(body[at + 5 : at + 7], body[at + 7 : at + 9])
        at = _after_segment(body, at, marker)
    raise NotWhole


def _after_segment(body: bytes, at: int, marker: int) -> int:
    """Where the segment of this marker ends, behind a scan's data where it begins one."""
    if marker == 0xFF:
        return at + 1
    if marker in ALONE:
        return at + 2
    end = at + 2 + max(2, int.from_bytes(body[at + 2 : at + 4]))
    if marker != SOS:
        return end
    following = AFTER_SCAN.search(body, end)
    if following is None:
        raise NotWhole
    return following.start()


def _pixels(one: bytes, other: bytes) -> int:
    pixels = int.from_bytes(one) * int.from_bytes(other)
    if not pixels:
        raise NotWhole
    return pixels


PDF = Kind("application/pdf", _("PDF"), ("pdf",), b"%PDF-", pdf_why_not)
PNG = Kind("image/png", _("PNG picture"), ("png",), b"\x89PNG\r\n\x1a\n", png_why_not)
JPEG = Kind("image/jpeg", _("JPEG picture"), ("jpg", "jpeg"), b"\xff\xd8\xff", jpeg_why_not)
KINDS = {kind.media_type: kind for kind in (PDF, PNG, JPEG)}
