"""Files as they are handed in, good and bad: papers that must be taken, and attacks that must not (X40)."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from contracts.demo.papers import pdf, png

MB = 1024**2


@dataclass(frozen=True)
class Attack:
    """A file that must be refused: the name it comes with, its bytes, and a part of the sentence that says why."""

    name: str
    body: Callable[[], bytes]
    why: str


NO_KIND = "none of the kinds"
BROKEN = "damaged or incomplete"
BEHIND = "follows the end"
CODE = "program code"
ARCHIVE = "an archive at the same time"
ACTS = "scripts, attached files or programs"


def jpeg(comment: bytes = b"", size: tuple[int, int] = (8, 8)) -> bytes:
    """A grey picture: what readers need to see where it ends, and a comment if there is one."""
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        + said
        + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", *size) + b"\x01\x01\x11\x00"
        + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"
        + b"\xff\xd9"
    )  # fmt: skip


def chunk(name: bytes, part: bytes) -> bytes:
    """One part of a PNG, with its right sum."""
    return struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))


def with_chunk(name: bytes, part: bytes, many: int = 1) -> bytes:
    """A picture with parts of this kind before its last."""
    whole = png()
    return whole[:-12] + chunk(name, part) * many + whole[-12:]


def huge_picture() -> bytes:
    """Ten thousand million pixels, in fifty bytes."""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)) + png()[33:]


def with_object(content: bytes) -> bytes:
    """A PDF with one more object before its table."""
    body = pdf("REGISTER EXTRACT")
    at = body.index(b"xref\n")
    return body[:at] + b"9 0 obj\n" + content + b"\nendobj\n" + body[at:]


def packed(content: bytes, more: bytes = b"", kind: bytes = b"/ObjStm", method: bytes = b"/FlateDecode") -> bytes:
    """A PDF with objects that are packed."""
    part = zlib.compress(content)
    head = b"<< /Type %s /N 1 /First 4 /Filter %s %s /Length %d >>\nstream\n" % (kind, method, more, len(part))
    return with_object(head + part + b"\nendstream")


@cache
def archive(name: str = "a.txt", content: bytes = b"a", comment: bytes = b"") -> bytes:
    """A ZIP with one file in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
        made.comment = comment
    return file.getvalue()


def archive_in_pdf() -> bytes:
    """A PDF to its readers, and a ZIP to those of archives: the rest of the PDF is the archive's comment."""
    stream = b"<< /Length %d >>\nstream\n%s"
    tail = pdf().partition(b"endstream")[2]
    zipped = archive(comment=b"\nendstream" + tail)
    return pdf().partition(b"<< /Length")[0] + stream % (len(zipped), zipped)


def entities() -> bytes:
    """XML whose one word would be a thousand million."""
    lines = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "a">{lines}]><a>&a9;</a>'.encode()


def svg(script: str = "alert(1)") -> bytes:
    """A drawing with a script."""
    return f'<svg xmlns="http://www.w3.org/2000/svg"><script>{script}</script></svg>'.encode()


def wrong_sum() -> bytes:
    """A picture one of whose bytes was changed on the way."""
    whole = bytearray(png())
    whole[60] ^= 1
    return bytes(whole)


PAPERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf": ("登記事項証明書.pdf", lambda: pdf("REGISTER EXTRACT")),
    "pdf, days in its name": ("2026.11.25 v1.2 例示食品㈱.登記.PDF", pdf),
    "pdf, changed afterwards": ("証明書.pdf", lambda: pdf() + b"startxref\n9\n%%EOF\r\n"),
    "pdf, packed": ("証明書.pdf", lambda: packed(b"1 0 << /Type /Page >>")),
    "pdf, a link in it": ("証明書.pdf", lambda: with_object(b"<< /S /URI /URI (https://example.jp/) >>")),
    "png": ("除籍謄本.png", png),
    "png, words in it": ("scan.png", lambda: with_chunk(b"tEXt", b"Software\0Scanner 1.0")),
    "jpeg": ("IMG 0001.jpg", jpeg),
    "jpeg, a comment in it": ("写真.JPEG", lambda: jpeg(b"taken on 2026-11-25")),
    "jpeg, a second picture": ("写真.jpg", lambda: jpeg() + jpeg(size=(4, 4))),
}
"""Names and bytes that are taken."""

