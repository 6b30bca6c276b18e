"""Keeps the French catalogues in step with the words in the code.

`update [PART...]` adds new sentences to a part's catalogue and removes those that are gone; `check` fails
where one is untranslated; `compile` makes the binary files that programs read. A part is a floor of the
workshop or a room of the house.
"""

import re
import string
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent / "src"
WORKSHOP, HOUSE = ROOT / "opendtm", ROOT / "opendtm_server"
FLOORS = (
    "records",
    "geo",
    "tables",
    "forms",
    "clean",
    "measure",
    "report",
    "render",
    "cli",
    "errors",
)
ROOMS = ("ui", "govern", "places", "collect", "verify", "matrix", "publish", "demo", "config")
WORKSHOP_WORDS = {"mark": None, "Message": None, "_": None, "gettext": None}
HOUSE_WORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
Found = tuple[str | tuple[str, ...], str]


def sentences(part: str) -> Iterator[Found]:
    """Find every sentence of a part with the file it stands in."""
    if part in FLOORS:
        yield from _workshop(part)
    else:
        yield from _house(part)


def _workshop(floor: str) -> Iterator[Found]:
    folders = [WORKSHOP / floor]
    methods = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
    if floor == "errors":
        yield from _plain(WORKSHOP / "errors" / "base.py", WORKSHOP_WORDS)
        return
    for own_errors in sorted((WORKSHOP / "errors").glob(f"{floor}*.py")):
        yield from _plain(own_errors, WORKSHOP_WORDS)
    for folder in folders:
        for name, _line, message, *_ in extract_from_dir(folder, methods, keywords=WORKSHOP_WORDS):
            yield message, f"{floor}/{name}"


def _plain(path: Path, words: dict[str, object]) -> Iterator[Found]:
    with path.open("rb") as file:
        for _line, message, *_ in extract("python", file, keywords=words):
            yield message, path.name


def _house(room: str) -> Iterator[Found]:
    for name, _line, message, *_ in extract_from_dir(
        HOUSE / room, [("**.py", "python")], keywords=HOUSE_WORDS
    ):
        yield message, f"{room}/{name}"
    if room == "config":
        for path in sorted((HOUSE / "commands").glob("*.py")):
            yield from _plain(path, HOUSE_WORDS | WORKSHOP_WORDS)
    for path in sorted((HOUSE / room).rglob("*.html")) + sorted((HOUSE / room).rglob("*.txt")):
        if "templates" in path.parts:
            yield from _template(path)


def _template(path: Path) -> Iterator[Found]:
    import django
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    calls = re.compile(
        r"""(n?gettext|_)\(\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\"\"\".*?\"\"\"))(?:\s*,\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")))?""",
        re.DOTALL,
    )
    for function, first, second in calls.findall(code):
        source = f"{function}({first}{', ' + second + ', 1' if second else ''})"
        for _line, message, *_ in extract("python", BytesIO(source.encode()), keywords=HOUSE_WORDS):
            yield message, str(path.relative_to(HOUSE))


def catalogue_path(part: str) -> Path:
    """Name a part's French catalogue."""
    if part in FLOORS:
        return WORKSHOP / "locale" / "fr" / "LC_MESSAGES" / f"{part}.po"
    return HOUSE / part / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def read(part: str) -> Catalog:
    """Read a part's French catalogue; an empty one where there is none yet."""
    path = catalogue_path(part)
    if not path.exists():
        return _headed(Catalog(locale="fr", project="OpenDTM", charset="utf-8", fuzzy=False))
    with path.open("rb") as file:
        return _headed(read_po(file, locale="fr"))


def _headed(catalogue: Catalog) -> Catalog:
    """Give a catalogue the one heading of all, without the names and dates that differ from hand to hand."""
    catalogue.header_comment = "# French of OpenDTM."
    catalogue.version, catalogue.msgid_bugs_address, catalogue.last_translator = "", "", "OpenDTM"
    catalogue.language_team = "fr"
    return catalogue


def update(part: str) -> None:
    """Bring one part's catalogue in step with its code."""
    template = Catalog(project="OpenDTM", charset="utf-8")
    for message, place in sentences(part):
        if message:
            template.add(message, locations=[(place, 0)])
    catalogue = read(part)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    if not len(catalogue):
        return
    path = catalogue_path(part)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file, catalogue, sort_output=True, include_lineno=False, omit_header=False, width=110
        )


def problems(part: str) -> Iterator[str]:
    """Say which sentences of a part have no French, or French whose named places differ."""
    catalogue = read(part)
    for message, place in sentences(part):
        if not message:
            continue
        entry = catalogue.get(message)
        words = entry.string if entry else ""
        if not words or (isinstance(words, tuple) and not all(words)):
            yield f"{part}: {place}: no French for {message!r}"
        elif (
            isinstance(message, str)
            and isinstance(words, str)
            and _places(message) != _places(words)
        ):
            yield f"{part}: {place}: other named places in the French of {message!r}"


def _places(sentence: str) -> set[str]:
    percent = set(re.findall(r"%\((\w+)\)", sentence))
    try:
        return percent | {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    except ValueError:
        return percent


def compile_all() -> None:
    """Make every binary catalogue beside its text."""
    for path in sorted(ROOT.rglob("*.po")):
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale="fr"))


def main(arguments: list[str]) -> int:
    """Run one of the three commands; 0 when all is well."""
    command, parts = arguments[0], arguments[1:] or [*FLOORS, *ROOMS]
    existing = [part for part in parts if (WORKSHOP / part).exists() or (HOUSE / part).exists()]
    if command == "update":
        for part in existing:
            update(part)
    elif command == "check":
        found = [line for part in existing for line in problems(part)]
        print("\n".join(found) or "every sentence has its French")
        return 1 if found else 0
    elif command == "compile":
        compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
