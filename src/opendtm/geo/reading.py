"""Reads administrative areas out of a boundary file: P-code, name, level, parent, dates and shape.

A P-code is the key and a name never is: a row without one is reported and left out. Everything that was
mended, merged or assumed on the way is a finding.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from opendtm.geo import doubts
from opendtm.geo.columns import Columns, level_in, recognise
from opendtm.geo.dates import read_date
from opendtm.geo.layers import Layer, layers
from opendtm.geo.mending import has_areas, mended
from opendtm.geo.merging import merged
from opendtm.geo.shapes import AreaReading, AreaShape
from opendtm.geo.sources import boundary_files
from opendtm.records import Finding, Place

Row = AreaShape | Finding
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
        name = self._text(self.columns.name, index) or self._text(self.columns.name_fr, index)
        if not name:
            yield doubts.without_name(where, code)
        yield AreaShape(self._place(index, code, name or code), shape)

    def _place(self, index: int, code: str, name: str) -> Place:
        return Place(
            code=code,
            name=name,
            level=self._level(index),
            parent=self._text(self.columns.parent, index),
            valid_from=self.valid_from or read_date(self._value(self.columns.valid_from, index)),
            valid_to=read_date(self._value(self.columns.valid_to, index)),
            name_fr=self._text(self.columns.name_fr, index),
        )

    def _level(self, index: int) -> int:
        if self.columns.level is not None:
            return self.columns.level
        said = level_in(self._value(self.columns.level_column, index))
        return said if said is not None else 1

    def _value(self, column: str | None, index: int) -> object:
        return self.layer.columns[column][index] if column else None

    def _text(self, column: str | None, index: int) -> str | None:
        value = self._value(column, index)
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
    if columns.level and columns.parent is None:
        yield doubts.no_parent_column(layer.where, columns.level - 1)
    if columns.valid_from is None and valid_from is None:
        yield doubts.no_valid_from(layer.where)
    if layer.encoding:
        yield doubts.encoding_found(layer.where, layer.encoding)
