"""Our Japanese: msgids from the sources into one catalogue for each app, checked and compiled without gettext.

A msgid stands in one catalogue only, that of the lowest app that uses it; the templates belong to the site.
What packages show without Japanese of their own stands in the site's catalogue, marked as third party.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

HOMES = (
    ("iijiot", ("iijiot", "templates")),
    ("contracts", ("contracts",)),
    ("sims", ("sims",)),
    ("billing", ("billing",)),
)
CATALOGUE = Path("locale/ja/LC_MESSAGES/django.po")
PACKAGES = ("unfold", "simple_history")
DJANGO = ("django.conf", "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes")
THIRD_PARTY = "third party"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """# Written by manage.py messages, but for the translations themselves.
msgid ""
msgstr ""
"Language: ja\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_STRING = r"""[ru]?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
# What Django makes of a template is not quite Python: the calls are picked out of it.
CALL = re.compile(
    rf"(?<![\w.])(npgettext|pgettext|ngettext|gettext|_)\(\s*{_STRING}(?:,\s*{_STRING})?(?:,\s*{_STRING})?"
)
PLACEHOLDER = re.compile(r"%%|%(?:\(\w+\))?[sdifr]|\{\w*\}")


class Msgid(NamedTuple):
    """What is looked up: the English text, its context and its plural."""

    text: str
    context: str | None = None
    plural: str | None = None


@dataclass(frozen=True)
class Home:
    """One app's catalogue and the msgids that belong in it."""

    path: Path
    own: frozenset[Msgid]
    third_party: frozenset[Msgid] = frozenset()


def homes(root: Path, packages: Iterable[str] = PACKAGES) -> list[Home]:
    """Every catalogue of the project below a folder, with what the sources ask of it."""
    found: list[Home] = []
    seen: set[Msgid] = set()
    for app, folders in HOMES:
        own = {msgid for folder in folders for msgid in msgids_in(root / folder)} - seen
        seen |= own
        found.append(Home(root / app / CATALOGUE, frozenset(own)))
    strangers = frozenset(untranslated_of(packages) - seen)
    return [Home(found[0].path, found[0].own, strangers), *found[1:]]


def msgids_in(folder: Path) -> Iterator[Msgid]:
    """The msgids in the Python files and templates below a folder."""
    for path in sorted(folder.rglob("*")):
        if "migrations" in path.relative_to(folder).parts:
            continue
        if path.suffix == ".py":
            yield from in_python(path.read_bytes())
        elif path.suffix in {".html", ".txt", ".typ"} and "templates" in path.parts:
            yield from in_template(path.read_text(encoding="utf-8"))


def in_python(source: bytes) -> Iterator[Msgid]:
    """The msgids in a module."""
    for _line, texts, _comments, context in extract("python", BytesIO(source), KEYWORDS):
        text, plural = texts[:2] if isinstance(texts, tuple) else (texts, None)
        if text:
            yield Msgid(text, context, plural)


def in_template(source: str) -> Iterator[Msgid]:
    """The msgids in a template."""
    for call in CALL.finditer(templatize(source)):
        texts = [ast.literal_eval(text) for text in call.groups()[1:] if text]
        context = texts.pop(0) if "pgettext" in call[1] else None
        yield Msgid(texts[0], context, texts[1] if call[1].startswith("n") else None)


def untranslated_of(packages: Iterable[str]) -> set[Msgid]:
    """The msgids of packages that neither they nor Django have in Japanese."""
    folders = {name: _folder_of(name) for name in packages}
    shipped = [catalogue for name in DJANGO for catalogue in _shipped_by(_folder_of(name))]
    shipped += [catalogue for folder in folders.values() for catalogue in _shipped_by(folder)]
    asked = {msgid for folder in folders.values() for msgid in msgids_in(folder)}
    return {msgid for msgid in asked if not any(_translated(shelf, msgid) for shelf in shipped)}


def update(home: Home, translated: Iterable[Catalog] = ()) -> None:
    """Write a catalogue anew, as `updated` gives it."""
    home.path.parent.mkdir(parents=True, exist_ok=True)
    home.path.write_text(updated(home, translated), encoding="utf-8")


