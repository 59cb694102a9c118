"""What people type to find something, made comparable: full width or half, kana of any kind, with or without hyphens."""

import re
import unicodedata
from dataclasses import dataclass

import jaconv

HYPHENS = re.compile(r"[\s\-‐‑‒–—−﹣]")
LEGAL_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|公益社団法人|公益財団法人|特定非営利活動法人"
    r"|\(株\)|\(有\)|\(同\)|カブシキガイシャ|カブシキカイシャ|ユウゲンガイシャ|ゴウドウガイシャ"
)
A_NUMBER = re.compile(r"([A-Z]{0,2})0*(\d+)")
LONGEST = 100
"""Signs of a query that are looked at; nothing that is searched for is longer."""


def comparable(text: str) -> str:
    """A name as it is compared: NFKC, hiragana as katakana, no blanks, no legal form, small letters."""
    plain = jaconv.hira2kata(unicodedata.normalize("NFKC", text))
    plain = "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign)[0] != "C")
    return LEGAL_FORMS.sub("", plain).casefold() or plain.casefold()


def digits(text: str) -> str:
    """A telephone or other number without what stands between its digits."""
    return HYPHENS.sub("", unicodedata.normalize("NFKC", text)).replace("(", "").replace(")", "")


@dataclass(frozen=True)
class Query:
    """What somebody typed, in the forms in which things are compared."""

    typed: str

    @property
    def name(self) -> str:
        """As a name."""
        return comparable(self.typed[:LONGEST])

    @property
    def compact(self) -> str:
        """As a number or reference: capitals, no hyphens or blanks."""
        return digits(self.typed[:LONGEST]).replace("\0", "").upper()

    def numbered(self, prefix: str) -> str | None:
        """As a number of ours with this prefix, which may be left out like its zeros: K123, k-0000123, 123."""
        found = A_NUMBER.fullmatch(self.compact)
        if found is None or found[1] not in ("", prefix) or len(found[2]) > 10:
            return None
        return f"{prefix}{int(found[2]):07d}"

    @property
    def address(self) -> str:
        """As a mail address."""
        return unicodedata.normalize("NFKC", self.typed[:LONGEST]).strip().replace("\0", "").lower()
