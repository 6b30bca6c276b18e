"""Places as GeoJSON and GeoPackage: a feature a submission, at the first position that its form asks for.

What has no position stays in the file, with an empty geometry: a row is never lost for want of a satellite.
"""

import json
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from opendtm.errors.render import NoPosition
from opendtm.render.raw.counting import check_count
from opendtm.render.raw.layout import RawTable
from opendtm.render.raw.options import RawOptions
from opendtm.render.raw.rows import RawWriter
from opendtm.render.raw.words import heading, worded

GEOMETRY = "geometry"
PIECE = 20_000


def geojson(rows: RawWriter, target: Path, options: RawOptions) -> None:
    """Write one FeatureCollection (RFC 7946), feature by feature."""
    table = rows.plan.tables[0]
    longitude, latitude = _position(rows)
    heads = [heading(column, options) for column in table.columns]
    writers = [worded(column, options) for column in table.columns]
    count = 0
    with target.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for line in _lines(rows, table):
            values = [write(value) for write, value in zip(writers, line, strict=True)]
            place = (line[longitude], line[latitude])
            feature = _feature(dict(zip(heads, values, strict=True)), place)
            file.write(
                (",\n" if count else "\n") + json.dumps(feature, ensure_ascii=False, default=_day)
            )
            count += 1
        file.write("\n]}\n")
    check_count(rows, table, count)


def geopackage(rows: RawWriter, target: Path, options: RawOptions) -> None:
    """Write one layer of points, piece by piece; columns keep their types. Codes stay codes."""
    del options
    table = rows.plan.tables[0]
    place = _position(rows)
    schema = table.schema.append(pa.field(GEOMETRY, pa.binary()))
    empty = pa.RecordBatch.from_pylist([], table.schema)
    for number, batch in enumerate(chain([empty], rows.again(table, PIECE))):
        pyogrio.write_arrow(
            pa.Table.from_batches([_with_point(batch, place, schema)]),
            target,
            layer=table.title,
            driver="GPKG",
            geometry_name=GEOMETRY,
            geometry_type="Point",
            crs="EPSG:4326",
            append=number > 0,
        )
    check_count(rows, table, pyogrio.read_info(target)["features"])


def _with_point(batch: pa.RecordBatch, place: tuple[int, int], schema: pa.Schema) -> pa.RecordBatch:
    """Add the geometry to some rows: null where longitude or latitude is unknown."""
    longitude, latitude = (
        batch.column(one).to_numpy(zero_copy_only=False).astype(float) for one in place
    )
    known = ~(np.isnan(longitude) | np.isnan(latitude))
    points = np.full(batch.num_rows, None, dtype=object)
    points[known] = shapely.points(longitude[known], latitude[known])
    shapes = pa.array(shapely.to_wkb(points).tolist(), pa.binary())
    return pa.RecordBatch.from_arrays([*batch.columns, shapes], schema=schema)


def _position(rows: RawWriter) -> tuple[int, int]:
    """Give the places of longitude and latitude of the first point that the form asks for."""
    columns = rows.plan.tables[0].columns
    for part in ("longitude", "latitude"):
        if not any(column.part == part for column in columns):
            raise NoPosition(form=rows.plan.title)
    path = next(column.path for column in columns if column.part == "longitude")
    found = {column.part: place for place, column in enumerate(columns) if column.path == path}
    return found["longitude"], found["latitude"]


def _lines(rows: RawWriter, table: RawTable) -> Iterator[tuple[Any, ...]]:
    for batch in rows.again(table):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _feature(
    properties: dict[str, Any], place: tuple[float | None, float | None]
) -> dict[str, Any]:
    known = None not in place
    geometry = {"type": "Point", "coordinates": list(place)} if known else None
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
