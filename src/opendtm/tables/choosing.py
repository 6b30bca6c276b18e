"""Which sheets of a file are its observations.

A workbook holds the same people several times: by region, by district, by site. Only the sheets of the
finest level with figures are read unless a mapping names others; the rest is reported.
"""

from collections.abc import Sequence
from dataclasses import replace

from opendtm.i18n import Message, mark
from opendtm.tables.mapping import Mapping
from opendtm.tables.sheets import SheetReading
from opendtm.vocab import concept

_LEVELS = (("site_id", "site_name", "latitude"), ("adm3_code", "adm3_name"), ("adm2_code", "adm2_name"),
           ("adm1_code", "adm1_name"), ("adm0_code", "adm0_name"))  # fmt: skip
_ALSO_MEASURED = frozenset(
    (
        "priority_needs",
        "priority_needs_returnee",
        "displacement_reason",
        "departure_reason",
        "access",
        "site_status",
    )
)


def is_measure(name: str) -> bool:
    """Tell whether a concept says something about a place, other than where it is."""
    what = concept(name)
    return what.population is not None or what.sector is not None or name in _ALSO_MEASURED


def choose(readings: Sequence[SheetReading], mapping: Mapping | None) -> list[SheetReading]:
    """Mark which sheets are read and why the others are not."""
    if mapping is not None and any(sheet.sheet is not None for sheet in mapping.sheets):
        named = {sheet.sheet for sheet in mapping.sheets}
        every = None in named
        return [
            _mark(reading, _unnamed(reading, chosen=every or reading.report.name in named))
            for reading in readings
        ]
    counted = [
        reading
        for reading in readings
        if len(reading.rows) and any(map(is_measure, reading.values))
    ]
    listed = [
        reading
        for reading in readings
        if len(reading.rows) and _level(reading) < len(_LEVELS) and len(reading.values) > 1
    ]
    candidates = (
        counted or sorted(listed, key=lambda reading: (_level(reading), -len(reading.values)))[:1]
    )
    finest = min(map(_level, candidates), default=0)
    return [_mark(reading, _reason(reading, candidates, finest)) for reading in readings]


def _level(reading: SheetReading) -> int:
    return next(
        (rank for rank, names in enumerate(_LEVELS) if set(names) & set(reading.values)),
        len(_LEVELS),
    )


def _reason(reading: SheetReading, candidates: list[SheetReading], finest: int) -> Message | None:
    if any(reading is candidate for candidate in candidates):
        if _level(reading) == finest:
            return None
        return Message(mark("another sheet has the same at a finer level"))
    if (
        candidates
        and not any(map(is_measure, candidates[0].values))
        and _level(reading) < len(_LEVELS)
    ):
        return Message(mark("another sheet already lists the places"))
    return _nothing(reading)


def _unnamed(reading: SheetReading, *, chosen: bool) -> Message | None:
    if not chosen:
        return Message(mark("the mapping does not name it"))
    return None if reading.values and len(reading.rows) else _nothing(reading)


def _nothing(reading: SheetReading) -> Message:
    if not len(reading.rows):
        return Message(mark("it holds no rows"))
    if reading.report.headerless:
        return Message(mark("it has no row of headings"))
    return Message(mark("no figure about places was recognised in it"))


def _mark(reading: SheetReading, reason: Message | None) -> SheetReading:
    return replace(reading, report=replace(reading.report, read=reason is None, reason=reason))
