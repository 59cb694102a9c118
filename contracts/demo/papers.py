"""Invented papers as they are handed in: a page of PDF, and a scanned picture; each says that it is a specimen."""

import struct
import zlib
from typing import Any

from contracts import proving
from contracts.demo.office import Office
from iijiot.records import fresh

WIDTH, HEIGHT = 210, 297


def pdf(*lines: str) -> bytes:
    """One page with these lines, in letters that every reader has."""
    shown = " T* ".join(f"({line}) Tj" for line in ("SPECIMEN", *lines))
    text = f"BT /F1 18 Tf 24 TL 72 760 Td {shown} ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + end


def png() -> bytes:
    """A scanned page in grey, with lines where there would be words."""
    row = {dark: b"\0" + bytes(90 if dark and 20 < x < 190 else 250 for x in range(WIDTH)) for dark in (True, False)}
    pixels = b"".join(row[30 < y < 260 and y % 14 < 3] for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(pixels)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part)) for name, part in parts
    )


def hand_in(office: Office, record: Any, kind: str, name: str, body: bytes) -> Any:
    """Put a paper on record that arrives this day."""
    file = proving.taken(name, body)
    return proving.keep(fresh(record), file, kind=kind, received_on=office.day, today=office.day, actor=office.desk)
