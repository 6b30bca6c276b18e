"""Reads administrative areas out of a boundary file: P-code, name, level, parent, dates and shape.

A P-code is the key and a name never is: a row without one is reported and left out. Everything that was
mended, merged or assumed on the way is a finding.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from opendtm.geo import doubts
from opendtm.geo.columns import Columns, level_in, recognise
from opendtm.geo.countries import country_name
from opendtm.geo.dates import read_date
from opendtm.geo.layers import Layer, layers
from opendtm.geo.mending import has_areas, mended
from opendtm.geo.merging import merged
from opendtm.geo.shapes import AreaReading, AreaShape
from opendtm.geo.sources import boundary_files
from opendtm.i18n import LANGUAGES
from opendtm.records import Finding, Place

Row = AreaShape | Finding
ASSUMED = 1  # the level where nothing says one
NO_CODE = frozenset({"-99", "0", "-", "NULL", "None", "N/A", "n/a"})


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the rows of one layer, whose columns are understood."""

    layer: Layer
    columns: Columns
    code: str
    valid_from: date | None

    def rows(self) -> Iterator[Row]:
        for index in range(len(self.layer.geometries)):
            yield from self._row(index)

    def _row(self, index: int) -> Iterator[Row]:
        where = replace(self.layer.where, row=index + 1)
        code = self._text(self.code, index)
        if not code or code in NO_CODE:
            yield doubts.without_code(where, self._text(self.columns.name, index))
            return
        shape, note = mended(self.layer.geometries[index])
        if note:
            yield doubts.about_shape(note, where, code)
        if shape is None:
            return
        level = self._level(index)
        if level is None:
            yield doubts.level_assumed(where)
        place = self._place(index, code, ASSUMED if level is None else level)
        if not place.name:
            yield doubts.without_name(where, code)
        yield AreaShape(replace(place, name=place.name or code), shape)

    def _place(self, index: int, code: str, level: int) -> Place:
        """Describe the area; a country without a name is named by its ISO code."""
        known = {lang: country_name(code, lang) if level == 0 else None for lang in LANGUAGES}
        name_fr = self._text(self.columns.name_fr, index)
        name = self._text(self.columns.name, index) or name_fr or known["en"] or ""
        return Place(
            code=code.upper() if level == 0 else code,
            name=name,
            level=level,
            parent=self._text(self.columns.parent, index),
            valid_from=self.valid_from or read_date(self._value(self.columns.valid_from, index)),
            valid_to=read_date(self._value(self.columns.valid_to, index)),
            name_fr=name_fr or known["fr"],
        )

    def _level(self, index: int) -> int | None:
        """Give the level; None where a row of a file with a column for levels does not tell."""
        if self.columns.level is not None or self.columns.level_column is None:
            return ASSUMED if self.columns.level is None else self.columns.level
        return level_in(self._value(self.columns.level_column, index))

    def _value(self, column: str | None, index: int) -> object:
        return self.layer.columns[column][index] if column else None

    def _text(self, column: str | None, index: int) -> str | None:
        value = self._value(column, index)
        if isinstance(value, float):  # a column of whole numbers with a gap
            value = None if math.isnan(value) else f"{value:.15g}"
        return (str(value).strip() or None) if value is not None else None


def read_areas(path: Path | str, *, valid_from: date | None = None) -> AreaReading:
    """Read the areas of a GeoJSON, TopoJSON, GeoPackage or shapefile (file, folder or zip).

    `valid_from` overrides the date that the file gives. Levels count from 0 (country). Raises an
    `InputProblem` of `opendtm.errors.geo` where the file cannot be used at all; every lesser doubt is among
    the findings. Areas come sorted by level and code; one per level and code.
    """
    rows: list[Row] = []
    with boundary_files(Path(path)) as files:
        for file in files:
            for layer in layers(file):
                rows += _read_layer(layer, valid_from)
    areas, findings = merged([row for row in rows if isinstance(row, AreaShape)])
    doubtful = [row for row in rows if isinstance(row, Finding)]
    return AreaReading(tuple(areas), (*doubtful, *findings))


def _read_layer(layer: Layer, valid_from: date | None) -> list[Row]:
    if not has_areas(layer.geometries):
        return [doubts.layer_without_areas(layer.where)]
    columns = recognise(layer.columns, title=f"{layer.name} {layer.file}")
    if columns.code is None:
        return [doubts.no_code_column(layer.where, list(layer.columns))]
    notes: list[Row] = list(_assumptions(layer, columns, valid_from))
    return notes + list(_Reader(layer, columns, columns.code, valid_from).rows())


def _assumptions(layer: Layer, columns: Columns, valid_from: date | None) -> Iterator[Finding]:
    if columns.level is None and columns.level_column is None:
        yield doubts.level_assumed(layer.where)
    if columns.level != 0 and columns.parent is None:
        yield doubts.no_parent_column(layer.where)
    if columns.valid_from is None and valid_from is None:
        yield doubts.no_valid_from(layer.where)
    if layer.encoding:
        yield doubts.encoding_found(layer.where, layer.encoding)