ATTACKS: dict[str, Attack] = {
    "nothing": Attack("a.pdf", lambda: b"", "is empty"),
    "text": Attack("a.pdf", lambda: "登記事項証明書".encode(), NO_KIND),
    "program": Attack("a.png", lambda: b"MZ\x90\x00" + bytes(200), NO_KIND),
    "page of the web": Attack("a.jpg", lambda: b"<html><script>alert(1)</script></html>", NO_KIND),
    "drawing with a script": Attack("a.png", svg, NO_KIND),
    "entities": Attack("a.pdf", entities, NO_KIND),
    "noughts": Attack("a.pdf", lambda: bytes(1000), NO_KIND),
    "archive that swells": Attack("a.pdf", lambda: archive("a", bytes(200 * MB)), NO_KIND),
    "workbook with a million empty rows": Attack(
        "a.pdf", lambda: archive("xl/worksheets/sheet1.xml", b"<sheetData>" + b"<row/>" * 10**6), NO_KIND
    ),
    "50 MB": Attack("a.pdf", lambda: pdf() + bytes(50 * MB), "larger than 10 MB"),
    "a byte too many": Attack("a.pdf", lambda: pdf() + b"\n" * (10 * MB + 1 - len(pdf())), "larger than 10 MB"),
    "a picture called a PDF": Attack("a.pdf", png, "does not say what the file is"),
    "a PDF called a page of the web": Attack("a.html", pdf, "does not say what the file is"),
    "no ending": Attack("a", pdf, "does not say what the file is"),
    "two endings": Attack("請求書.exe.pdf", pdf, "two endings"),
    "two endings, one of a web server": Attack("a.PHP.jpg", jpeg, "two endings"),
    "a path in the name": Attack("../../static/a.pdf", pdf, "without folders"),
    "a path of Windows in the name": Attack("C:\\temp\\a.pdf", pdf, "without folders"),
    "a hidden name": Attack(".pdf", pdf, "without folders"),
    "a NUL in the name": Attack("a.html\x00.pdf", pdf, "cannot be seen"),
    "a name written backwards": Attack("a\u202efdp.pdf", pdf, "cannot be seen"),
    "a name without end": Attack("a" * 300 + ".pdf", pdf, "longer than 100"),
    "a PDF that begins later": Attack("a.pdf", lambda: b"\n" + pdf(), NO_KIND),
    "a page of the web that is a PDF later": Attack("a.pdf", lambda: b"<script>alert(1)</script>\n" + pdf(), NO_KIND),
    "a picture with a PDF in it": Attack("a.jpg", lambda: jpeg() + pdf(), BEHIND),
    "a PDF with a page of the web in it": Attack("a.pdf", lambda: with_object(b"(<script>alert(1)</script>)"), CODE),
    "a picture with PHP in it": Attack("a.jpg", lambda: jpeg(b"<?php system($_GET['c']); ?>"), CODE),
    "a picture with a script in it": Attack("a.png", lambda: with_chunk(b"tEXt", b"a\0" + svg()), CODE),
    "a picture with an archive behind it": Attack("a.png", lambda: png() + archive(), ARCHIVE),
    "a photograph with an archive behind it": Attack("a.jpg", lambda: jpeg() + archive(), ARCHIVE),
    "a PDF with an archive in it": Attack("a.pdf", archive_in_pdf, ARCHIVE),
    "a picture with something behind it": Attack("a.png", lambda: png() + b"more", BEHIND),
    "a PDF with something behind it": Attack("a.pdf", lambda: pdf() + b"more", BEHIND),
    "half a PDF": Attack("a.pdf", lambda: pdf()[:300], BROKEN),
    "half a picture": Attack("a.png", lambda: png()[:-20], BROKEN),
    "half a photograph": Attack("a.jpg", lambda: jpeg()[:-2], BROKEN),
    "a picture with a wrong sum": Attack("a.png", wrong_sum, BROKEN),
    "a picture of nothing": Attack("a.jpg", lambda: jpeg(size=(0, 8)), BROKEN),
    "a huge picture": Attack("a.png", huge_picture, "too many pixels"),
    "a huge photograph": Attack("a.jpg", lambda: jpeg(size=(60_000, 60_000)), "too many pixels"),
    "a PDF with a script": Attack("a.pdf", lambda: with_object(b"<< /S /JavaScript /JS (app.alert) >>"), ACTS),
    "a PDF with a script, spelt otherwise": Attack("a.pdf", lambda: with_object(b"<< /S /J#61va#53cript >>"), ACTS),
    "a PDF with a script, packed": Attack("a.pdf", lambda: packed(b"1 0 << /S /JavaScript >>"), ACTS),
    "a PDF with a script, packed and spelt otherwise": Attack(
        "a.pdf", lambda: packed(b"1 0 << /S /#4Aava#53cript >>", kind=b"/Obj#53tm"), ACTS
    ),
    "a PDF with a script, packed in another way": Attack(
        "a.pdf", lambda: packed(b"1 0 << /S /JavaScript >>", method=b"/LZWDecode"), BROKEN
    ),
    "a PDF with a script, packed by differences": Attack(
        "a.pdf", lambda: packed(b"1 0", b"/DecodeParms << /Predictor 12 >>"), BROKEN
    ),
    "a PDF that starts a program": Attack("a.pdf", lambda: with_object(b"<< /S /Launch /F (cmd.exe) >>"), ACTS),
    "a PDF with a file attached": Attack("a.pdf", lambda: with_object(b"<< /Type /EmbeddedFile >>"), ACTS),
    "a PDF with a password": Attack("a.pdf", lambda: with_object(b"<< /Encrypt 7 0 R >>"), "password"),
    "a PDF that swells": Attack("a.pdf", lambda: packed(bytes(200 * MB)), BROKEN),
    "a PDF of a million packed objects": Attack("a.pdf", lambda: with_object(b"/ObjStm" * 10**6), BROKEN),
    "a PDF of escapes alone": Attack("a.pdf", lambda: with_object(b"/#4a#61#76#61" * (9 * MB // 13)) + b"x", BEHIND),
    "a picture of a million parts": Attack("a.png", lambda: with_chunk(b"tEXt", b"", 800_000), BROKEN),
    "a photograph that fills": Attack("a.jpg", lambda: b"\xff\xd8" + b"\xff" * (9 * MB), BROKEN),
    "photographs without end": Attack("a.jpg", lambda: jpeg() * 100_000, BROKEN),
}
"""What must be refused, and why."""
