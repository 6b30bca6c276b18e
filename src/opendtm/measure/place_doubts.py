"""Findings about the names of places at one level: what was not merged, and what may belong together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from opendtm.i18n import Message
from opendtm.measure.levels import ADMIN_LEVELS, stated_levels
from opendtm.measure.panels import Panel
from opendtm.records import Finding, Severity
from opendtm.vocab import fold

Spellings = Mapping[str | None, set[str | None]]


def place_findings(panel: Panel, *, by: str) -> tuple[Finding, ...]:
    """Report names that figures at the level `by` keep apart or put together; nothing for other levels.

    A code with several names is one place. A name without a code is a place of its own, even where a
    code of the same name exists: names are not keys. Rows that name no area are counted together.
    """
    if by not in ADMIN_LEVELS:
        return ()
    names: dict[str | None, set[str | None]] = defaultdict(set)
    unnamed = 0
    for code, name in _pairs(panel, by):
        names[code].add(name)
        unnamed += code is None and name is None
    return (*_several_names(names, by), *_without_code(names, by), *_not_stated(unnamed, by, panel))


def _pairs(panel: Panel, by: str) -> Iterator[tuple[str | None, str | None]]:
    table = panel.table
    columns = [
        table[name].to_pylist() if name in table.column_names else [None] * table.num_rows
        for name in (f"{by}_code", f"{by}_name")
    ]
    yield from zip(*columns, strict=True)


def _several_names(names: Spellings, by: str) -> Iterator[Finding]:
    for code, all_names in sorted(names.items(), key=str):
        spelt = sorted(name for name in all_names if name is not None)
        if code is not None and len(spelt) > 1:
            yield Finding(
                check="several_names_for_code",
                severity=Severity.NOTE,
                message=Message(
                    "The code {code} has several names ({names}); it is one place.",
                    {"code": code, "names": ", ".join(spelt)},
                ),
                concept=f"{by}_name",
                value=code,
            )


def _without_code(names: Spellings, by: str) -> Iterator[Finding]:
    coded: dict[str, set[str]] = defaultdict(set)
    for code, all_names in names.items():
        for name in all_names:
            if code is not None and name is not None:
                coded[fold(name)].add(code)
    for name in sorted(name for name in names.get(None, ()) if name is not None):
        if codes := coded.get(fold(name)):
            yield Finding(
                check="area_without_code",
                severity=Severity.SOFT,
                message=Message(
                    "Some rows name {name} without a code, others with the code {codes}; they are kept apart.",
                    {"name": name, "codes": ", ".join(sorted(codes))},
                ),
                concept=f"{by}_code",
                value=name,
                remedy=Message("Fill in the code in the rows that lack it."),
            )


def _not_stated(count: int, by: str, panel: Panel) -> Iterator[Finding]:
    if not count:
        return
    nowhere = count == panel.table.num_rows
    levels = ", ".join(level for level in stated_levels(panel.table) if level != "none")
    found = Finding(
        check="area_not_stated",
        severity=Severity.SOFT if nowhere else Severity.NOTE,
        message=Message(
            "{rows} rows name no area at the level {level}; their figures stand in a line of their own.",
            {"rows": count, "level": by},
        ),
        concept=f"{by}_code",
    )
    remedy = Message("Levels that are named: {levels}.", {"levels": levels})
    yield replace(found, remedy=remedy) if nowhere else found
