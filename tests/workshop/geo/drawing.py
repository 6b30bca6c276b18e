"""Small boundary files and areas to test with: squares of one degree about nowhere in particular."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyogrio
import shapely

from opendtm.geo import AreaShape
from opendtm.records import Place


def square(x: float = 0, y: float = 0, size: float = 1) -> shapely.Polygon:
    """Give the square whose lower left corner is (x, y)."""
    return shapely.box(x, y, x + size, y + size)


def area(
    code: str, shape: shapely.Geometry, *, level: int = 1, parent: str | None = None
) -> AreaShape:
    """Give an area named by its code."""
    return AreaShape(Place(code, code.title(), level, parent), shape)


def feature(properties: Mapping[str, object], shape: shapely.Geometry | None) -> dict[str, object]:
    """Give one GeoJSON feature."""
    geometry = shapely.geometry.mapping(shape) if shape is not None else None
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def geojson(path: Path, features: Iterable[Mapping[str, object]]) -> Path:
    """Write a GeoJSON file."""
    content = {"type": "FeatureCollection", "features": list(features)}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def rows(path: Path, *properties: Mapping[str, object]) -> Path:
    """Write a GeoJSON file with a square for each row of properties, side by side."""
    return geojson(path, (feature(each, square(index)) for index, each in enumerate(properties)))


def written(
    path: Path,
    columns: Mapping[str, Sequence[object]],
    shapes: Sequence[shapely.Geometry],
    *,
    crs: str | None = "EPSG:4326",
    layer: str | None = None,
    encoding: str | None = None,
) -> Path:
    """Write a boundary file of the kind its ending says; a shapefile without `crs` has no .prj."""
    options = {"encoding": encoding} if encoding else {}
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(list(shapes)),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=list(columns),
        geometry_type="Polygon",
        crs=crs or "EPSG:4326",
        layer=layer,
        append=path.suffix == ".gpkg" and path.exists(),
        **options,
    )
    if crs is None:
        path.with_suffix(".prj").unlink()
    return path