def updated(home: Home, translated: Iterable[Catalog] = ()) -> str:
    """A catalogue anew: what is asked, what is translated already, and everything of third parties.

    A new msgid takes over the translation that another catalogue had.
    """
    before = read(home.path)
    own, strangers = Catalog(locale="ja"), Catalog(locale="ja")
    for msgid in home.own:
        _add(own, msgid, [before, *translated])
    for entry in before:
        if entry.id and THIRD_PARTY in entry.auto_comments and _msgid(entry) not in home.own:
            _add(strangers, _msgid(entry), [before], comment=THIRD_PARTY)
    for msgid in home.third_party:
        _add(strangers, msgid, [before, *translated], comment=THIRD_PARTY)
    return HEADER + _written(own) + _written(strangers)


def problems(home: Home) -> list[str]:
    """A sentence for every msgid that has no Japanese, a doubtful one, or other placeholders."""
    catalogue = read(home.path)
    told = []
    for msgid in sorted(home.own | home.third_party, key=lambda msgid: (msgid.text, msgid.context or "")):
        entry = catalogue.get(msgid.text, msgid.context)
        if entry is None:
            told.append(f"missing: {msgid.text!r}")
        else:
            told += _problems_of(entry)
    known = {_msgid(entry) for entry in catalogue if entry.id}
    kept = {_msgid(entry) for entry in catalogue if THIRD_PARTY in entry.auto_comments}
    told += [
        f"not used any more: {msgid.text!r}" for msgid in sorted(known - kept - home.own, key=lambda msgid: msgid.text)
    ]
    return told


def compile_catalogue(path: Path) -> Path:
    """Write the .mo that Django reads, beside its .po."""
    compiled = path.with_suffix(".mo")
    with compiled.open("wb") as file:
        write_mo(file, read(path))
    return compiled


def read(path: Path) -> Catalog:
    """A catalogue as it stands; empty where there is none yet."""
    if not path.exists():
        return Catalog(locale="ja")
    with path.open("rb") as file:
        return read_po(file, locale="ja")


def placeholders(text: str) -> Counter[str]:
    """What is filled into a text; a name counts once, however often it stands there."""
    found = Counter(PLACEHOLDER.findall(text))
    del found["%%"]
    return Counter({mark: 1 if len(mark) > 2 else times for mark, times in found.items()})


def _problems_of(entry: Entry) -> Iterator[str]:
    text = entry.id[-1] if isinstance(entry.id, list | tuple) else entry.id
    translations = entry.string if isinstance(entry.string, list | tuple) else [entry.string]
    if not all(translations):
        yield f"empty: {text!r}"
    elif entry.fuzzy:
        yield f"fuzzy: {text!r}"
    elif any(placeholders(translation or "") != placeholders(text) for translation in translations):
        yield f"other placeholders: {text!r}"


def _add(catalogue: Catalog, msgid: Msgid, sources: Iterable[Catalog], comment: str | None = None) -> None:
    known = next((entry for source in sources if (entry := source.get(msgid.text, msgid.context))), None)
    string = known.string if known is not None else ""
    text = (string or "") if isinstance(string, str | None) else string[0]
    catalogue.add(
        (msgid.text, msgid.plural) if msgid.plural is not None else msgid.text,
        (text,) if msgid.plural is not None else text,
        context=msgid.context,
        flags={"fuzzy"} if known is not None and known.fuzzy else (),
        auto_comments=[comment] if comment else (),
        user_comments=known.user_comments if known else (),
    )


def _written(catalogue: Catalog) -> str:
    file = BytesIO()
    write_po(file, catalogue, width=120, no_location=True, omit_header=True, sort_output=True)
    text = file.getvalue().decode()
    return text if text.endswith("\n\n") or not text else text.rstrip("\n") + "\n\n"


def _msgid(entry: Entry) -> Msgid:
    text, plural = entry.id if isinstance(entry.id, list | tuple) else (entry.id, None)
    return Msgid(text, entry.context, plural)


def _translated(catalogue: Catalog, msgid: Msgid) -> bool:
    entry = catalogue.get(msgid.text, msgid.context)
    return entry is not None and bool(entry.string)


def _shipped_by(folder: Path) -> Iterator[Catalog]:
    compiled = folder / CATALOGUE.with_suffix(".mo")
    if compiled.exists():
        with compiled.open("rb") as file:
            yield read_mo(file)


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"The package {package} is not installed.")
    return Path(next(iter(spec.submodule_search_locations)))
